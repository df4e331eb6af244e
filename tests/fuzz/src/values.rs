//! Any cell of any type: what is read is canonical, and what receives values instead of cells takes it.

use muster_core::field::{self, Field, FieldType};
use muster_core::import::Format;
use muster_core::issue::Code;
use muster_core::limits::Limits;
use muster_core::value::{FormatFinder, Reader, Reading, is_canonical, trim};

use super::Choices;

const KINDS: [(FieldType, &[Format]); 13] = [
    (FieldType::ContactId, &[Format::Auto]),
    (
        FieldType::Phone,
        &[Format::Auto, Format::International, Format::National],
    ),
    (FieldType::Email, &[Format::Auto]),
    (FieldType::Country, &[Format::Auto]),
    (FieldType::Language, &[Format::Auto]),
    (FieldType::Tags, &[Format::Auto]),
    (FieldType::Text, &[Format::Auto]),
    (FieldType::List, &[Format::Auto]),
    (FieldType::Checkbox, &[Format::Auto]),
    (
        FieldType::Number,
        &[Format::Auto, Format::Comma, Format::Point],
    ),
    (FieldType::Url, &[Format::Auto]),
    (FieldType::Date, &[Format::Auto, Format::Dmy, Format::Mdy]),
    (FieldType::Time, &[Format::Auto]),
];
const COUNTRIES: [Option<&str>; 6] = [
    None,
    Some("MY"),
    Some("US"),
    Some("AR"),
    Some("IT"),
    Some("XK"),
];

/// Reads a cell as some column's, and again what came out of it.
pub fn check(data: &[u8]) {
    let mut choices = Choices(data);
    let (kind, formats) = choices.one(&KINDS);
    let format = choices.one(formats);
    let default_country = choices.one(&COUNTRIES);
    let row_country = choices.one(&COUNTRIES);
    let name = choices.one(&["first_name", "other"]);
    let cell = String::from_utf8_lossy(choices.rest());
    let field = Field {
        key: name.into(),
        name: "Field".into(),
        kind,
        options: ["Gold", "Silber", "Straße", "Ⅷ", "two words"]
            .map(str::to_owned)
            .to_vec(),
        rule: field::Rule::Open,
    };
    let limits = Limits::default();
    // What a column of this one cell is taken for.
    let mut finder = FormatFinder::new(kind, format, ',');
    finder.see(&cell);
    let found = finder.resolve();
    for format in [format, found] {
        let reader = Reader::new(&field, &limits, format, default_country);
        match reader.read(&cell, row_country) {
            Reading::Empty => {}
            Reading::Refused(code) => check_suggestion(&reader, &cell, code, row_country),
            Reading::Value { canonical, warning } => {
                if let Some(code) = warning {
                    check_suggestion(&reader, &cell, code, row_country);
                }
                assert!(!canonical.is_empty());
                assert_eq!(trim(&canonical), canonical);
                assert_eq!(is_canonical(&field, &limits, &canonical), Ok(()));
            }
        }
    }
}

/// What is suggested is read without another word.
fn check_suggestion(reader: &Reader, cell: &str, code: Code, row_country: Option<&str>) {
    if let Some(meant) = reader.suggest(cell, code, row_country) {
        let read = reader.read(&meant, row_country);
        assert!(
            matches!(
                read,
                Reading::Value {
                    warning: None | Some(Code::ValueConverted),
                    ..
                }
            ),
            "{meant:?} is suggested: {read:?}"
        );
    }
}
