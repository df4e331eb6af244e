//! Of which type a field would be that takes a column as it is.

use serde::Serialize;

use super::content::{self, SAMPLE};
use crate::field::{Field, FieldType, Rule};
use crate::import::Format;
use crate::issue::Code;
use crate::limits::Limits;
use crate::order::sort_few;
use crate::parse::Table;
use crate::value::{Reader, Reading, fold, is_placeholder};

/// The percentage of values that must be of the type.
const ENOUGH: u32 = 90;
/// The options that a person would still choose from.
const MOST_OPTIONS: usize = 30;
/// Values per option, on average: who writes each only once or twice has no list in mind.
const REPEATED: usize = 3;
/// An option is a word or two.
const LONGEST_OPTION: usize = 60;
/// Numbers of so many digits are names of things.
const LONGEST_NUMBER: usize = 15;

/// The type of a field that takes a column's values, and what speaks for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Guess {
    /// One of those that custom fields have.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// The options of a list, the most frequent first.
    pub options: Vec<String>,
    /// Values that were looked at: empty cells, placeholders and a spreadsheet's error values are none.
    pub values: u32,
    /// Those of them that are of the type.
    pub fitting: u32,
}

/// The type that a field for the column should have: the narrowest of which nearly all values are, else text.
///
/// ```
/// use muster_core::{field::FieldType, import::FileChoice, limits::Limits, mapping::guess, parse::Parser};
///
/// let mut parser = Parser::new(&Limits::default(), &FileChoice::default());
/// parser.push(b"Name,Born\nAnn,1990-01-31\nBo,N/A\nCy,2001-12-24\n");
/// let table = parser.finish().unwrap();
/// assert_eq!(guess(&table, 0).kind, FieldType::Text);
/// assert_eq!(guess(&table, 1).kind, FieldType::Date);
/// assert_eq!(guess(&table, 1).values, 2);
/// ```
pub fn guess(table: &Table, column: usize) -> Guess {
    let values: Vec<String> = content::values(table, column)
        .filter(|value| !is_placeholder(value))
        .take(SAMPLE)
        .collect();
    let text = reader(FieldType::Text, Format::Auto);
    let values: Vec<String> = values
        .into_iter()
        .filter(|value| text.read(value, None) != Reading::Refused(Code::SpreadsheetDamaged))
        .collect();
    let seen = values.len() as u32;
    let found = |kind, fitting| Guess {
        kind,
        options: Vec::new(),
        values: seen,
        fitting,
    };
    for (kind, formats, is_possible) in KINDS {
        let fitting = formats.iter().map(|&format| {
            let reader = reader(kind, format);
            let fits = |value: &&String| is_possible(value) && fits(&reader, value);
            values.iter().filter(fits).count() as u32
        });
        let fitting = fitting.max().unwrap_or(0);
        if fitting > 0 && fitting * 100 >= seen * ENOUGH {
            return found(kind, fitting);
        }
    }
    options(table, column).unwrap_or_else(|| found(FieldType::Text, seen))
}

type Kind = (FieldType, &'static [Format], fn(&str) -> bool);

/// The types that can be told by a value, each with the ways of writing it and what else it takes.
const KINDS: [Kind; 6] = [
    (FieldType::Checkbox, &[Format::Auto], |_| true),
    (FieldType::Email, &[Format::Auto], |_| true),
    (FieldType::Url, &[Format::Auto], |_| true),
    (FieldType::Date, &[Format::Dmy, Format::Mdy], |_| true),
    (FieldType::Time, &[Format::Auto], |_| true),
    (
        FieldType::Number,
        &[Format::Point, Format::Comma],
        is_amount,
    ),
];

/// Whether digits count something. Those with zeros or a plus before them, and very many of them, are numbers of
/// things: of a street, an account, a phone.
fn is_amount(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let bare = value.trim_start_matches('-');
    let is_padded = bare.starts_with('0') && bare.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
    digits <= LONGEST_NUMBER && !is_padded && !value.starts_with('+')
}

fn reader(kind: FieldType, format: Format) -> Reader {
    let field = Field {
        key: String::new(),
        name: String::new(),
        kind,
        options: Vec::new(),
        rule: Rule::Open,
    };
    Reader::new(&field, &Limits::default(), format, None)
}

fn fits(reader: &Reader, value: &str) -> bool {
    matches!(reader.read(value, None), Reading::Value { .. })
}

/// The column as a list, if few values come again and again. All rows are looked at: a rare option is one too.
fn options(table: &Table, column: usize) -> Option<Guess> {
    let mut options: Vec<(String, String, usize)> = Vec::new();
    let mut seen = 0;
    for value in content::all_values(table, column).filter(|value| !is_placeholder(value)) {
        seen += 1;
        let key = fold(&value);
        if let Some(option) = options.iter_mut().find(|(other, ..)| *other == key) {
            option.2 += 1;
            continue;
        }
        if options.len() == MOST_OPTIONS || value.chars().nth(LONGEST_OPTION).is_some() {
            return None;
        }
        options.push((key, value, 1));
    }
    if options.len() < 2 || options.len() * REPEATED > seen {
        return None;
    }
    sort_few(&mut options, |&(.., count)| std::cmp::Reverse(count));
    Some(Guess {
        kind: FieldType::List,
        options: options.into_iter().map(|(_, value, _)| value).collect(),
        values: seen as u32,
        fitting: seen as u32,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::tests::table;

    fn of(cells: &[&str]) -> Guess {
        let rows: Vec<[&str; 2]> = cells.iter().map(|cell| ["?", *cell]).collect();
        let rows: Vec<&[&str]> = rows.iter().map(<[&str; 2]>::as_slice).collect();
        guess(&table(&["x", "y"], &rows), 1)
    }

    #[track_caller]
    fn check(kind: FieldType, cells: &[&str]) {
        assert_eq!(of(cells).kind, kind, "{cells:?}");
    }

    #[test]
    fn types_are_told_by_their_values() {
        check(FieldType::Checkbox, &["yes", "No", "", "YES"]);
        check(FieldType::Checkbox, &["1", "0", "1"]);
        check(FieldType::Checkbox, &["x", "", "✓"]);
        check(FieldType::Email, &["a@x.com", "B@Y.org"]);
        check(FieldType::Url, &["https://a.example", "http://b.example/c"]);
        check(FieldType::Date, &["2024-01-31", "2024-02-01"]);
        check(FieldType::Date, &["31/01/2024", "01/02/2024"]);
        check(FieldType::Date, &["1/31/2024", "2/1/2024"]);
        check(FieldType::Date, &["25 Oct 2023"]);
        check(FieldType::Time, &["8:30", "14:00", "2pm"]);
        check(FieldType::Number, &["12", "-3.5", "1,234.00"]);
        check(FieldType::Number, &["1.234,56", "2,5"]);
        check(FieldType::Number, &["2023", "0"]);
        check(FieldType::Text, &["Kuala Lumpur", "Penang"]);
        check(FieldType::Text, &["", " ", "N/A"]);
    }

    #[test]
    fn digits_that_count_nothing_are_text() {
        check(FieldType::Text, &["00123", "04567"]);
        check(FieldType::Text, &["+60123456789", "+60123456780"]);
        check(FieldType::Text, &["1234567890123456"]);
        check(FieldType::Number, &["123456789012345"]);
        check(FieldType::Number, &["0.5", "0", "-0.25"]);
    }

    #[test]
    fn a_few_bad_cells_change_nothing() {
        let mut cells = vec!["12"; 9];
        cells.push("twelve");
        check(FieldType::Number, &cells);
        assert_eq!((of(&cells).values, of(&cells).fitting), (10, 9));
        cells.extend(["#N/A", "NULL", "-", ""]);
        assert_eq!((of(&cells).values, of(&cells).fitting), (10, 9));
        cells.push("thirteen");
        check(FieldType::List, &cells);
    }

    #[test]
    fn few_values_that_come_again_are_a_list() {
        let cells = [
            "Pro", "Free", "free", "Pro", "FREE", "Free", "Free", "Gold", "Pro",
        ];
        let found = of(&cells);
        assert_eq!(found.kind, FieldType::List);
        assert_eq!(found.options, ["Free", "Pro", "Gold"]);
        assert_eq!((found.values, found.fitting), (9, 9));
        check(FieldType::Text, &cells[..5]);
        check(FieldType::Text, &["Pro"; 9]);
        let names: Vec<String> = (0..31).map(|number| format!("Town {number}")).collect();
        let many: Vec<&str> = names.iter().map(String::as_str).cycle().take(310).collect();
        check(FieldType::Text, &many);
        let fewer: Vec<&str> = names[..30]
            .iter()
            .map(String::as_str)
            .cycle()
            .take(300)
            .collect();
        check(FieldType::List, &fewer);
        let long = "a".repeat(61);
        check(FieldType::Text, &[&long, "b", &long, "b", &long, "b"]);
    }
}
