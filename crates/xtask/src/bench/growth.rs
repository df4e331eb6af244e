//! How the time per row grows with the file.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Context as _;
use serde_json::{Value, json};

use super::{Measured, Task, answer, make, measure, prepare};
use crate::run::say;

/// Rounds of a file, after one to warm up.
const ROUNDS: usize = 3;
/// Rows of the files that are compared with as many contacts.
const VERDICTS: [u64; 4] = [10_000, 50_000, 200_000, 1_000_000];
/// Rows of the file that is split only.
const SPLIT: u64 = 10_000_000;
/// Where the growth is measured from, and to.
const FROM_TO: [u64; 2] = [50_000, 1_000_000];

/// What a file took.
struct Point {
    rows: u64,
    split: f64,
    /// Validating and comparing, where it was done.
    verdict: Option<(f64, f64)>,
    wasm_bytes: u64,
}

impl Point {
    fn new(rows: u64, measured: &Measured) -> Self {
        Self {
            rows,
            split: match measured.steps.is_empty() {
                true => measured.median(),
                false => measured.step(|steps| steps.split),
            },
            verdict: (!measured.steps.is_empty()).then(|| {
                let validate = measured.step(|steps| steps.validate);
                (validate, measured.step(|steps| steps.ask + steps.diff))
            }),
            wasm_bytes: measured.done.as_ref().map_or(0, |done| done.wasm_bytes),
        }
    }

    /// Nanoseconds per row.
    fn per_row(&self, milliseconds: f64) -> f64 {
        milliseconds * 1e6 / self.rows as f64
    }
}

/// Measures files of all sizes.
pub(super) fn run(root: &Path, json: bool) -> anyhow::Result<()> {
    prepare(root)?;
    let mut points = Vec::new();
    for rows in VERDICTS {
        points.push(point(root, rows, true)?);
    }
    points.push(point(root, SPLIT, false)?);
    say(&match json {
        true => as_json(&points).to_string(),
        false => as_table(&points),
    });
    Ok(())
}

fn point(root: &Path, rows: u64, verdict: bool) -> anyhow::Result<Point> {
    let folder = root.join(format!("target/data/growth-{rows}"));
    let data = folder.join("dirty");
    make(&data, rows, 1, if verdict { rows } else { 0 })?;
    let known = folder.join("known");
    if verdict {
        answer(&data, &known, rows)?;
    } else {
        // Nothing is looked up: the smallest file's answers open the session, with other limits.
        let smallest = root.join(format!(
            "target/data/growth-{}/known/known.json",
            VERDICTS[0]
        ));
        let mut answers: Value = serde_json::from_slice(&fs::read(smallest)?)?;
        answers["matches"] = json!([]);
        answers["values"] = json!([]);
        answers["workspace"]["limits"]["max_rows"] = u32::MAX.into();
        answers["workspace"]["limits"]["max_bytes"] = u32::MAX.into();
        fs::create_dir_all(&known)?;
        fs::write(known.join("known.json"), answers.to_string())?;
    }
    let task = Task::new("grow", json!([ROUNDS, verdict]), &data.join("data.csv"));
    let report = measure(root, &folder, &[task])?;
    let measured = report.grow.first().context("nothing was measured")?;
    anyhow::ensure!(
        measured.records == rows,
        "{} of {rows} rows",
        measured.records
    );
    Ok(Point::new(rows, measured))
}

/// How much more a row costs in a big file than in a small one: split and validated, and compared.
fn bends(points: &[Point]) -> Option<(f64, f64)> {
    let [small, big] = FROM_TO.map(|rows| points.iter().find(|point| point.rows == rows));
    let (small, big) = (small?, big?);
    let ((small_validate, small_diff), (big_validate, big_diff)) = (small.verdict?, big.verdict?);
    let read = |point: &Point, validate: f64| point.per_row(point.split + validate);
    Some((
        read(big, big_validate) / read(small, small_validate),
        big.per_row(big_diff) / small.per_row(small_diff),
    ))
}

fn as_json(points: &[Point]) -> Value {
    let points_json: Vec<Value> = points
        .iter()
        .map(|point| {
            json!({
                "rows": point.rows,
                "split_ns_per_row": point.per_row(point.split),
                "validate_ns_per_row": point.verdict.map(|(validate, _)| point.per_row(validate)),
                "diff_ns_per_row": point.verdict.map(|(_, diff)| point.per_row(diff)),
                "wasm_bytes": point.wasm_bytes,
            })
        })
        .collect();
    let bends = bends(points);
    json!({
        "growth": points_json,
        "bends": {
            "split and validate": bends.map(|(read, _)| read),
            "diff": bends.map(|(_, diff)| diff),
        },
    })
}

fn as_table(points: &[Point]) -> String {
    let mut text = String::from(
        "Nanoseconds per row, the median of 3 rounds after one to warm up\n\n\
         | rows | split | validate | diff | wasm memory |\n\
         | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for point in points {
        let cell = |milliseconds: Option<f64>| {
            milliseconds.map_or(String::new(), |ms| format!("{:.0}", point.per_row(ms)))
        };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {:.0} MB |",
            point.rows,
            cell(Some(point.split)),
            cell(point.verdict.map(|(validate, _)| validate)),
            cell(point.verdict.map(|(_, diff)| diff)),
            point.wasm_bytes as f64 / 1e6,
        );
    }
    if let Some((read, diff)) = bends(points) {
        let _ = write!(
            text,
            "\nFrom {} to {} rows a row takes {read:.2} times as long to split and validate, {diff:.2} times to compare.",
            FROM_TO[0], FROM_TO[1]
        );
    }
    text
}
