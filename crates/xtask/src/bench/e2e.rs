//! `cargo xtask bench e2e`: the whole page on a real server, as a person has it, beside another importer.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{make, median};
use crate::run::{quiet, say, step};
use crate::{page, server, tools};

const ROUNDS: usize = 5;

/// What the browser saw.
#[derive(Deserialize)]
struct Report {
    browser: String,
    race: Race,
    page: Felt,
    files: Vec<File>,
}

/// Each took the file in turn.
#[derive(Deserialize)]
struct Race {
    ours: Vec<Run>,
    theirs: Vec<Run>,
}

/// Milliseconds from the drop; the main thread's tasks of 50 ms and more on the way.
#[derive(Deserialize)]
struct Run {
    first: Option<f64>,
    #[serde(rename = "upload left")]
    ready: Option<f64>,
    validated: Option<f64>,
    verdict: f64,
    completed: Option<f64>,
    longest: f64,
}

/// What a person feels at Muster's page.
#[derive(Deserialize)]
struct Felt {
    review: Vec<Review>,
    history: Vec<History>,
    /// Bytes of the heap before, and each time that ten more elements had come and gone.
    mounts: Vec<f64>,
}

#[derive(Deserialize)]
struct Review {
    /// By step: how much of the screen moved by itself.
    shifts: Vec<f64>,
    corrected: Vec<f64>,
    repaired: Vec<f64>,
    frames: Scrolled,
    longest: f64,
}

#[derive(Deserialize)]
struct Scrolled {
    unchanged: Frames,
    updated: Frames,
}

#[derive(Deserialize)]
struct Frames {
    longest: f64,
}

#[derive(Deserialize)]
struct History {
    table: f64,
}

/// What a browser loads.
#[derive(Deserialize)]
struct File {
    name: String,
    bytes: u64,
    brotli: u64,
}

/// A figure beside what it is to be at most.
struct Figure {
    what: &'static str,
    found: f64,
    goal: Option<f64>,
    unit: &'static str,
}

/// Measures and prints.
pub(super) fn run(root: &Path, rows: u64, json: bool) -> anyhow::Result<()> {
    let report = measure(root, rows)?;
    let results = results(&report.race);
    let figures = figures(&report);
    say(&if json {
        as_json(&report, rows, &results, &figures).to_string()
    } else {
        as_table(&report, rows, &results, &figures)
    });
    Ok(())
}

fn measure(root: &Path, rows: u64) -> anyhow::Result<Report> {
    let chromium = tools::chromium()?;
    page::build(root, false)?;
    let program = server::build(root, true)?;
    tools::node_packages(root, "www/bench/peer")?;
    let folder = root.join(format!("target/data/bench-{rows}"));
    let data = folder.join("dirty");
    make(&data, rows, 1, rows)?;
    let options = json!({
        "chromium": chromium,
        "server": program,
        "data": data,
        "seeded": folder.join("seeded"),
        "peer": folder.join("peer"),
        "rounds": ROUNDS,
    });
    let output = step("measuring", || {
        quiet(
            Command::new("node")
                .arg(root.join("www/bench/e2e/run.mjs"))
                .arg(options.to_string()),
        )
    })?;
    let line = output.lines().last().unwrap_or_default();
    serde_json::from_str(line).context("the browser's report is unreadable")
}

/// The times of one contestant to one end.
struct Measured {
    name: &'static str,
    milliseconds: Vec<f64>,
    longest: Vec<f64>,
}

fn results(race: &Race) -> Vec<Measured> {
    let of = |name, runs: &[Run], time: fn(&Run) -> Option<f64>| Measured {
        name,
        milliseconds: runs.iter().filter_map(time).collect(),
        longest: runs.iter().map(|run| run.longest).collect(),
    };
    vec![
        of("react-spreadsheet-import verdict", &race.theirs, |run| {
            Some(run.verdict)
        }),
        of("Muster validated", &race.ours, |run| run.validated),
        of("Muster verdict", &race.ours, |run| Some(run.verdict)),
        of("Muster completed", &race.ours, |run| run.completed),
    ]
}

/// How many times sooner than the other's Muster's are there: every row checked by itself, as the other one does, and
/// compared with what is stored, too.
fn ratios(results: &[Measured]) -> Vec<(String, f64)> {
    let of = |found: &Measured| median(found.milliseconds.clone());
    let Some((theirs, ours)) = results.split_first() else {
        return Vec::new();
    };
    let ours = ours.iter().take(2);
    ours.map(|own| {
        (
            format!("{} / {}", theirs.name, own.name),
            of(theirs) / of(own),
        )
    })
    .collect()
}

fn figures(report: &Report) -> Vec<Figure> {
    let Report {
        race, page, files, ..
    } = report;
    let of = |numbers: &[f64]| median(numbers.to_vec());
    let reviews = |part: fn(&Review) -> f64| of(&page.review.iter().map(part).collect::<Vec<_>>());
    let longest = race.ours.iter().map(|run| run.longest).collect::<Vec<_>>();
    let first: Vec<f64> = race.ours.iter().filter_map(|run| run.first).collect();
    let ready: Vec<f64> = race.ours.iter().filter_map(|run| run.ready).collect();
    let corrected = reviews(|seen| median(seen.corrected.clone()));
    let repaired = reviews(|seen| median(seen.repaired.clone()));
    let history: Vec<f64> = page.history.iter().map(|seen| seen.table).collect();
    let grown = match page.mounts.as_slice() {
        [_, ten, .., last] => (last - ten) / 1e3,
        _ => f64::NAN,
    };
    let brotli = |fits: fn(&str) -> bool| {
        let fitting = files.iter().filter(|file| fits(&file.name));
        fitting.map(|file| file.brotli).sum::<u64>() as f64 / 1e3
    };
    let figure = |what, found, goal, unit| Figure {
        what,
        found,
        goal,
        unit,
    };
    vec![
        figure(
            "first verdicts after the drop",
            of(&first),
            Some(100.0),
            "ms",
        ),
        figure("the next step after the drop", of(&ready), None, "ms"),
        figure(
            "longest task, drop to Completed (0: below 50)",
            of(&longest),
            Some(50.0),
            "ms",
        ),
        figure(
            "longest task in Review (0: below 50)",
            reviews(|seen| seen.longest),
            Some(50.0),
            "ms",
        ),
        figure(
            "a cell corrected, to verdict and counts",
            corrected,
            Some(16.0),
            "ms",
        ),
        figure("the same where the server is asked", repaired, None, "ms"),
        figure(
            "longest frame, unchanged rows scrolled from top to bottom",
            reviews(|seen| seen.frames.unchanged.longest),
            Some(33.4),
            "ms",
        ),
        figure(
            "longest frame, updated rows scrolled from top to bottom",
            reviews(|seen| seen.frames.updated.longest),
            Some(33.4),
            "ms",
        ),
        figure(
            "layout shift, the step with the most",
            reviews(|seen| seen.shifts.iter().copied().fold(0.0, f64::max)),
            Some(0.1),
            "",
        ),
        figure(
            "history on a processor a quarter as fast",
            of(&history),
            None,
            "ms",
        ),
        figure(
            "heap that twenty more mounts leave behind",
            grown,
            None,
            "kB",
        ),
        figure(
            "the element without modules, brotli",
            brotli(|name| !name.ends_with(".wasm") && !is_language(name)),
            Some(80.0),
            "kB",
        ),
        figure(
            "what a file in UTF-8 needs, brotli",
            brotli(|name| !name.contains("legacy") && !is_language(name)),
            None,
            "kB",
        ),
    ]
}

/// Only the one that is spoken is loaded.
fn is_language(name: &str) -> bool {
    ["ar", "es", "pt-BR", "zh-CN"]
        .iter()
        .any(|language| name == format!("assets/{language}.js"))
}

fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

fn as_json(report: &Report, rows: u64, measured: &[Measured], figures: &[Figure]) -> Value {
    let results: Vec<Value> = measured
        .iter()
        .map(|found| {
            let mut sorted = found.milliseconds.clone();
            sorted.sort_by(f64::total_cmp);
            json!({
                "name": found.name,
                "median_ms": rounded(median(sorted.clone())),
                "min_ms": sorted.first().copied().map(rounded),
                "max_ms": sorted.last().copied().map(rounded),
                "longest_task_ms": rounded(median(found.longest.clone())),
            })
        })
        .collect();
    let figures: Vec<Value> = figures
        .iter()
        .map(|figure| json!({ "what": figure.what, "median": rounded(figure.found), "goal": figure.goal, "unit": figure.unit }))
        .collect();
    let ratios: serde_json::Map<String, Value> = ratios(measured)
        .into_iter()
        .map(|(name, ratio)| (name, json!(rounded(ratio))))
        .collect();
    let files: Vec<Value> = report
        .files
        .iter()
        .map(|file| json!({ "name": file.name, "bytes": file.bytes, "brotli": file.brotli }))
        .collect();
    json!({
        "rows": rows,
        "rounds": ROUNDS,
        "browser": report.browser,
        "results": results,
        "ratios": ratios,
        "page": figures,
        "files": files,
    })
}

fn as_table(report: &Report, rows: u64, results: &[Measured], figures: &[Figure]) -> String {
    let mut text = format!(
        "{rows} rows, {ROUNDS} rounds in turn, Chromium {}, {} cores\n\n\
         | what | median ms | longest task ms |\n| --- | ---: | ---: |\n",
        report.browser,
        std::thread::available_parallelism().map_or(0, std::num::NonZero::get),
    );
    for found in results {
        let _ = writeln!(
            text,
            "| {} | {:.0} | {:.0} |",
            found.name,
            median(found.milliseconds.clone()),
            median(found.longest.clone()),
        );
    }
    text.push_str("\n| ratio | times |\n| --- | ---: |\n");
    for (name, ratio) in ratios(results) {
        let _ = writeln!(text, "| {name} | {ratio:.2} |");
    }
    text.push_str("\n| the page | median | goal |\n| --- | ---: | ---: |\n");
    for Figure {
        what,
        found,
        goal,
        unit,
    } in figures
    {
        let goal = goal.map_or(String::new(), |goal| format!("{goal} {unit}"));
        let _ = writeln!(text, "| {what} | {found:.2} {unit} | {goal} |");
    }
    text.push_str("\n| file | kB | brotli |\n| --- | ---: | ---: |\n");
    for File {
        name,
        bytes,
        brotli,
    } in &report.files
    {
        let _ = writeln!(
            text,
            "| {name} | {:.1} | {:.1} |",
            *bytes as f64 / 1e3,
            *brotli as f64 / 1e3
        );
    }
    text
}
