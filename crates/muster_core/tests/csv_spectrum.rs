//! The files of csv-spectrum, cell by cell. (`location_coordinates` contradicts its own expectation and is left out.)

#![expect(clippy::unwrap_used, reason = "a test ends where something is wrong")]

#[path = "../src/evidence.rs"]
#[expect(dead_code, reason = "there are as many cases as there are")]
mod evidence;

use std::fs;
use std::path::Path;

use muster_core::{import::FileChoice, limits::Limits, parse::Parser};
use serde_json::{Map, Value};

/// The cells of a file as csv-spectrum writes them down: an object per record below the header.
fn read(file: &[u8], chunk: usize) -> Vec<Value> {
    let mut parser = Parser::new(&Limits::default(), &FileChoice::default());
    for piece in file.chunks(chunk) {
        parser.push(piece);
    }
    let table = parser.finish().unwrap();
    let text = |cell: muster_core::parse::Cell<'_>| cell.into_text().unwrap().into_owned();
    let mut records = table.records().map(|(_, cells)| cells.map(text));
    let header: Vec<String> = records.next().unwrap().collect();
    records
        .map(|cells| {
            assert_eq!(cells.len(), header.len());
            let object: Map<_, _> = header
                .iter()
                .cloned()
                .zip(cells.map(Value::String))
                .collect();
            Value::Object(object)
        })
        .collect()
}

#[test]
fn cells_are_as_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/csv-spectrum");
    let mut seen = 0;
    for entry in fs::read_dir(folder.join("json")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        if name == "location_coordinates" {
            continue;
        }
        let expected: Vec<Value> = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let file = fs::read(folder.join("csvs").join(name).with_extension("csv")).unwrap();
        for chunk in [1, 7, file.len()] {
            assert_eq!(read(&file, chunk), expected, "{name} by {chunk}");
        }
        seen += 1;
    }
    assert_eq!(seen, 11);
    let found = "every cell as expected, in three cuts";
    evidence::count(seen, "files of csv-spectrum", found);
}
