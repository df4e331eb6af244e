//! What a person is shown of a file before it is mapped.

use muster_core::import::HEADER_ROWS;
use muster_core::mapping::{Reason, Suggestion};
use muster_core::parse::{Doubt, Table};
use serde::Serialize;

/// Rows shown as they were split.
const SAMPLE_ROWS: usize = 10;
/// Cells of a record by which a person knows it for the header.
const HEAD_CELLS: usize = 4;
/// Distinct values shown of a column.
const SAMPLE_VALUES: usize = 3;
/// Rows among which distinct values are looked for: a column may be empty all the way down.
const SEARCHED_ROWS: usize = 2_000;

/// What is known of a file once it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contents {
    rows: usize,
    encoding: String,
    delimiter: char,
    header: Vec<String>,
    header_row: u32,
    header_doubt: Option<Doubt>,
    /// The records among which the header is.
    head: Vec<SampleRow>,
    sample: Vec<SampleRow>,
    samples: Vec<Vec<String>>,
    suggestions: Vec<Option<Suggested>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct SampleRow {
    row: u32,
    cells: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Suggested {
    field: String,
    reason: Reason,
    confidence: u8,
}

impl From<Suggestion> for Suggested {
    fn from(suggestion: Suggestion) -> Self {
        let Suggestion {
            field,
            reason,
            confidence,
        } = suggestion;
        Self {
            field,
            reason,
            confidence,
        }
    }
}

impl Contents {
    /// Looks at the first rows of a file.
    pub fn new(table: &Table, suggestions: Vec<Option<Suggestion>>) -> Self {
        let sample_row = |row| SampleRow {
            row: table.row_number(row),
            cells: (0..table.width())
                .map(|column| shown(table, row, column))
                .collect(),
        };
        Self {
            rows: table.rows(),
            encoding: table.encoding().to_owned(),
            delimiter: table.delimiter(),
            header: table.header().to_vec(),
            header_row: table.header_row(),
            header_doubt: table.header_doubt(),
            head: table
                .records()
                .take_while(|(number, _)| *number <= HEADER_ROWS)
                .map(|(row, cells)| SampleRow {
                    row,
                    cells: cells
                        .take(HEAD_CELLS)
                        .map(|cell| String::from_utf8_lossy(&cell.bytes).into_owned())
                        .collect(),
                })
                .collect(),
            sample: (0..table.rows().min(SAMPLE_ROWS)).map(sample_row).collect(),
            samples: (0..table.width())
                .map(|column| distinct(table, column))
                .collect(),
            suggestions: suggestions
                .into_iter()
                .map(|suggestion| suggestion.map(Suggested::from))
                .collect(),
        }
    }
}

fn distinct(table: &Table, column: usize) -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    for row in 0..table.rows().min(SEARCHED_ROWS) {
        let value = muster_core::value::trim(&shown(table, row, column)).to_owned();
        if !value.is_empty() && !values.contains(&value) {
            values.push(value);
            if values.len() == SAMPLE_VALUES {
                break;
            }
        }
    }
    values
}

/// The cell's text, also where some of it is no text.
fn shown(table: &Table, row: usize, column: usize) -> String {
    String::from_utf8_lossy(&table.cell(row, column).bytes).into_owned()
}
