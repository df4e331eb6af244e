//! What a column holds, as far as a sample of its cells tells.

use crate::field::{Field, FieldType};
use crate::import::Format;
use crate::issue::Code;
use crate::limits::Limits;
use crate::parse::Table;
use crate::value::{Reader, Reading, strip_guard, trim};

/// Rows among which filled cells are looked for: a column may be empty all the way down.
const SEARCHED_ROWS: usize = 1_000;
/// Filled cells that are looked at.
pub(super) const SAMPLE: usize = 50;
/// Cells that may be something else before a column is given up.
const STRANGERS: usize = 10;
/// Cells without any such character that speak against a type.
const SILENT: usize = 3;
/// The percentage of cells that must fit.
const ENOUGH: usize = 80;

/// The column's first values.
fn sample(table: &Table, column: usize) -> impl Iterator<Item = String> {
    values(table, column).take(SAMPLE)
}

/// The column's values as far down as a sample is taken from.
pub(super) fn values(table: &Table, column: usize) -> impl Iterator<Item = String> {
    values_of(table, column, table.rows().min(SEARCHED_ROWS))
}

/// The values of all rows.
pub(super) fn all_values(table: &Table, column: usize) -> impl Iterator<Item = String> {
    values_of(table, column, table.rows())
}

fn values_of(table: &Table, column: usize, rows: usize) -> impl Iterator<Item = String> {
    (0..rows).filter_map(move |row| {
        let cell = table.cell(row, column);
        let text = cell.text().unwrap_or_else(Into::into);
        let value = strip_guard(trim(&text));
        (!value.is_empty()).then(|| value.to_owned())
    })
}

/// Whether nothing is in the column, as far as can be seen.
pub(super) fn is_empty(table: &Table, column: usize) -> bool {
    sample(table, column).next().is_none()
}

/// Whether the cells are something else than the header says: `yes` below WhatsApp, `+60` below Country Code.
pub(super) fn is_something_else(table: &Table, column: usize, kind: FieldType) -> bool {
    let needed: fn(char) -> bool = match kind {
        FieldType::Email => |c| c == '@',
        FieldType::Phone | FieldType::Date => char::is_numeric,
        FieldType::Country | FieldType::Language => char::is_alphabetic,
        _ => return false,
    };
    let mut seen = 0;
    for value in sample(table, column) {
        if value.contains(needed) {
            return false;
        }
        seen += 1;
    }
    seen >= SILENT
}

/// The percentage of the column's values that are values of the field, if it is enough to tell.
pub(super) fn share(table: &Table, column: usize, field: &Field) -> Option<usize> {
    let least = match field.kind {
        FieldType::Email | FieldType::Phone => 1,
        FieldType::Country | FieldType::Language | FieldType::Date => 2,
        _ => return None,
    };
    // No limit has to do with these types.
    let reader = Reader::new(field, &Limits::default(), Format::Auto, None);
    let (mut seen, mut fitting) = (0, 0);
    for value in sample(table, column) {
        seen += 1;
        fitting += usize::from(is_telling(field.kind, &value) && fits(&reader, &value));
        if seen - fitting > STRANGERS {
            return None;
        }
    }
    let share = fitting * 100 / seen.max(1);
    (fitting >= least && share >= ENOUGH).then_some(share)
}

/// Whether the value could hardly be anything else: `NO` is an answer, a state's code is a country's too, and a row of
/// digits can be any number.
fn is_telling(kind: FieldType, value: &str) -> bool {
    match kind {
        FieldType::Phone => value.starts_with('+'),
        FieldType::Country | FieldType::Language => value.chars().nth(3).is_some(),
        FieldType::Date => !value.bytes().all(|byte| byte.is_ascii_digit()),
        _ => true,
    }
}

fn fits(reader: &Reader, value: &str) -> bool {
    matches!(
        reader.read(value, None),
        Reading::Value { .. } | Reading::Refused(Code::DateAmbiguous)
    )
}
