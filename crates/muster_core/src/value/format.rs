//! How a column's values are written, found from the column itself.

use super::{date, number, phone, several, strip_guard, trim};
use crate::field::FieldType;
use crate::import::Format;

/// Finds what [`Format::Auto`] means for a column: it is shown every eligible cell once, then resolves.
///
/// ```
/// use muster_core::{field::FieldType, import::Format, value::FormatFinder};
/// let mut finder = FormatFinder::new(FieldType::Date, Format::Auto, ',');
/// finder.see("01/02/2024");
/// finder.see("25/02/2024");
/// assert_eq!(finder.resolve(), Format::Dmy);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct FormatFinder {
    /// What a person said.
    format: Format,
    kind: FieldType,
    /// Whether the file is one of those that avoid the comma between cells.
    is_semicolon_file: bool,
    seen: Evidence,
}

/// What a [`FormatFinder`] counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Phones: numbers without country code.
    pub bare: u32,
    /// Phones: those of them that are valid with `+` in front.
    pub international: u32,
    /// Dates: cells that can only be day-first.
    pub day_first: u32,
    /// Dates: cells that can only be month-first.
    pub month_first: u32,
    /// Numbers: cells that are some with a decimal point.
    pub point: u32,
    /// Numbers: cells that are some with a decimal comma.
    pub comma: u32,
    /// Numbers: cells that are another number either way.
    pub differ: u32,
}

impl Evidence {
    /// What one cell says.
    fn of(kind: FieldType, cell: &str) -> Self {
        let value = strip_guard(trim(cell));
        match kind {
            FieldType::Phone => {
                let value = several::first(value).unwrap_or(value);
                let phone::Proof {
                    bare,
                    international,
                } = phone::Proof::of(value);
                Self {
                    bare,
                    international,
                    ..Self::default()
                }
            }
            FieldType::Date => {
                let date::Proof {
                    day_first,
                    month_first,
                } = date::Proof::of(value);
                Self {
                    day_first,
                    month_first,
                    ..Self::default()
                }
            }
            FieldType::Number => {
                let number::Proof {
                    point,
                    comma,
                    differ,
                } = number::Proof::of(value);
                Self {
                    point,
                    comma,
                    differ,
                    ..Self::default()
                }
            }
            _ => Self::default(),
        }
    }

    /// Both together, as `add` adds numbers.
    fn with(self, other: Self, add: fn(u32, u32) -> u32) -> Self {
        Self {
            bare: add(self.bare, other.bare),
            international: add(self.international, other.international),
            day_first: add(self.day_first, other.day_first),
            month_first: add(self.month_first, other.month_first),
            point: add(self.point, other.point),
            comma: add(self.comma, other.comma),
            differ: add(self.differ, other.differ),
        }
    }
}

impl FormatFinder {
    /// A finder for a column of this type, of which a person said `format`, in a file whose cells `delimiter` parts.
    pub fn new(kind: FieldType, format: Format, delimiter: char) -> Self {
        Self {
            format,
            kind,
            is_semicolon_file: delimiter == ';',
            seen: Evidence::default(),
        }
    }

    /// Whether the column's cells have to be seen at all: neither did a person choose, nor is there nothing to find.
    pub const fn is_needed(&self) -> bool {
        matches!(self.format, Format::Auto)
            && matches!(
                self.kind,
                FieldType::Phone | FieldType::Date | FieldType::Number
            )
    }

    /// Looks at a cell as it was split, of a row that isn't left out and has no record error.
    pub fn see(&mut self, cell: &str) {
        if self.is_needed() {
            let cell = Evidence::of(self.kind, cell);
            self.seen = self.seen.with(cell, u32::saturating_add);
        }
    }

    /// Forgets a cell that it saw.
    ///
    /// ```
    /// use muster_core::{field::FieldType, import::Format, value::FormatFinder};
    /// let mut finder = FormatFinder::new(FieldType::Date, Format::Auto, ',');
    /// finder.see("25/02/2024");
    /// finder.forget("25/02/2024");
    /// assert_eq!(finder.resolve(), Format::Auto);
    /// ```
    pub fn forget(&mut self, cell: &str) {
        if self.is_needed() {
            let cell = Evidence::of(self.kind, cell);
            self.seen = self.seen.with(cell, u32::saturating_sub);
        }
    }

    /// Passes over a cell that reads alike in every format ([`Reader::glance`](super::Reader::glance)).
    pub(crate) fn pass(&mut self) {
        if self.is_needed() && self.kind == FieldType::Number {
            self.seen.point += 1;
            self.seen.comma += 1;
        }
    }

    /// The format. Dates stay [`Format::Auto`] where the cells prove neither order, or both; numbers where both marks
    /// read as many cells, and not alike.
    pub fn resolve(&self) -> Format {
        if !self.is_needed() {
            return self.format;
        }
        let Evidence {
            bare,
            international,
            day_first,
            month_first,
            point,
            comma,
            differ,
        } = self.seen;
        match self.kind {
            FieldType::Phone => phone::Proof {
                bare,
                international,
            }
            .format(),
            FieldType::Date => date::Proof {
                day_first,
                month_first,
            }
            .format(),
            _ => number::Proof {
                point,
                comma,
                differ,
            }
            .format(self.is_semicolon_file),
        }
    }

    /// What the verdict rests on.
    pub fn evidence(&self) -> Evidence {
        self.seen
    }
}
