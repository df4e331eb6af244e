//! Whether the first record is the header, or a person should be asked.

use serde::Serialize;

use super::Table;
use crate::field::{Field, FieldType, Rule};
use crate::import::Format;
use crate::limits::Limits;
use crate::report::ERROR_COLUMN;
use crate::value::{Reader, Reading};

/// Records among which most are looked for.
const SEARCHED: usize = 1_000;

/// Why the first record may be no header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// It holds a phone number or an e-mail address, as contacts do.
    Contact,
    /// It has fewer cells than most records: a title, perhaps.
    Narrow,
}

/// What speaks against the header that was found. Rows that come back with their errors have the header that we wrote.
pub(super) fn doubt(table: &Table, widths: impl Iterator<Item = usize>) -> Option<Doubt> {
    let names = table.header();
    if names.len() > 1 && names.last().is_some_and(|name| name == ERROR_COLUMN) {
        return None;
    }
    let readers = [
        (FieldType::Phone, Format::International),
        (FieldType::Email, Format::Auto),
    ]
    .map(|(kind, format)| {
        let field = Field {
            key: String::new(),
            name: String::new(),
            kind,
            options: Vec::new(),
            rule: Rule::Open,
        };
        Reader::new(&field, &Limits::default(), format, None)
    });
    let is_contact = |name: &String| {
        readers
            .iter()
            .any(|reader| matches!(reader.read(name, None), Reading::Value { .. }))
    };
    if names.iter().any(is_contact) {
        return Some(Doubt::Contact);
    }
    let (mut wider, mut all) = (0, 0);
    for width in widths.take(SEARCHED) {
        wider += usize::from(width > names.len());
        all += 1;
    }
    (wider * 2 > all).then_some(Doubt::Narrow)
}
