//! Values that are seen at a glance: the short way of most cells, with nothing to refuse or to warn of.
//!
//! What is passed on here takes the long way, so that each rule below only has to be right about what it accepts. A
//! test holds all of them against the long way.

use std::borrow::Cow;

use super::{
    Kind, Part, Reader, check, country, date, email, language, letters, number, phone, tags, trim,
};
use crate::import::Format;

impl Reader {
    /// The canonical value of a cell, in whatever format; empty for a blank one. None says nothing. `is_plain`: it is
    /// known to be printable ASCII.
    #[inline]
    pub(crate) fn glance<'a>(&self, cell: &'a str, is_plain: bool) -> Option<Cow<'a, str>> {
        let value = cell.trim_ascii();
        if value.is_empty() {
            return Some(Cow::Borrowed(value));
        }
        if !is_plain && !check::is_printable(value) {
            return self.glance_beyond(value);
        }
        let as_it_stands = match self.kind {
            Kind::Text { max_chars } => is_plain_text(value, max_chars),
            Kind::Email => return email::glance(value),
            Kind::Tags { max, max_chars } => {
                let names = tags::glance(value, max, max_chars)?;
                let fine = is_plain_text(value, u32::MAX) && is_plain_text(&names, u32::MAX);
                return fine.then_some(names);
            }
            Kind::Phone { .. } => return phone::glance(value),
            Kind::Country => country::is_canonical(value),
            Kind::Language => language::is_canonical(value),
            Kind::Date { .. } => date::is_canonical(value.as_bytes()),
            Kind::Number { .. } => number::is_whole(value),
            _ => false,
        };
        as_it_stands.then_some(Cow::Borrowed(value))
    }

    /// The same for what isn't printable ASCII: copied text often has a mark at its end that nobody sees.
    fn glance_beyond<'a>(&self, value: &'a str) -> Option<Cow<'a, str>> {
        let value = trim(value);
        match self.kind {
            Kind::Text { max_chars } if is_plain_text(value, max_chars) => {
                letters::are_settled(value).then_some(Cow::Borrowed(value))
            }
            _ => None,
        }
    }

    /// The printable ASCII that its cells can hold as it stands: what a [glance](Self::glance) sees first.
    pub(crate) fn settled(&self) -> Settled {
        match self.kind {
            Kind::Text { max_chars } => Settled::Texts {
                most: max_chars as usize,
            },
            Kind::Email => Settled::Emails,
            Kind::Phone { .. } => Settled::Phones,
            Kind::Date { .. } => Settled::Dates,
            _ => Settled::Nothing,
        }
    }

    /// Whether the columns of this type have few different values, which say the same in every row.
    pub(crate) fn is_of_few(&self) -> bool {
        matches!(
            self.kind,
            Kind::Country | Kind::Language | Kind::List { .. } | Kind::Checkbox
        )
    }
}

/// Cells of printable ASCII that are values as they stand, by their column's type.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Settled {
    /// There are none.
    Nothing,
    /// Up to so many bytes.
    Texts {
        most: usize,
    },
    Emails,
    Phones,
    Dates,
}

impl Settled {
    /// Whether a cell is one.
    #[inline]
    pub(crate) fn has(self, cell: &[u8]) -> bool {
        match self {
            Self::Nothing => false,
            Self::Texts { most } => match cell {
                [first, .., last] => {
                    WORD[usize::from(*first)] && *last != b' ' && cell.len() <= most
                }
                _ => false,
            },
            Self::Emails => email::is_canonical(cell),
            Self::Phones => phone::is_canonical(cell),
            Self::Dates => date::is_canonical(cell),
        }
    }
}

/// What a text of two and more begins with that stands for nothing else.
const WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0x21;
    while byte < 0x7f {
        table[byte] = !matches!(byte as u8, b'\'' | b'#' | b'?' | b'-' | b'\\' | b'n' | b'N');
        byte += 1;
    }
    table
};

impl Part {
    /// The same for a part of a full name.
    pub(crate) fn glance<'a>(
        self,
        reader: &Reader,
        cell: &'a str,
        is_plain: bool,
        format: Format,
    ) -> Option<Cow<'a, str>> {
        let name = cell.trim_ascii();
        if name.starts_with('\'') || !is_plain && !check::is_printable(name) {
            return None;
        }
        let (first, last) = super::full_name::split(name, format);
        let (first, last) = (reader.glance(first, true)?, reader.glance(last, true)?);
        Some(match self {
            Self::First => first,
            Self::Last => last,
        })
    }
}

/// Whether it is what it is: neither a word for nothing, nor what a spreadsheet writes, nor guarded by an apostrophe.
fn is_plain_text(value: &str, max_chars: u32) -> bool {
    match value.as_bytes() {
        [b'\'' | b'#' | b'?', ..] => false,
        [b'-' | b'\\' | b'n' | b'N', rest @ ..] if rest.len() < 4 => false,
        bytes => bytes.len() <= max_chars as usize,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Reading;
    use super::*;
    use crate::field::{self, Field, FieldType, Rule};
    use crate::limits::Limits;
    use crate::value::FormatFinder;

    const FORMATS: [Format; 7] = [
        Format::Auto,
        Format::International,
        Format::National,
        Format::Dmy,
        Format::Mdy,
        Format::Comma,
        Format::Point,
    ];

    fn fields() -> Vec<Field> {
        let custom = |kind| Field {
            key: "custom".into(),
            name: "Custom".into(),
            kind,
            options: vec!["Gold".into(), "n/a".into(), "??".into(), "-".into()],
            rule: Rule::Open,
        };
        let kinds = [
            FieldType::Text,
            FieldType::List,
            FieldType::Checkbox,
            FieldType::Number,
            FieldType::Url,
            FieldType::Date,
            FieldType::Time,
        ];
        field::standard()
            .into_iter()
            .chain(kinds.map(custom))
            .collect()
    }

    /// How many cells were seen at a glance.
    fn check(cell: &str) -> usize {
        let limits = Limits {
            name_chars: 20,
            ..Limits::default()
        };
        let mut seen = 0;
        for field in fields() {
            for format in FORMATS {
                let reader = Reader::new(&field, &limits, format, Some("MY"));
                let is_plain = cell.bytes().all(|byte| matches!(byte, b' '..=b'~'));
                if is_plain && reader.settled().has(cell.as_bytes()) {
                    assert_eq!(reader.glance(cell, true).as_deref(), Some(cell));
                }
                let Some(canonical) = reader.glance(cell, false) else {
                    continue;
                };
                seen += 1;
                let wanted = match &*canonical {
                    "" => Reading::Empty,
                    _ => Reading::Value {
                        canonical: canonical.clone(),
                        warning: None,
                    },
                };
                for country in [None, Some("US")] {
                    let read = reader.read(cell, country);
                    assert_eq!(read, wanted, "{cell:?} {:?} {format:?}", field.kind);
                }
                if !canonical.is_empty() {
                    let mut finder = FormatFinder::new(field.kind, Format::Auto, ';');
                    let mut other = finder;
                    finder.pass();
                    other.see(cell);
                    assert_eq!(finder.evidence(), other.evidence(), "{cell:?}");
                }
            }
        }
        let name = Reader::neutral(&field::standard()[1], &limits);
        for format in [Format::FirstSpace, Format::LastSpace] {
            for part in [Part::First, Part::Last] {
                if let Some(glanced) = part.glance(&name, cell, false, format) {
                    seen += 1;
                    match part.read(&name, cell, format) {
                        Some(Reading::Empty) => assert_eq!(glanced, "", "{cell:?}"),
                        Some(Reading::Value {
                            canonical,
                            warning: None,
                        }) => assert_eq!(glanced, canonical, "{cell:?}"),
                        other => panic!("{cell:?} {glanced:?} {other:?}"),
                    }
                }
            }
        }
        seen
    }

    fn cells() -> impl Strategy<Value = String> {
        prop_oneof![
            "[ -~]{0,8}",
            "[a-zà-žА-я大阪민준가ʼ'#?n -]{0,6}\\PC{0,2}",
            "(\t|\n|\u{a0}|\u{200b}|\u{fffd}|Ã|é|e|\u{301}|“|”|Š|ß|민|ᄀ|\u{1161}|日|🙂|\u{7f}|\u{b}){1,5}",
            "[ '#?nN\\\\-][ !#-~]{0,5}",
            "(NULL|n/a|none|-|#N/A|\\?\\?|Gold|\\\\N|'=1|\\* myContacts)",
            " ?[A-Za-z]{1,12}( [A-Za-z'-]{1,12}){0,3} ?",
            "[a-zA-Z0-9._%+-]{0,9}@[a-zA-Z0-9.-]{0,12}",
            "\\+[0-9]{3,9}[:;/. ][0-9]{2,5}",
            "\\+ ?(1|7|33|39|44|49|52|54|55|60|65|81|86|91|800|882)[ .(-]{0,2}[0-9]{2,5}[) /.-]{0,2}[0-9]{2,8}(\\.0)?",
            "[a-z.]{1,9}@([a-z0-9]{1,5}\\.){1,3}[a-zA-Z0-9]{1,3}",
            "l{60,66}@(d{60,65}\\.){1,4}[a-z]{1,62}",
            "\\+[0-9]{1,18}",
            "\\+[0-9:;/.]{1,4}[0-9]{5,9}",
            "\\+(1|7|33|39|44|49|52|54|55|60|65|81|86|91|800|882)[0-9]{6,12}",
            "[a-zA-Z]{2,3}",
            "[0-9]{4}-[0-9]{2}-[0-9]{2}",
            "(0[0-9]{3}|[12][0-9]{3})-[01][0-9]-[0-3][0-9]",
            "-?[0-9]{1,32}(\\.[0-9]{1,3})?",
            "[0-9]{1,3}([.,][0-9]{3}){0,2}",
            "[aAbB*#?'n]{0,3}( ?[,;] ?[aAbBn]{0,6}){0,4}",
            "(,|; ?)(none|NULL|-|#N/A|::: )",
            "A ::: [b* ]{0,3}",
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn what_is_seen_at_a_glance_is_what_reading_says(cell in cells()) {
            check(&cell);
        }
    }

    #[test]
    fn most_cells_are_seen_at_a_glance() {
        for (cell, many) in [
            // Texts of three kinds, both parts of a name in both formats; tags; others never.
            ("Ann Lee", 4 * 7 + 4),
            ("Nathaniel Lee", 4 * 7 + 4),
            ("Ann.Lee@example.com", 5 * 7 + 4),
            ("+60123456789", 5 * 7 + 4),
            ("+60 12-345 6789", 5 * 7 + 4),
            ("+6599", 4 * 7 + 4),
            ("MY", 5 * 7 + 4),
            ("EN", 4 * 7 + 4),
            ("en", 5 * 7 + 4),
            ("2024-02-29", 5 * 7 + 4),
            ("2023-02-29", 4 * 7 + 4),
            ("120", 5 * 7 + 4),
            ("a, b;A", 4 * 7 + 4),
            ("a , b", 4 * 7 + 4),
            ("Zoë", 3 * 7),
            ("大阪 Ōsaka", 3 * 7),
            ("Zoe\u{308}", 0),
            ("JosÃ©", 0),
            ("-", 0),
            ("NULL", 0),
            ("'tis", 0),
        ] {
            assert_eq!(check(cell), many, "{cell:?}");
        }
    }
}
