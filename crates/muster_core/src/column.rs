//! A mapped column: the canonical value of every row.
//!
//! Most cells are canonical as they are written, so that a value is a place in the file: eight bytes a cell, and no
//! allocation for any of them.

mod cells;
mod glances;
mod reader;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;

use crate::diff::Given;
use crate::identity::Map;
use crate::import::Format;
use crate::issue::Code;
use crate::parse::Table;
use crate::session::issues::Found;

pub(crate) use cells::CellReader;
pub(crate) use reader::{ColumnReader, ReadColumn};

/// The values of a column.
#[derive(Clone, Debug, Default)]
pub(crate) struct Column {
    /// The text of the file.
    file: Arc<String>,
    /// The values that don't stand there as they are, end to end.
    own: String,
    cells: Vec<Place>,
    /// A bit for each row that has a value: to know only that takes no look at its place.
    filled: Vec<u64>,
}

/// Rows whose bits share a word.
const WORD: usize = u64::BITS as usize;

/// Where a value stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    start: u32,
    /// In bytes; with [`Place::OWN`] in [`Column::own`].
    length: u32,
}

impl Place {
    const OWN: u32 = 1 << 31;
    const EMPTY: Self = Self {
        start: 0,
        length: 0,
    };
    /// A row that has no such cell, or an invalid one that was left out.
    const MISSING: Self = Self {
        start: u32::MAX,
        length: 0,
    };

    pub(crate) fn has_value(self) -> bool {
        self.length > 0
    }

    fn range(self) -> std::ops::Range<usize> {
        let start = self.start as usize;
        start..start + (self.length & !Self::OWN) as usize
    }
}

impl Column {
    fn with_capacity(file: Arc<String>, rows: usize) -> Self {
        Self {
            file,
            own: String::new(),
            cells: Vec::with_capacity(rows),
            filled: Vec::with_capacity(rows.div_ceil(WORD)),
        }
    }

    /// The next rows' values, if all rows before them share whole words.
    fn extend(&mut self, places: &[Place]) {
        self.cells.extend_from_slice(places);
        let words = places.chunks(WORD).map(|places| {
            let bits = places.iter().rev();
            bits.fold(0, |word, place| word << 1 | u64::from(place.has_value()))
        });
        self.filled.extend(words);
    }

    fn put(&mut self, row: usize, place: Place) {
        let word = self.filled.get_mut(row / WORD);
        if let (Some(cell), Some(word)) = (self.cells.get_mut(row), word) {
            *cell = place;
            *word &= !(1 << (row % WORD));
            *word |= u64::from(place.has_value()) << (row % WORD);
        }
    }

    /// Gives a row another value. What it had stays where it is: corrections are few.
    pub(crate) fn set(&mut self, row: usize, given: Given<'_>) {
        let place = self.place(given);
        self.put(row, place);
    }

    /// Where to find a value from now on.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the parser takes no file of 4 GiB"
    )]
    fn place(&mut self, given: Given<'_>) -> Place {
        let value = match given {
            Given::Missing => return Place::MISSING,
            Given::Empty | Given::Value("") => return Place::EMPTY,
            Given::Value(value) => value,
        };
        // A part of the file's text is known by where it lies in memory.
        let start = (value.as_ptr() as usize).wrapping_sub(self.file.as_ptr() as usize);
        let length = value.len() as u32;
        if start < self.file.len() {
            return Place {
                start: start as u32,
                length,
            };
        }
        let start = self.own.len() as u32;
        self.own.push_str(value);
        Place {
            start,
            length: length | Place::OWN,
        }
    }

    /// The row's canonical value; empty for none.
    pub(crate) fn value(&self, row: usize) -> &str {
        self.cells.get(row).map_or("", |place| self.at(*place))
    }

    /// Has a value at hand for the moment when it is looked at.
    #[inline]
    pub(crate) fn fetch(&self, row: usize) {
        if let Some(place) = self.cells.get(row) {
            black_box(self.file.as_bytes().get(place.start as usize));
        }
    }

    /// The bytes of the row's canonical value; none for none.
    pub(crate) fn bytes(&self, row: usize) -> &[u8] {
        let Some(place) = self.cells.get(row) else {
            return &[];
        };
        let text = self.text_of(*place).as_bytes();
        text.get(place.range()).unwrap_or_default()
    }

    /// A bit for each of the 64 rows of a block that has a value.
    #[inline]
    pub(crate) fn filled(&self, block: usize) -> u64 {
        self.filled.get(block).copied().unwrap_or_default()
    }

    /// What the row gives for the column's field.
    pub(crate) fn given(&self, row: usize) -> Given<'_> {
        match self.cells.get(row) {
            Some(place) if place.has_value() => Given::Value(self.at(*place)),
            Some(place) if place.start == Place::MISSING.start => Given::Missing,
            _ => Given::Empty,
        }
    }

    /// Whether the row has a value.
    #[inline]
    pub(crate) fn has_value(&self, row: usize) -> bool {
        let word = self.filled.get(row / WORD);
        word.is_some_and(|word| word >> (row % WORD) & 1 == 1)
    }

    fn at(&self, place: Place) -> &str {
        let text = self.text_of(place);
        text.get(place.range()).unwrap_or_default()
    }

    /// Where it has to be looked for.
    fn text_of(&self, place: Place) -> &str {
        match place.length & Place::OWN {
            0 => &self.file,
            _ => &self.own,
        }
    }
}

/// What became of a mapped column, as far as it feeds one field: a column of full names feeds two.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ColumnFacts {
    /// Position in the file.
    pub index: u32,
    /// The field's key.
    pub field: String,
    /// Cells that hold something.
    pub filled: u32,
    /// Cells that hold a value of the field's type.
    pub valid: u32,
    /// Cells that hold none, left out or not.
    pub errors: u32,
    /// Values with a warning.
    pub warnings: u32,
    /// The format in which they were read.
    pub format: Format,
    /// Errors and warnings by code.
    pub by_code: BTreeMap<Code, u32>,
}

impl ColumnFacts {
    /// A column of which no cell was read yet.
    pub(crate) fn new(index: u32, field: &str, format: Format) -> Self {
        Self {
            index,
            field: field.to_owned(),
            filled: 0,
            valid: 0,
            errors: 0,
            warnings: 0,
            format,
            by_code: BTreeMap::new(),
        }
    }

    /// One more cell.
    pub(crate) fn add(&mut self, cell: &ReadCell) {
        self.filled += u32::from(cell.is_filled);
        self.valid += u32::from(cell.is_filled && !cell.is_refused);
        if let Some(found) = &cell.found {
            *self.count(cell.is_refused) += 1;
            *self.by_code.entry(found.code).or_default() += 1;
        }
    }

    /// One cell less, which was [added](Self::add).
    pub(crate) fn remove(&mut self, cell: &ReadCell) {
        self.filled -= u32::from(cell.is_filled);
        self.valid -= u32::from(cell.is_filled && !cell.is_refused);
        if let Some(found) = &cell.found {
            *self.count(cell.is_refused) -= 1;
            if let Some(count) = self.by_code.get_mut(&found.code) {
                *count -= 1;
            }
            self.by_code.retain(|_, count| *count > 0);
        }
    }

    fn count(&mut self, is_refused: bool) -> &mut u32 {
        match is_refused {
            true => &mut self.errors,
            false => &mut self.warnings,
        }
    }
}

/// What reading a cell came to, beside its value.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ReadCell {
    pub(crate) is_filled: bool,
    pub(crate) is_refused: bool,
    pub(crate) found: Option<Found>,
}

/// The texts of a file's cells, as a person corrected them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    pub(crate) table: &'a Table,
    /// By data row and column.
    pub(crate) edits: &'a Map<(u32, u32), String>,
}

impl<'a> Source<'a> {
    /// A cell's text as split; where its bytes are none, the nearest that can be shown.
    pub(crate) fn text(&self, row: usize, column: u32) -> Result<Cow<'a, str>, String> {
        match self.edit(row, column) {
            Some(text) => Ok(Cow::Borrowed(text)),
            None => self.table.text(row, column as usize),
        }
    }

    /// The same to be shown.
    pub(crate) fn shown(&self, row: usize, column: u32) -> Cow<'a, str> {
        self.text(row, column).unwrap_or_else(Cow::Owned)
    }

    /// Whether somebody corrected the cell.
    #[inline]
    fn is_edited(&self, row: usize, column: u32) -> bool {
        !self.edits.is_empty() && self.edit(row, column).is_some()
    }

    fn edit(&self, row: usize, column: u32) -> Option<&'a str> {
        if self.edits.is_empty() {
            return None;
        }
        self.edits.get(&(row as u32, column)).map(String::as_str)
    }

    fn is_missing(&self, row: usize, column: u32) -> bool {
        self.edit(row, column).is_none() && self.table.cells(row).len() <= column as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_in_the_file_or_beside_it() {
        let file = Arc::new(String::from("Zoë,Ann"));
        let mut column = Column::with_capacity(Arc::clone(&file), 4);
        let rows = [
            Given::Value(&file[..4]),
            Given::Value("Bo"),
            Given::Empty,
            Given::Missing,
            Given::Value(&file[5..]),
        ];
        let places = rows.map(|given| column.place(given));
        column.extend(&places);
        assert_eq!(column.own, "Bo", "what stands in the file is not copied");
        let check = |column: &Column, rows: &[Given<'_>]| {
            for (row, given) in rows.iter().enumerate() {
                assert_eq!(column.given(row), *given, "{row}");
                let value = match given {
                    Given::Value(value) => value,
                    Given::Empty | Given::Missing => "",
                };
                assert_eq!(column.value(row), value, "{row}");
                assert_eq!(column.bytes(row), value.as_bytes(), "{row}");
                assert_eq!(column.filled(0) >> row & 1 == 1, !value.is_empty());
                assert_eq!(column.has_value(row), !value.is_empty(), "{row}");
            }
            assert_eq!(column.given(rows.len()), Given::Empty);
            assert_eq!(column.value(rows.len()), "");
            assert!(!column.has_value(rows.len()));
        };
        check(&column, &rows);

        let mut changed = rows;
        changed.rotate_left(2);
        for (row, given) in changed.iter().enumerate() {
            column.set(row, *given);
        }
        column.set(rows.len(), Given::Value("nobody"));
        check(&column, &changed);
    }
}
