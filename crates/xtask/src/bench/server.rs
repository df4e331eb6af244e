//! Imports through a server on each database, beside what the database alone takes for the same rows in the same run.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{make, median};
use crate::postgres::Postgres;
use crate::run::{say, step};
use crate::server;

/// Rounds of each database, in turn.
const ROUNDS: usize = 3;
/// Rows of the files by which the growth is measured.
const GROWTH: [u64; 4] = [10_000, 50_000, 200_000, 1_000_000];
/// How much longer a row may take in the largest file.
const BEND: f64 = 1.3;
/// How many times as long as its database the server may take.
const GOAL: f64 = 2.5;
/// Milliseconds for 200,000 fingerprints.
const MATCH_GOAL: f64 = 1_000.0;
const MEMORY_GOAL: f64 = 64.0;

/// What one round took: see `crates/muster_server/examples/load`.
#[derive(Deserialize)]
struct Round {
    new: f64,
    new_floor: f64,
    updated: f64,
    updated_floor: f64,
    matched: f64,
    prints: f64,
    start: f64,
    memory_bytes: f64,
    rows_together: u64,
}

/// One of the figures of a round.
type Of = fn(&Round) -> f64;

/// The rounds on one database.
struct Measured {
    database: &'static str,
    rounds: Vec<Round>,
}

impl Measured {
    fn median(&self, of: impl Fn(&Round) -> f64) -> f64 {
        median(self.rounds.iter().map(of).collect())
    }

    fn new_ratio(&self) -> f64 {
        self.median(|round| round.new / round.new_floor)
    }

    fn updated_ratio(&self) -> f64 {
        self.median(|round| round.updated / round.updated_floor)
    }

    /// Milliseconds for 200,000 fingerprints.
    fn matched(&self) -> f64 {
        self.median(|round| round.matched * 200_000.0 / round.prints)
    }

    /// The largest, in MB.
    fn memory(&self) -> f64 {
        let all = self.rounds.iter().map(|round| round.memory_bytes);
        all.fold(0.0, f64::max) / 1e6
    }
}

/// What measures, and what is measured.
struct Bench<'a> {
    root: &'a Path,
    program: std::path::PathBuf,
    load: std::path::PathBuf,
    postgres: Postgres,
}

impl<'a> Bench<'a> {
    fn new(root: &'a Path) -> anyhow::Result<Self> {
        Ok(Self {
            root,
            program: server::build(root, true)?,
            load: server::build_load(root)?,
            postgres: Postgres::start_durable()?,
        })
    }

    /// Both databases in turn, so many rounds.
    fn measure(&self, rows: u64, rounds: usize) -> anyhow::Result<[Measured; 2]> {
        let data = self.root.join(format!("target/data/server-{rows}"));
        make(&data, rows, 0, 0)?;
        let mut measured = ["SQLite", "PostgreSQL"].map(|database| Measured {
            database,
            rounds: Vec::new(),
        });
        for number in 1..=rounds {
            for one in &mut measured {
                let what = format!("{rows} rows on {}, {number} of {rounds}", one.database);
                let url = (one.database != "SQLite").then(|| self.postgres.url());
                let round = step(&what, || self.round(&data, url.as_deref()))?;
                one.rounds.push(round);
            }
        }
        Ok(measured)
    }

    fn round(&self, data: &Path, postgres: Option<&str>) -> anyhow::Result<Round> {
        let mut command = Command::new(&self.load);
        command
            .arg("--program")
            .arg(&self.program)
            .arg("--data")
            .arg(data)
            .arg("--folder")
            .arg(self.root.join("target/bench"));
        if let Some(url) = postgres {
            command.args(["--postgres", url]);
        }
        let output = command.stderr(Stdio::inherit()).output()?;
        ensure!(output.status.success(), "the measuring broke off");
        serde_json::from_slice(&output.stdout).context("what was measured is unreadable")
    }
}

/// Measures both databases.
pub(super) fn run(root: &Path, rows: u64, json: bool) -> anyhow::Result<()> {
    let measured = Bench::new(root)?.measure(rows, ROUNDS)?;
    say(&if json {
        as_json(rows, &measured).to_string()
    } else {
        as_table(rows, &measured)
    });
    Ok(())
}

fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

fn as_json(rows: u64, measured: &[Measured]) -> Value {
    let mut ratios = serde_json::Map::new();
    let mut databases = Vec::new();
    for one in measured {
        let name = one.database;
        ratios.insert(
            format!("{name}: new contacts / floor"),
            rounded(one.new_ratio()).into(),
        );
        ratios.insert(
            format!("{name}: updates of one field / floor"),
            rounded(one.updated_ratio()).into(),
        );
        let all = |of: Of| one.rounds.iter().map(of).collect::<Vec<_>>();
        databases.push(json!({
            "name": name,
            "rows_in_a_transaction": one.rounds.first().map(|round| round.rows_together),
            "new_ms": all(|round| round.new),
            "new_floor_ms": all(|round| round.new_floor),
            "updated_ms": all(|round| round.updated),
            "updated_floor_ms": all(|round| round.updated_floor),
            "match_ms": all(|round| round.matched),
            "fingerprints": all(|round| round.prints),
            "match_200000_ms": rounded(one.matched()),
            "start_ms": all(|round| round.start),
            "memory_above_idle_mb": rounded(one.memory()),
        }));
    }
    let goals = json!({ "ratios": GOAL, "match_200000_ms": MATCH_GOAL, "memory_above_idle_mb": MEMORY_GOAL });
    json!({ "bench": "server", "rows": rows, "databases": databases, "ratios": ratios, "goals": goals })
}

fn as_table(rows: u64, measured: &[Measured]) -> String {
    let mut table = format!(
        "{rows} rows of 11 columns, medians of {ROUNDS} rounds in turn, {} cores\n\n\
         | what | {} | goal |\n| --- |{} ---: |\n",
        std::thread::available_parallelism().map_or(0, std::num::NonZero::get),
        measured
            .iter()
            .map(|one| one.database)
            .collect::<Vec<_>>()
            .join(" | "),
        " ---: |".repeat(measured.len()),
    );
    let mut line = |what: &str, goal: &str, cell: &dyn Fn(&Measured) -> String| {
        let cells: Vec<String> = measured.iter().map(cell).collect();
        let _ = writeln!(table, "| {what} | {} | {goal} |", cells.join(" | "));
    };
    let beside = |server: f64, floor: f64, ratio: f64| {
        format!("{server:.0} ms, {floor:.0} ms: **{ratio:.2}**")
    };
    line(
        "all new, commit to end; the database alone",
        "2.5",
        &|one| {
            let (server, floor) = (|r: &Round| r.new, |r: &Round| r.new_floor);
            beside(one.median(server), one.median(floor), one.new_ratio())
        },
    );
    line(
        "one field of all changed; the database alone",
        "2.5",
        &|one| {
            let (server, floor) = (|r: &Round| r.updated, |r: &Round| r.updated_floor);
            beside(one.median(server), one.median(floor), one.updated_ratio())
        },
    );
    line("200,000 fingerprints looked up", "1,000 ms", &|one| {
        format!("{:.0} ms", one.matched())
    });
    line("memory above idle, at most", "64 MB", &|one| {
        format!("{:.0} MB", one.memory())
    });
    line("start on what is there", "200 ms", &|one| {
        format!("{:.0} ms", one.median(|round| round.start))
    });
    table
}

/// Measures how the time per row grows with the file.
pub(super) fn grow(root: &Path, json: bool) -> anyhow::Result<()> {
    let bench = Bench::new(root)?;
    let mut points = Vec::new();
    for rows in GROWTH {
        // Small files are over before it is clear how long they took.
        let rounds = if rows < 200_000 { ROUNDS } else { 1 };
        points.push((rows, bench.measure(rows, rounds)?));
    }
    let least = |at: usize, of: Of, point: &(u64, [Measured; 2])| {
        let all = point.1[at].rounds.iter().map(of);
        all.fold(f64::INFINITY, f64::min) * 1_000.0 / point.0 as f64
    };
    let kinds: [(&str, Of); 4] = [
        ("new", |round| round.new),
        ("new, the database alone", |round| round.new_floor),
        ("changed", |round| round.updated),
        ("changed, the database alone", |round| round.updated_floor),
    ];
    let mut lines = Vec::new();
    for (at, database) in ["SQLite", "PostgreSQL"].into_iter().enumerate() {
        for (name, of) in kinds {
            let per_row: Vec<f64> = points.iter().map(|point| least(at, of, point)).collect();
            let (first, last) = (per_row[0], per_row[per_row.len() - 1]);
            lines.push((format!("{database}: {name}"), per_row, last / first));
        }
    }
    if json {
        let lines = lines.iter().map(|(name, per_row, bend)| {
            let per_row: Vec<f64> = per_row.iter().copied().map(rounded).collect();
            json!({ "name": name, "us_per_row": per_row, "last_over_first": rounded(*bend) })
        });
        let lines: Vec<Value> = lines.collect();
        say(
            &json!({ "bench": "server growth", "rows": GROWTH, "goal": BEND, "lines": lines })
                .to_string(),
        );
        return Ok(());
    }
    let rows = GROWTH.map(|rows| rows.to_string()).join(" | ");
    let mut table = format!(
        "Microseconds a row\n\n| rows | {rows} | last over first |\n| --- |{}\n",
        " ---: |".repeat(5)
    );
    for (name, per_row, bend) in lines {
        let cells: Vec<String> = per_row.iter().map(|us| format!("{us:.2}")).collect();
        let _ = writeln!(table, "| {name} | {} | {bend:.2} |", cells.join(" | "));
    }
    say(&table);
    Ok(())
}
