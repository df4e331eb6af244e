//! The figures of a run as JSON, and as a table for people.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Measured, ROUNDS, Report};

/// How many times faster Muster is than each of the others.
fn ratios(report: &Report) -> Vec<(String, f64)> {
    let is_ours = |measured: &&Measured| measured.done.is_some();
    let among = |results: &[Measured]| -> Vec<(String, f64)> {
        let ours = results.iter().filter(is_ours);
        ours.flat_map(|own| {
            let others = results.iter().filter(|other| other.done.is_none());
            others.map(move |other| {
                let name = format!("{} / {}", other.name, own.name);
                (name, other.median() / own.median())
            })
        })
        .collect()
    };
    [among(&report.results), among(&report.phones)].concat()
}

/// Those whose parts were measured.
fn verdicts(report: &Report) -> impl Iterator<Item = &Measured> {
    report.results.iter().filter(|own| !own.steps.is_empty())
}

pub(super) fn as_json(report: &Report, rows: u64) -> Value {
    let rounded = |number: f64| (number * 100.0).round() / 100.0;
    let results: Vec<Value> = report
        .results
        .iter()
        .chain(&report.phones)
        .map(|measured| {
            let sorted = measured.sorted();
            json!({
                "name": measured.name,
                "median_ms": rounded(measured.median()),
                "min_ms": sorted.first().copied().map(rounded),
                "max_ms": sorted.last().copied().map(rounded),
                "wasm_bytes": measured.done.as_ref().map(|done| done.wasm_bytes),
                "heap_bytes": measured.heap_bytes,
            })
        })
        .collect();
    let ratios: serde_json::Map<String, Value> = ratios(report)
        .into_iter()
        .map(|(name, ratio)| (name, json!(rounded(ratio))))
        .collect();
    let steps: serde_json::Map<String, Value> = verdicts(report)
        .map(|measured| {
            let steps = json!({
                "split_ms": rounded(measured.step(|steps| steps.split)),
                "validate_ms": rounded(measured.step(|steps| steps.validate)),
                "ask_ms": rounded(measured.step(|steps| steps.ask)),
                "diff_ms": rounded(measured.step(|steps| steps.diff)),
            });
            (measured.name.clone(), steps)
        })
        .collect();
    json!({ "rows": rows, "results": results, "steps": steps, "ratios": ratios })
}

pub(super) fn as_table(report: &Report, rows: u64) -> String {
    let mut text = format!(
        "{rows} rows, {ROUNDS} rounds in turn after one to warm up, Chromium {}, {} cores\n\n\
         | what | median ms | min | max | records | wasm memory | JS heap |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n",
        report.browser,
        std::thread::available_parallelism().map_or(0, std::num::NonZero::get),
    );
    for measured in report.results.iter().chain(&report.phones) {
        let sorted = measured.sorted();
        let (min, max) = (sorted.first(), sorted.last());
        let memory = measured.done.as_ref().map_or(String::new(), |done| {
            format!("{:.0} MB", done.wasm_bytes as f64 / 1e6)
        });
        let _ = writeln!(
            text,
            "| {} | {:.1} | {:.1} | {:.1} | {} | {memory} | {:.0} MB |",
            measured.name,
            measured.median(),
            min.copied().unwrap_or(f64::NAN),
            max.copied().unwrap_or(f64::NAN),
            measured.records,
            measured.heap_bytes as f64 / 1e6,
        );
    }
    for measured in verdicts(report) {
        let _ = writeln!(
            text,
            "\n{}: split {:.1} ms, validate {:.1} ms, lookups {:.1} ms, diff {:.1} ms",
            measured.name,
            measured.step(|steps| steps.split),
            measured.step(|steps| steps.validate),
            measured.step(|steps| steps.ask),
            measured.step(|steps| steps.diff),
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
