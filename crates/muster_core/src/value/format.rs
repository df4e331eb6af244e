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
    format: Format,
    proof: Proof,
}

#[derive(Clone, Copy, Debug)]
enum Proof {
    Phone(phone::Proof),
    Date(date::Proof),
    Number(number::Proof),
    /// Nothing to find: a person chose, or the type has no formats.
    None,
}

/// What a [`FormatFinder`] counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Phones: numbers without country code.
    pub bare: u32,
    /// Phones: those of them that are valid with `+` in front.
    pub international: u32,
    /// Dates: some cell can only be day-first.
    pub day_first: bool,
    /// Dates: some cell can only be month-first.
    pub month_first: bool,
    /// Numbers: cells that are some with a decimal point.
    pub point: u32,
    /// Numbers: cells that are some with a decimal comma.
    pub comma: u32,
    /// Numbers: some cell is another number either way.
    pub differ: bool,
}

impl FormatFinder {
    /// A finder for a column of this type, of which a person said `format`, in a file whose cells `delimiter` parts.
    pub fn new(kind: FieldType, format: Format, delimiter: char) -> Self {
        let proof = match (format, kind) {
            (Format::Auto, FieldType::Phone) => Proof::Phone(phone::Proof::default()),
            (Format::Auto, FieldType::Date) => Proof::Date(date::Proof::default()),
            (Format::Auto, FieldType::Number) => Proof::Number(number::Proof {
                is_semicolon_file: delimiter == ';',
                ..number::Proof::default()
            }),
            _ => Proof::None,
        };
        Self { format, proof }
    }

    /// Whether the column's cells have to be seen at all.
    pub const fn is_needed(&self) -> bool {
        !matches!(self.proof, Proof::None)
    }

    /// Looks at a cell as it was split, of a row that isn't left out and has no record error.
    pub fn see(&mut self, cell: &str) {
        match &mut self.proof {
            Proof::Phone(proof) => {
                let value = strip_guard(trim(cell));
                proof.see(several::first(value).unwrap_or(value));
            }
            Proof::Date(proof) => proof.see(strip_guard(trim(cell))),
            Proof::Number(proof) => proof.see(strip_guard(trim(cell))),
            Proof::None => {}
        }
    }

    /// Passes over a cell that reads alike in every format ([`Reader::glance`](super::Reader::glance)).
    pub(crate) fn pass(&mut self) {
        if let Proof::Number(proof) = &mut self.proof {
            proof.point += 1;
            proof.comma += 1;
        }
    }

    /// The format. Dates stay [`Format::Auto`] where the cells prove neither order, or both; numbers where both marks
    /// read as many cells, and not alike.
    pub fn resolve(&self) -> Format {
        match self.proof {
            Proof::Phone(proof) => proof.format(),
            Proof::Date(proof) => proof.format(),
            Proof::Number(proof) => proof.format(),
            Proof::None => self.format,
        }
    }

    /// What the verdict rests on.
    pub fn evidence(&self) -> Evidence {
        match self.proof {
            Proof::Phone(proof) => Evidence {
                bare: proof.bare,
                international: proof.international,
                ..Evidence::default()
            },
            Proof::Date(proof) => Evidence {
                day_first: proof.day_first,
                month_first: proof.month_first,
                ..Evidence::default()
            },
            Proof::Number(proof) => Evidence {
                point: proof.point,
                comma: proof.comma,
                differ: proof.differ,
                ..Evidence::default()
            },
            Proof::None => Evidence::default(),
        }
    }
}
