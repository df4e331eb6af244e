//! `cargo xtask bench`: how fast Muster is, beside others on the same bytes in the same run.

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
use crate::{data, tools, wasm};

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
}

#[derive(clap::ValueEnum, Clone, Copy)]
enum What {
    /// Reading and checking a file in headless Chromium
    Browser,
}

/// What the browser saw.
#[derive(Deserialize)]
struct Report {
    browser: String,
    digests: Vec<Digest>,
    results: Vec<Measured>,
}

#[derive(Deserialize)]
struct Digest {
    name: String,
    records: u64,
    digest: u32,
}

#[derive(Deserialize)]
struct Measured {
    name: String,
    milliseconds: Vec<f64>,
    records: u64,
    done: Option<Done>,
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
        let sorted = self.sorted();
        sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

/// Does it.
pub(crate) fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    match options.what {
        What::Browser => browser(root, options.rows, options.json),
    }
}

/// PapaParse, udsv and Muster read one file in turn.
pub(crate) fn browser(root: &Path, rows: u64, json: bool) -> anyhow::Result<()> {
    let chromium = tools::chromium()?;
    tools::wasm_target()?;
    tools::node_packages(root, "www")?;
    step("building the modules", || wasm::build(root, false))?;

    let folder = root.join(format!("target/data/bench-{rows}"));
    let (dirty, clean) = (folder.join("dirty"), folder.join("clean"));
    for (out, dirty, existing) in [(&dirty, 1, rows), (&clean, 0, 0)] {
        data::run_once(&data::Options {
            rows,
            seed: 1,
            dirty: Percent::whole(dirty),
            existing,
            changed: Percent::whole(10),
            out: out.clone(),
        })?;
    }
    let expected = digest(&clean)?;
    answer(&dirty, &folder.join("known"), rows)?;

    let output = step("measuring", || {
        quiet(
            Command::new("node")
                .arg(root.join("www/bench/run.mjs"))
                .arg(chromium)
                .arg(dirty.join("data.csv"))
                .arg(clean.join("data.csv"))
                .arg(folder.join("known"))
                .arg(folder.join("page"))
                .arg(ROUNDS.to_string()),
        )
    })?;
    let line = output.lines().last().unwrap_or_default();
    let report: Report =
        serde_json::from_str(line).context("the browser's report is unreadable")?;
    check(&report, expected, &dirty, rows)?;
    say(&if json {
        as_json(&report, rows).to_string()
    } else {
        as_table(&report, rows)
    });
    Ok(())
}

/// Opens a file's session as the browser will, and keeps what the server would answer.
fn answer(data: &Path, known: &Path, rows: u64) -> anyhow::Result<()> {
    let import: Import = serde_json::from_slice(&fs::read(data.join("import.json"))?)?;
    let contacts: Vec<Contact> = serde_json::from_slice(&fs::read(data.join("contacts.json"))?)?;
    let contacts = Contacts::new(KEY, contacts);
    let custom = import.fields.iter().map(|custom| field::Field {
        key: custom.key.clone(),
        name: custom.name.clone(),
        kind: custom.kind,
        options: custom.options.clone(),
        rule: field::Rule::Open,
    });
    let workspace = Workspace {
        key: KEY,
        fields: field::standard().into_iter().chain(custom).collect(),
        tags: contacts.tags(),
    };
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
    for (number, request) in session.lookups().iter().enumerate() {
        let bytes = contacts.matched(request, *b"one answer's key")?;
        session.matched(number, &bytes)?;
        matches.push(keep(known, &format!("match-{number}.bin"), &bytes)?);
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
    let mut session = Session::new(Limits {
        max_bytes: u64::MAX,
        max_rows: u32::MAX,
        ..Limits::default()
    });
    session.push(&fs::read(data.join("data.csv"))?);
    let finished = session.finish();
    let table = session
        .table()
        .with_context(|| format!("the generated file is refused: {finished:?}"))?;
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

/// How many times faster Muster is than each of the others.
fn ratios(report: &Report) -> Vec<(String, f64)> {
    let is_ours = |measured: &&Measured| measured.done.is_some();
    let ours = report.results.iter().filter(is_ours);
    ours.flat_map(|own| {
        let others = report.results.iter().filter(|other| other.done.is_none());
        others.map(move |other| {
            let name = format!("{} / {}", other.name, own.name);
            (name, other.median() / own.median())
        })
    })
    .collect()
}

fn as_json(report: &Report, rows: u64) -> Value {
    let rounded = |number: f64| (number * 100.0).round() / 100.0;
    let results: Vec<Value> = report
        .results
        .iter()
        .map(|measured| {
            let sorted = measured.sorted();
            json!({
                "name": measured.name,
                "median_ms": rounded(measured.median()),
                "min_ms": sorted.first().copied().map(rounded),
                "max_ms": sorted.last().copied().map(rounded),
            })
        })
        .collect();
    let ratios: serde_json::Map<String, Value> = ratios(report)
        .into_iter()
        .map(|(name, ratio)| (name, json!(rounded(ratio))))
        .collect();
    json!({ "rows": rows, "results": results, "ratios": ratios })
}

fn as_table(report: &Report, rows: u64) -> String {
    let mut text = format!(
        "{rows} rows, {ROUNDS} rounds in turn after one to warm up, Chromium {}, {} cores\n\n\
         | what | median ms | min | max | records | wasm memory |\n\
         | --- | ---: | ---: | ---: | ---: | ---: |\n",
        report.browser,
        std::thread::available_parallelism().map_or(0, std::num::NonZero::get),
    );
    for measured in &report.results {
        let sorted = measured.sorted();
        let (min, max) = (sorted.first(), sorted.last());
        let memory = measured.done.as_ref().map_or(String::new(), |done| {
            format!("{:.0} MB", done.wasm_bytes as f64 / 1e6)
        });
        let _ = writeln!(
            text,
            "| {} | {:.1} | {:.1} | {:.1} | {} | {memory} |",
            measured.name,
            measured.median(),
            min.copied().unwrap_or(f64::NAN),
            max.copied().unwrap_or(f64::NAN),
            measured.records,
        );
    }
    text.push_str("\n| ratio | times |\n| --- | ---: |\n");
    for (name, ratio) in ratios(report) {
        let _ = writeln!(text, "| {name} | {ratio:.2} |");
    }
    let lost = report
        .results
        .iter()
        .filter(|measured| measured.records != rows);
    text.push_str(
        "\nIn a file without defects all see the same cells (checked). In this one, with 1 % broken rows:\n",
    );
    for measured in lost {
        let why = match measured.name.as_str() {
            "udsv" => "it drops ragged rows, and a quote that never closes swallows lines",
            _ => "a quote that never closes swallows lines, empty lines apart",
        };
        let _ = writeln!(
            text,
            "- {} sees {} records: {why}.",
            measured.name, measured.records
        );
    }
    text.push_str(
        "- Muster sees every row, and its verdicts equal the generator's truth (checked).",
    );
    text
}
