//! What travels for an import, both ways: the bytes of every request and answer, as a share of the file.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::ensure;
use muster_core::contacts::{Contact, Contacts};
use muster_core::import::Import;
use muster_core::wire::{BatchColumns, Bounds};
use serde_json::{Value, json};

use super::{KEY, open, workspace};
use crate::data::{self, Percent};
use crate::run::{say, step};

/// What is asked of a file's contacts, and how much of the file that may come to.
struct Case {
    name: &'static str,
    /// Whether the workspace has the contacts.
    stored: bool,
    /// Share of the contacts that the file changes.
    changed: Percent,
    /// Per cent of the file.
    goal: f64,
    stretch: f64,
}

const CASES: [Case; 4] = [
    Case {
        name: "all new",
        stored: false,
        changed: Percent::whole(0),
        goal: 25.0,
        stretch: 19.0,
    },
    Case {
        name: "10 % changed",
        stored: true,
        changed: Percent::whole(10),
        goal: 25.0,
        stretch: 15.0,
    },
    Case {
        name: "1 % changed",
        stored: true,
        changed: Percent::whole(1),
        goal: 20.0,
        stretch: 11.0,
    },
    Case {
        name: "nothing changed",
        stored: true,
        changed: Percent::whole(0),
        goal: 18.0,
        stretch: 9.0,
    },
];

/// Bytes of one import.
#[derive(Default)]
struct Bytes {
    file: usize,
    matches_up: usize,
    matches_down: usize,
    values_up: usize,
    values_down: usize,
    batches: usize,
    requests: usize,
    counts: Value,
}

impl Bytes {
    fn all(&self) -> usize {
        self.matches_up + self.matches_down + self.values_up + self.values_down + self.batches
    }

    fn share(&self, bytes: usize) -> f64 {
        (bytes as f64 / self.file as f64 * 10_000.0).round() / 100.0
    }
}

/// Measures every case by the phone, and prints it.
pub(super) fn run(root: &Path, rows: u64, json: bool) -> anyhow::Result<()> {
    let mut results = Vec::with_capacity(CASES.len());
    for case in &CASES {
        let options = data::Options {
            rows,
            seed: 1,
            dirty: Percent::whole(1),
            existing: if case.stored { rows } else { 0 },
            changed: case.changed,
            out: root.join(format!(
                "target/data/wire-{rows}/{}",
                case.name.replace([' ', '%'], "")
            )),
        };
        data::run_once(&options)?;
        let bytes = step(case.name, || measure(&options.out))?;
        results.push((case, bytes));
    }
    say(&if json {
        as_json(rows, &results).to_string()
    } else {
        as_table(rows, &results)
    });
    Ok(())
}

/// Carries everything to the contacts and back that the browser would carry, and counts.
fn measure(data: &Path) -> anyhow::Result<Bytes> {
    let mut import: Import = serde_json::from_slice(&fs::read(data.join("import.json"))?)?;
    import.identifiers = vec![muster_core::field::Identifier::Phone];
    let contacts: Vec<Contact> = serde_json::from_slice(&fs::read(data.join("contacts.json"))?)?;
    let contacts = Contacts::new(KEY, contacts);
    let mut bytes = Bytes {
        file: fs::read(data.join("data.csv"))?.len(),
        ..Bytes::default()
    };
    let mut session = open(data)?;
    session.configure(&import, &workspace(&import, &contacts))?;
    loop {
        let requests = session.lookups();
        if requests.is_empty() {
            break;
        }
        for (at, request) in requests.iter().enumerate() {
            let answer = contacts.matched(request, *b"one answer's key")?;
            session.matched(at, &answer)?;
            bytes.matches_up += request.len();
            bytes.matches_down += answer.len();
            bytes.requests += 1;
        }
    }
    for request in session.wanted() {
        let answer = contacts.valued(&request)?;
        session.valued(&answer)?;
        bytes.values_up += request.len();
        bytes.values_down += answer.len();
        bytes.requests += 1;
    }
    session.diff();
    let counts = session.counts();
    let bounds = Bounds {
        bytes: 64 << 20,
        items: counts.total() as usize,
    };
    for number in 0..session.batches() {
        let batch = session.batch(number);
        let columns = BatchColumns::decode(&batch, bounds)?;
        ensure!(
            columns.batch().number as usize == number,
            "a batch is another one"
        );
        bytes.batches += batch.len();
        bytes.requests += 1;
    }
    ensure!(
        bytes.batches == session.bytes_to_send(),
        "the sizes told are others than those sent"
    );
    bytes.counts = serde_json::to_value(counts)?;
    Ok(bytes)
}

fn as_json(rows: u64, results: &[(&Case, Bytes)]) -> Value {
    let cases = results.iter().map(|(case, bytes)| {
        json!({
            "name": case.name,
            "file_bytes": bytes.file,
            "requests": bytes.requests,
            "match_bytes": { "up": bytes.matches_up, "down": bytes.matches_down },
            "values_bytes": { "up": bytes.values_up, "down": bytes.values_down },
            "batch_bytes": bytes.batches,
            "percent_of_file": bytes.share(bytes.all()),
            "goal_percent": case.goal,
            "stretch_percent": case.stretch,
            "counts": bytes.counts,
        })
    });
    json!({ "bench": "wire", "rows": rows, "cases": cases.collect::<Vec<_>>() })
}

fn as_table(rows: u64, results: &[(&Case, Bytes)]) -> String {
    let mut table = format!(
        "Bytes both ways as a share of the file, {rows} rows, by phone\n\n\
         | rows | look up, up | down | values, up | down | batches | all | goal | stretch |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
    );
    for (case, bytes) in results {
        let parts = [
            bytes.matches_up,
            bytes.matches_down,
            bytes.values_up,
            bytes.values_down,
            bytes.batches,
        ];
        let _ = write!(table, "| {} ", case.name);
        for part in parts {
            let _ = write!(table, "| {:.2} % ", bytes.share(part));
        }
        let all = bytes.share(bytes.all());
        let _ = writeln!(
            table,
            "| **{all:.2} %** | {} % | {} % |",
            case.goal, case.stretch
        );
    }
    table
}
