//! Cells become values: trimmed, checked, and brought into the canonical form of their field's type.
//!
//! One file per type; [`Reader`] is the door. Values of equal canonical form are equal, everywhere in Muster.

mod check;
mod checkbox;
mod contact_id;
mod country;
mod date;
mod doubt;
mod email;
mod fold;
mod format;
mod full_name;
mod glance;
mod language;
mod letters;
mod list;
mod names;
mod nearest;
mod number;
mod phone;
mod plain;
pub(crate) mod repair;
mod several;
mod slips;
mod suggest;
pub mod tags;
mod text;
mod time;
mod unicode;
mod url;

use std::borrow::Cow;

use crate::field::{self, Field, FieldType};
use crate::import::Format;
use crate::issue::Code;
use crate::limits::Limits;

pub(crate) use doubt::is_placeholder;
pub use fold::fold;
pub(crate) use fold::without_marks;
pub use format::{Evidence, FormatFinder};
pub(crate) use full_name::Part;
pub(crate) use glance::Settled;
pub use list::is_option;
pub(crate) use phone::country as phone_country;
pub use plain::{strip_guard, trim};
pub(crate) use slips::{MOST_CHARS, kinds, slips};

/// What became of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading<'a> {
    /// Nothing is left after trimming.
    Empty,
    /// A value of the field's type.
    Value {
        /// The form in which it is compared, travels and is stored.
        canonical: Cow<'a, str>,
        /// What a person should know about it.
        warning: Option<Code>,
    },
    /// No value of the field's type, and why. [`Reader::suggest`] says what was probably meant.
    Refused(Code),
}

impl Reading<'_> {
    fn into_owned<'b>(self) -> Reading<'b> {
        match self {
            Self::Empty => Reading::Empty,
            Self::Value { canonical, warning } => Reading::Value {
                canonical: Cow::Owned(canonical.into_owned()),
                warning,
            },
            Self::Refused(code) => Reading::Refused(code),
        }
    }
}

/// What a type's own reader makes of a trimmed value that isn't empty and has passed the checks of every type.
type Verdict<'a> = Result<(Cow<'a, str>, Option<Code>), Code>;

/// Reads the cells of one column.
///
/// ```
/// use muster_core::{field, import::Format, limits::Limits};
/// use muster_core::value::{Reader, Reading};
///
/// let email = &field::standard()[4];
/// let reader = Reader::new(email, &Limits::default(), Format::Auto, None);
/// let Reading::Value { canonical, .. } = reader.read(" Aisyah@Example.com ", None) else { panic!() };
/// assert_eq!(canonical, "aisyah@example.com");
/// ```
#[derive(Clone, Debug)]
pub struct Reader {
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Text {
        max_chars: u32,
    },
    ContactId,
    Phone {
        format: Format,
        default_country: Option<phone::Country>,
    },
    Email,
    Country,
    Language,
    List {
        options: list::Options,
    },
    Checkbox,
    Number {
        format: Format,
    },
    Url {
        max_chars: u32,
    },
    Date {
        format: Format,
    },
    Time,
    Tags {
        max: u32,
        max_chars: u32,
    },
}

impl Reader {
    /// A reader for a field's cells, written in `format` (of those that [`FormatFinder`] resolves); phone numbers
    /// without a country are of `default_country`.
    pub fn new(
        field: &Field,
        limits: &Limits,
        format: Format,
        default_country: Option<&str>,
    ) -> Self {
        let kind = match field.kind {
            FieldType::ContactId => Kind::ContactId,
            FieldType::Phone => Kind::Phone {
                format,
                default_country: default_country.and_then(phone::Country::new),
            },
            FieldType::Email => Kind::Email,
            FieldType::Country => Kind::Country,
            FieldType::Language => Kind::Language,
            FieldType::List => Kind::List {
                options: list::Options::new(&field.options),
            },
            FieldType::Checkbox => Kind::Checkbox,
            FieldType::Number => Kind::Number { format },
            FieldType::Url => Kind::Url {
                max_chars: limits.text_chars,
            },
            FieldType::Date => Kind::Date { format },
            FieldType::Time => Kind::Time,
            FieldType::Tags => Kind::Tags {
                max: limits.tags_in_cell,
                max_chars: limits.name_chars,
            },
            FieldType::Text => Kind::Text {
                max_chars: if field::is_name(&field.key) {
                    limits.name_chars
                } else {
                    limits.text_chars
                },
            },
        };
        Self { kind }
    }

    /// Reads in another format from now on.
    pub(crate) fn set_format(&mut self, found: Format) {
        if let Kind::Phone { format, .. } | Kind::Number { format } | Kind::Date { format } =
            &mut self.kind
        {
            *format = found;
        }
    }

    /// The reader of canonical values, to which no column has given its ways.
    pub(crate) fn neutral(field: &Field, limits: &Limits) -> Self {
        let format = match field.kind {
            FieldType::Number => Format::Point,
            _ => Format::Auto,
        };
        Self::new(field, limits, format, None)
    }

    /// See [`is_canonical`], for which this reader has to be [neutral](Self::neutral).
    pub(crate) fn check(&self, value: &str) -> Result<(), Code> {
        match self.read_value(value, None) {
            // The reader trims before it reads, so that what could be trimmed is no fixed point.
            Reading::Value { canonical, .. } if canonical == value && trim(value) == value => {
                Ok(())
            }
            Reading::Refused(code) => Err(code),
            Reading::Value { .. } | Reading::Empty => Err(Code::RefusedByServer),
        }
    }

    /// Reads a cell as it was split. `row_country` is the canonical country of the row's own Country cell.
    pub fn read<'a>(&self, cell: &'a str, row_country: Option<&str>) -> Reading<'a> {
        let value = strip_guard(trim(cell));
        match self.kind {
            Kind::Phone { .. } | Kind::Email => {
                let Some(first) = several::first(value) else {
                    return self.read_value(value, row_country);
                };
                let mut reading = self.read_value(first, row_country);
                if let Reading::Value { warning, .. } = &mut reading {
                    *warning = Some(Code::MoreValues);
                }
                reading
            }
            Kind::Tags { .. } => match several::labels(value) {
                Some(labels) => self.read_value(&labels, row_country).into_owned(),
                None => self.read_value(value, row_country),
            },
            _ => self.read_value(value, row_country),
        }
    }

    /// Reads a value as it stands: nothing is trimmed, no apostrophe removed.
    fn read_value<'a>(&self, value: &'a str, row_country: Option<&str>) -> Reading<'a> {
        if value.is_empty() {
            return Reading::Empty;
        }
        if check::is_printable(value) {
            return self.read_clean(value, row_country);
        }
        if value.contains('\u{b}') {
            let value = value.replace('\u{b}', "\n");
            let mut reading = self.read_converted(&value, row_country);
            if let Reading::Value { warning, .. } = &mut reading {
                warning.get_or_insert(Code::ValueConverted);
            }
            return reading.into_owned();
        }
        self.read_converted(value, row_country)
    }

    fn read_converted<'a>(&self, value: &'a str, row_country: Option<&str>) -> Reading<'a> {
        match check::control_characters(value) {
            Ok(()) => self.read_clean(value, row_country),
            Err(code) => Reading::Refused(code),
        }
    }

    fn read_clean<'a>(&self, value: &'a str, row_country: Option<&str>) -> Reading<'a> {
        let verdict = check::damage(value).and_then(|()| self.read_typed(value, row_country));
        match verdict {
            // Tags alone can come to nothing here: `, ;` names none.
            Ok((canonical, _)) if canonical.is_empty() => Reading::Empty,
            Ok((canonical, warning)) => Reading::Value {
                warning: warning.or_else(|| self.doubt(&canonical)),
                canonical,
            },
            Err(code) => Reading::Refused(code),
        }
    }

    /// What looks wrong about a value of a type that accepts nearly everything.
    fn doubt(&self, canonical: &str) -> Option<Code> {
        match self.kind {
            Kind::Text { .. } | Kind::Tags { .. } => doubt::warning(canonical),
            _ => None,
        }
    }

    fn read_typed<'a>(&self, value: &'a str, row_country: Option<&str>) -> Verdict<'a> {
        match &self.kind {
            Kind::Text { max_chars } => text::read(value, *max_chars),
            Kind::ContactId => contact_id::read(value),
            Kind::Phone {
                format,
                default_country,
            } => {
                let country = row_country.and_then(phone::Country::new);
                phone::read(value, *format, country.or(*default_country))
            }
            Kind::Email => email::read(value),
            Kind::Country => country::read(value),
            Kind::Language => language::read(value),
            Kind::List { options } => options.read(value),
            Kind::Checkbox => checkbox::read(value),
            Kind::Number { format } => number::read(value, *format),
            Kind::Url { max_chars } => url::read(value, *max_chars),
            Kind::Date { format } => date::read(value, *format),
            Kind::Time => time::read(value),
            Kind::Tags { max, max_chars } => tags::read(value, *max, *max_chars),
        }
    }
}

/// Whether a value is in the canonical form of its field: the check of whoever receives values instead of cells.
/// A canonical value is a fixed point of its type's reader with neutral settings.
///
/// The code is the reader's refusal, or [`Code::RefusedByServer`] for a value that has another canonical form.
///
/// ```
/// use muster_core::{field, limits::Limits, value::is_canonical};
/// let id = &field::standard()[0];
/// assert!(is_canonical(id, &Limits::default(), "12").is_ok());
/// assert!(is_canonical(id, &Limits::default(), "012").is_err());
/// let first_name = &field::standard()[1];
/// assert!(is_canonical(first_name, &Limits::default(), " Zoë").is_err());
/// ```
pub fn is_canonical(field: &Field, limits: &Limits, value: &str) -> Result<(), Code> {
    Reader::neutral(field, limits).check(value)
}

#[cfg(test)]
mod tests;
