//! `cargo xtask bench`: how fast Muster is, beside others on the same bytes in the same run.

mod e2e;
mod growth;
mod report;
mod server;
mod wire;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};
use muster_core::contacts::{Contact, Contacts};
use muster_core::import::Import;
use muster_core::limits::Limits;
use muster_core::{Session, Workspace, field};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::data::Percent;
use crate::run::{quiet, say, step};
use crate::{data, size, tools, wasm};

const ROUNDS: usize = 7;
const KEY: [u8; 16] = *b"the bench's key.";

/// Measures.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// What to measure
    what: What,
    /// Data rows of the file
    #[arg(long, default_value_t = 200_000)]
    rows: u64,
    /// Print JSON, and nothing else to the standard output
    #[arg(long)]
    json: bool,
    /// How the time per row grows with the file, instead: to a million rows, in the browser splitting alone to ten
    #[arg(long)]
    growth: bool,
}

#[derive(clap::ValueEnum, Clone, Copy)]
enum What {
    /// Reading and checking a file in headless Chromium
    Browser,
    /// The whole page on a real server, beside react-spreadsheet-import
    E2e,
    /// The bytes of the module that the page loads, by crate and table
    Size,
    /// What travels for an import, both ways, as a share of its file
    Wire,
    /// Imports through a server on each database, beside what the database takes without it
    Server,
}

/// What the browser saw, by what it was asked.
#[derive(Deserialize)]
struct Report {
    browser: String,
    #[serde(default)]
    digests: Vec<Digest>,
    #[serde(default, rename = "measure")]
    results: Vec<Measured>,
    #[serde(default)]
    phones: Vec<Measured>,
    #[serde(default)]
    grow: Vec<Measured>,
}

#[derive(Deserialize)]
struct Digest {
    name: String,
    records: u64,
    digest: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Measured {
    name: String,
    milliseconds: Vec<f64>,
    records: u64,
    heap_bytes: u64,
    steps: Vec<Steps>,
    done: Option<Done>,
}

/// Milliseconds of the parts of a verdict.
#[derive(Deserialize, Clone, Copy)]
struct Steps {
    split: f64,
    validate: f64,
    /// Finding out what to ask the server: rows are held against the first answers for that.
    ask: f64,
    diff: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Done {
    counts: Option<Value>,
    wasm_bytes: u64,
}

impl Measured {
    fn sorted(&self) -> Vec<f64> {
        let mut sorted = self.milliseconds.clone();
        sorted.sort_by(f64::total_cmp);
        sorted
    }

    fn median(&self) -> f64 {
        median(self.sorted())
    }

    /// The median of a part of the verdicts.
    fn step(&self, part: impl Fn(&Steps) -> f64) -> f64 {
        median(self.steps.iter().map(part).collect())
    }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Does it.
pub(crate) fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    match options.what {
        What::Browser if options.growth => growth::run(root, options.json),
        What::Browser => browser(root, options.rows, options.json),
        What::E2e => e2e::run(root, options.rows, options.json),
        What::Size => size::run(root, options.json),
        What::Wire => wire::run(root, options.rows, options.json),
        What::Server if options.growth => server::grow(root, options.json),
        What::Server => server::run(root, options.rows, options.json),
    }
}

/// PapaParse, udsv and Muster read one file in turn, and libphonenumber-js and Muster its phone numbers.
pub(crate) fn browser(root: &Path, rows: u64, json: bool) -> anyhow::Result<()> {
    let folder = root.join(format!("target/data/bench-{rows}"));
    let clean = folder.join("clean");
    prepare(root)?;
    make(&clean, rows, 0, 0)?;
    let expected = digest(&clean)?;
    let dirty = folder.join("dirty");
    make(&dirty, rows, 1, rows)?;
    answer(&dirty, &folder.join("known"), rows)?;
    let phones = folder.join("phones.csv");
    write_phones(&clean, &phones, rows)?;

    let (data, clean) = (dirty.join("data.csv"), clean.join("data.csv"));
    let report = measure(
        root,
        &folder,
        &[
            Task::new("digests", json!([]), &clean),
            Task::new("measure", json!([ROUNDS]), &data),
            Task::new("phones", json!([ROUNDS]), &phones),
        ],
    )?;
    check(&report, expected, &dirty, rows)?;
    say(&if json {
        report::as_json(&report, rows).to_string()
    } else {
        report::as_table(&report, rows)
    });
    Ok(())
}

/// What the browser is asked to do with a file.
struct Task(Value);

impl Task {
    #[expect(clippy::needless_pass_by_value, reason = "it is written at the call")]
    fn new(call: &str, with: Value, file: &Path) -> Self {
        Self(json!({ "call": call, "with": with, "file": file }))
    }
}

/// Has what the measuring needs.
fn prepare(root: &Path) -> anyhow::Result<()> {
    tools::chromium()?;
    tools::wasm_target()?;
    tools::node_packages(root, "www")?;
    step("building the module", || wasm::build(root, false)).map(drop)
}

/// Generates a file, and contacts of which one in ten differs.
fn make(out: &Path, rows: u64, dirty: u64, existing: u64) -> anyhow::Result<()> {
    data::run_once(&data::Options {
        rows,
        seed: 1,
        dirty: Percent::whole(dirty),
        existing,
        changed: Percent::whole(10),
        out: out.to_owned(),
    })
}

/// Lets the browser work, with the answers that the folder keeps.
fn measure(root: &Path, folder: &Path, tasks: &[Task]) -> anyhow::Result<Report> {
    let chromium = tools::chromium()?;
    let output = step("measuring", || {
        quiet(
            Command::new("node")
                .arg(root.join("www/bench/run.mjs"))
                .arg(chromium)
                .arg(folder.join("page"))
                .arg(folder.join("known"))
                .args(tasks.iter().map(|task| task.0.to_string())),
        )
    })?;
    let line = output.lines().last().unwrap_or_default();
    serde_json::from_str(line).context("the browser's report is unreadable")
}

/// As many phone numbers as there are rows, of the countries of the file's people.
fn write_phones(data: &Path, out: &Path, rows: u64) -> anyhow::Result<()> {
    let import: Import = serde_json::from_slice(&fs::read(data.join("import.json"))?)?;
    let column = import.columns.iter().find(|column| column.field == "phone");
    let column = column
        .context("the generated file has no phone numbers")?
        .index as usize;
    let session = open(data)?;
    let table = session.table().context("the generated file is refused")?;
    let numbers: Vec<String> = (0..table.rows())
        .filter_map(|row| Some(table.text(row, column).ok()?.into_owned()))
        .filter(|number| number.starts_with('+') && !number.contains([',', '"']))
        .collect();
    let mut csv = String::from("Phone Number,First Name\n");
    for number in numbers.iter().cycle().take(usize::try_from(rows)?) {
        let _ = writeln!(csv, "{number},Ann");
    }
    Ok(fs::write(out, csv)?)
}

/// The generated file, read.
fn open(data: &Path) -> anyhow::Result<Session> {
    let mut session = Session::new(Limits {
        max_bytes: u64::MAX,
        max_rows: u32::MAX,
        ..Limits::default()
    });
    session.push(&fs::read(data.join("data.csv"))?);
    session
        .finish()
        .map_err(|refused| anyhow::anyhow!("the generated file is refused: {refused:?}"))?;
    Ok(session)
}

/// The workspace that has these contacts and the fields of this import.
fn workspace(import: &Import, contacts: &Contacts) -> Workspace {
    let custom = import.fields.iter().map(|custom| field::Field {
        key: custom.key.clone(),
        name: custom.name.clone(),
        kind: custom.kind,
        options: custom.options.clone(),
        rule: field::Rule::Open,
    });
    Workspace {
        key: KEY,
        fields: field::standard().into_iter().chain(custom).collect(),
        tags: contacts.tags(),
    }
}

/// Opens a file's session as the browser will, and keeps what the server would answer.
fn answer(data: &Path, known: &Path, rows: u64) -> anyhow::Result<()> {
    let import: Import = serde_json::from_slice(&fs::read(data.join("import.json"))?)?;
    let contacts: Vec<Contact> = serde_json::from_slice(&fs::read(data.join("contacts.json"))?)?;
    let contacts = Contacts::new(KEY, contacts);
    let workspace = workspace(&import, &contacts);
    let file = fs::read(data.join("data.csv"))?;
    let mut limits = Limits::default();
    limits.max_rows = limits.max_rows.max(u32::try_from(rows)?);
    limits.max_bytes = limits.max_bytes.max(file.len() as u64);

    let mut session = Session::new(limits);
    session.push(&file);
    session
        .finish()
        .map_err(|refused| anyhow::anyhow!("the generated file is refused: {refused:?}"))?;
    session.configure(&import, &workspace)?;

    fs::create_dir_all(known)?;
    let mut matches = Vec::new();
    loop {
        let requests = session.lookups();
        if requests.is_empty() {
            break;
        }
        for (number, request) in requests.iter().enumerate() {
            let bytes = contacts.matched(request, *b"one answer's key")?;
            session.matched(number, &bytes)?;
            let name = format!("match-{}.bin", matches.len());
            matches.push(keep(known, &name, &bytes)?);
        }
    }
    let mut values = Vec::new();
    for (number, request) in session.wanted().iter().enumerate() {
        let bytes = contacts.valued(request)?;
        values.push(keep(known, &format!("values-{number}.bin"), &bytes)?);
    }
    let tags = workspace.tags.iter().map(|name| json!({ "name": name }));
    let answers = json!({
        "workspace": {
            "limits": limits,
            "fingerprint_key": KEY.iter().fold(String::new(), |mut hex, byte| {
                let _ = write!(hex, "{byte:02x}");
                hex
            }),
            "fields": workspace.fields,
            "tags": tags.collect::<Vec<_>>(),
        },
        "import": import,
        "matches": matches,
        "values": values,
    });
    fs::write(known.join("known.json"), answers.to_string())?;
    Ok(())
}

fn keep(folder: &Path, name: &str, bytes: &[u8]) -> anyhow::Result<String> {
    fs::write(folder.join(name), bytes)?;
    Ok(name.to_owned())
}

/// What the core sees of the file, as the page digests it: FNV-1a over the UTF-16 of every cell.
fn digest(data: &Path) -> anyhow::Result<u32> {
    let session = open(data)?;
    let table = session.table().context("the generated file is refused")?;
    let mut hash = 0x811C_9DC5_u32;
    let mut add = |unit: u16| hash = (hash ^ u32::from(unit)).wrapping_mul(0x0100_0193);
    for row in 0..table.rows() {
        for column in 0..table.width() {
            let cell = table.cell(row, column);
            String::from_utf8_lossy(&cell.bytes)
                .encode_utf16()
                .for_each(&mut add);
            add(0x1F);
        }
        add(0x1E);
    }
    Ok(hash)
}

/// All saw the same records, and the verdicts are true.
fn check(report: &Report, expected: u32, data: &Path, rows: u64) -> anyhow::Result<()> {
    for seen in &report.digests {
        ensure!(
            (seen.records, seen.digest) == (rows, expected),
            "{} saw other records than Muster in a file without defects: {} of {rows}",
            seen.name,
            seen.records
        );
    }
    if let [theirs, ours] = report.phones.as_slice() {
        ensure!(
            theirs.records.abs_diff(ours.records) * 1_000 <= rows && ours.records > 0,
            "{} accepts {} of {rows} numbers, {} {}",
            theirs.name,
            theirs.records,
            ours.name,
            ours.records
        );
    }
    let manifest: Value = serde_json::from_slice(&fs::read(data.join("manifest.json"))?)?;
    for seen in &report.results {
        let Some(done) = &seen.done else { continue };
        ensure!(
            seen.records == rows,
            "{} saw {} of {rows} rows",
            seen.name,
            seen.records
        );
        if let Some(counts) = &done.counts {
            ensure!(
                *counts == manifest["counts"],
                "{} gave {counts} instead of {}",
                seen.name,
                manifest["counts"]
            );
        }
    }
    Ok(())
}
