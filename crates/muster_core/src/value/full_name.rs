//! Full names: a first and a last name in one cell.

use super::{Reader, Reading, strip_guard, trim};
use crate::import::Format;

/// A part of a full name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    First,
    Last,
}

impl Part {
    /// Reads this part of a cell. A cell with a part that is refused is so as a whole: the first part says why, the
    /// last is then none.
    pub(crate) fn read<'a>(
        self,
        reader: &Reader,
        cell: &'a str,
        format: Format,
    ) -> Option<Reading<'a>> {
        let (first, last) = split(strip_guard(trim(cell)), format);
        let (first, last) = (
            reader.read_value(first, None),
            reader.read_value(last, None),
        );
        match (self, first, last) {
            (Self::First, Reading::Refused(code), _) | (Self::First, _, Reading::Refused(code)) => {
                Some(Reading::Refused(code))
            }
            (Self::Last, Reading::Refused(_), _) | (Self::Last, _, Reading::Refused(_)) => None,
            (Self::First, first, _) => Some(first),
            (Self::Last, _, last) => Some(last),
        }
    }
}

/// The names before and after the first blank, or the last one; a single name is the first.
pub(super) fn split(name: &str, format: Format) -> (&str, &str) {
    let parts = match format {
        Format::LastSpace => name.rsplit_once(char::is_whitespace),
        _ => name.split_once(char::is_whitespace),
    };
    parts.map_or((name, ""), |(first, last)| (trim(first), trim(last)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field;
    use crate::issue::Code;
    use crate::limits::Limits;

    #[track_caller]
    fn check(cell: &str, by_first: (&str, &str), by_last: (&str, &str)) {
        let reader = Reader::neutral(&field::standard()[1], &Limits::default());
        for (format, want) in [(Format::FirstSpace, by_first), (Format::LastSpace, by_last)] {
            let part = |part: Part| match part.read(&reader, cell, format) {
                Some(Reading::Value { canonical, .. }) => canonical.into_owned(),
                Some(Reading::Empty) => String::new(),
                other => panic!("{cell:?} {other:?}"),
            };
            let found = (part(Part::First), part(Part::Last));
            assert_eq!((found.0.as_str(), found.1.as_str()), want, "{cell:?}");
        }
    }

    #[test]
    fn names_are_parted_at_the_first_or_the_last_blank() {
        check("Ann Lee", ("Ann", "Lee"), ("Ann", "Lee"));
        check("Ann Mei Lee", ("Ann", "Mei Lee"), ("Ann Mei", "Lee"));
        check(" Ann \u{a0} Lee\u{200b} ", ("Ann", "Lee"), ("Ann", "Lee"));
        check("Ann\tLee", ("Ann", "Lee"), ("Ann", "Lee"));
        check("Ann", ("Ann", ""), ("Ann", ""));
        check("", ("", ""), ("", ""));
        check("'-Ann =Lee", ("-Ann", "=Lee"), ("-Ann", "=Lee"));
        check("Zoe\u{308} 'tis", ("Zoë", "'tis"), ("Zoë", "'tis"));
    }

    #[test]
    fn a_cell_is_refused_once() {
        let reader = Reader::neutral(&field::standard()[1], &Limits::default());
        let long = "x".repeat(256);
        for (cell, code) in [
            ("A\0 B", Code::ControlCharacter),
            ("A B\0", Code::ControlCharacter),
            ("A\0 B\0", Code::ControlCharacter),
            (&*format!("A {long}"), Code::TooLong),
            ("#N/A", Code::SpreadsheetDamaged),
        ] {
            let read = |part: Part| part.read(&reader, cell, Format::FirstSpace);
            assert_eq!(read(Part::First), Some(Reading::Refused(code)), "{cell:?}");
            assert_eq!(read(Part::Last), None, "{cell:?}");
        }
    }
}
