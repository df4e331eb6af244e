//! A mapped column: the canonical value of every row.
//!
//! Most cells are canonical as they are written, so that a value is a place in the file: eight bytes a cell, and no
//! allocation for any of them.

mod glances;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::identity::Map;

use crate::diff::Given;
use crate::field::FieldType;
use crate::import::{Format, Invalid};
use crate::issue::{Code, Severity};
use crate::limits::Limits;
use crate::parse::Table;
use crate::session::issues::{Found, Issues};
use crate::session::setup::Mapped;
use crate::value::{FormatFinder, Part, Reader, Reading};
use glances::Glances;

/// The values of a column.
#[derive(Clone, Debug, Default)]
pub(crate) struct Column {
    /// The text of the file.
    file: Arc<String>,
    /// The values that don't stand there as they are, end to end.
    own: String,
    cells: Vec<Place>,
}

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
}

impl Column {
    fn with_capacity(file: Arc<String>, rows: usize) -> Self {
        Self {
            file,
            own: String::new(),
            cells: Vec::with_capacity(rows),
        }
    }

    /// Gives a row another value. What it had stays where it is: corrections are few.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "corrections are read as a whole so far")
    )]
    pub(crate) fn set(&mut self, row: usize, given: Given<'_>) {
        let place = self.place(given);
        if let Some(cell) = self.cells.get_mut(row) {
            *cell = place;
        }
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

    /// What the row gives for the column's field.
    pub(crate) fn given(&self, row: usize) -> Given<'_> {
        match self.cells.get(row) {
            Some(place) if place.has_value() => Given::Value(self.at(*place)),
            Some(place) if place.start == Place::MISSING.start => Given::Missing,
            _ => Given::Empty,
        }
    }

    /// Whether the row has a value.
    pub(crate) fn has_value(&self, row: usize) -> bool {
        self.cells.get(row).is_some_and(|place| place.has_value())
    }

    fn at(&self, place: Place) -> &str {
        let text: &str = match place.length & Place::OWN {
            0 => &self.file,
            _ => &self.own,
        };
        let start = place.start as usize;
        text.get(start..start + (place.length & !Place::OWN) as usize)
            .unwrap_or_default()
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

    /// A plain cell ([`Table::plain`]) that nobody corrected.
    pub(crate) fn plain(&self, row: usize, column: u32) -> Option<&'a str> {
        match self.edit(row, column) {
            Some(_) => None,
            None => self.table.plain(row, column as usize),
        }
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

/// Different mistakes in a column of names before the others are taken for something else: comparing each with every
/// name there is takes its time.
const MISSPELT: usize = 2_000;

/// The suggestions of a column, each worked out once: a file repeats its mistakes.
#[derive(Debug, Default)]
struct Suggestions(Map<(String, Option<String>), Option<u32>>);

impl Suggestions {
    /// The number of the suggestion for a cell among all of them.
    fn of(
        &mut self,
        reader: &Reader,
        text: &str,
        code: Code,
        country: Option<&str>,
        issues: &mut Issues,
    ) -> Option<u32> {
        let key = (text.to_owned(), country.map(str::to_owned));
        if self.0.len() >= MISSPELT && reader.is_of_names() && !self.0.contains_key(&key) {
            return None;
        }
        *self.0.entry(key).or_insert_with(|| {
            let suggestion = reader.suggest(text, code, country)?;
            Some(issues.suggest(suggestion))
        })
    }
}

/// Reads a column, a few rows at a time: while they are at hand, the other columns read their cells of them.
///
/// What depends on a format that is still to be found waits until the whole column has been seen.
#[derive(Debug)]
pub(crate) struct ColumnReader<'a> {
    source: Source<'a>,
    mapped: &'a Mapped,
    reader: Reader,
    column: Column,
    facts: ColumnFacts,
    suggestions: Suggestions,
    finder: FormatFinder,
    /// The rows that wait.
    later: Vec<u32>,
    glances: Glances<'a>,
}

impl<'a> ColumnReader<'a> {
    /// Reads the cells of a column.
    pub(crate) fn new(
        source: Source<'a>,
        mapped: &'a Mapped,
        limits: &Limits,
        default_country: Option<&str>,
    ) -> Self {
        let table = source.table;
        let finder = FormatFinder::new(mapped.field.kind, mapped.format, table.delimiter());
        Self {
            column: Column::with_capacity(table.shared_text(), table.rows()),
            facts: ColumnFacts {
                index: mapped.index,
                field: mapped.field.key.clone(),
                filled: 0,
                valid: 0,
                errors: 0,
                warnings: 0,
                format: mapped.format,
                by_code: BTreeMap::new(),
            },
            source,
            mapped,
            reader: Reader::new(&mapped.field, limits, mapped.format, default_country),
            suggestions: Suggestions::default(),
            finder,
            later: Vec::new(),
            glances: Glances::default(),
        }
    }

    /// What is read so far.
    pub(crate) fn column(&self) -> &Column {
        &self.column
    }

    /// Reads the column's cells in those of the next rows that `takes_part`. Those of the others have no value.
    /// Phone numbers look at the countries of these rows.
    pub(crate) fn read(
        &mut self,
        rows: Range<usize>,
        countries: Option<&Column>,
        takes_part: impl Fn(usize) -> bool,
        issues: &mut Issues,
    ) {
        for row in rows {
            let place = if takes_part(row) {
                self.read_row(row, countries, issues)
            } else {
                Place::EMPTY
            };
            self.column.cells.push(place);
        }
    }

    /// Reads what waited, and gives what was read.
    pub(crate) fn finish(
        mut self,
        countries: Option<&Column>,
        issues: &mut Issues,
    ) -> (Column, ColumnFacts) {
        self.facts.format = self.finder.resolve();
        self.reader.set_format(self.facts.format);
        for row in std::mem::take(&mut self.later) {
            let row = row as usize;
            self.column.cells[row] = self.read_cell(row, countries, issues);
        }
        (self.column, self.facts)
    }

    fn read_row(&mut self, row: usize, countries: Option<&Column>, issues: &mut Issues) -> Place {
        let plain = self.source.plain(row, self.mapped.index);
        let seen = plain.and_then(|cell| {
            let part = self.mapped.part.map(|part| (part, self.facts.format));
            self.glances
                .read(&self.reader, part, cell, &mut self.column)
        });
        if let Some(place) = seen {
            if place.has_value() {
                self.finder.pass();
                self.facts.filled += 1;
                self.facts.valid += 1;
            }
            return place;
        }
        if self.finder.is_needed() {
            if let Ok(text) = self.source.text(row, self.mapped.index) {
                self.finder.see(&text);
            }
            self.later.push(row as u32);
            return Place::EMPTY;
        }
        let warnings = self.facts.warnings;
        let place = self.read_cell(row, countries, issues);
        if let Some(cell) = plain
            && self.facts.warnings == warnings
        {
            self.glances.keep(&self.reader, cell, place);
        }
        place
    }

    fn read_cell(&mut self, row: usize, countries: Option<&Column>, issues: &mut Issues) -> Place {
        let Self {
            source,
            mapped,
            reader,
            column,
            facts,
            suggestions,
            ..
        } = self;
        let country = countries
            .filter(|_| mapped.field.kind == FieldType::Phone)
            .map(|countries| countries.value(row))
            .filter(|country| !country.is_empty());
        let text = source.text(row, mapped.index);
        let reading = match (&text, mapped.part) {
            (Ok(text), None) => Some(reader.read(text, country)),
            (Ok(text), Some(part)) => part.read(reader, text, facts.format),
            (Err(_), Some(Part::Last)) => None,
            (Err(_), _) => Some(Reading::Refused(Code::Undecodable)),
        };
        let Some(reading) = reading else {
            return Place::MISSING;
        };
        let mut note = |code, severity, is_repairable| {
            *facts.by_code.entry(code).or_default() += 1;
            let suggestion = match &text {
                Ok(text) if is_repairable => suggestions.of(reader, text, code, country, issues),
                _ => None,
            };
            let found = Found::new(row, Some(mapped.index), code, severity);
            issues.push(found.with(suggestion));
        };
        match reading {
            Reading::Empty if source.is_missing(row, mapped.index) => Place::MISSING,
            Reading::Empty => Place::EMPTY,
            Reading::Value { canonical, warning } => {
                facts.filled += 1;
                facts.valid += 1;
                if let Some(code) = warning {
                    facts.warnings += 1;
                    note(code, Severity::Warning, code == Code::Mojibake);
                }
                column.place(Given::Value(&canonical))
            }
            Reading::Refused(code) => {
                facts.filled += 1;
                facts.errors += 1;
                let severity = match mapped.invalid {
                    Invalid::RejectRow => Severity::Error,
                    Invalid::LeaveOut => Severity::Warning,
                };
                note(code, severity, true);
                Place::MISSING
            }
        }
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
        for given in rows {
            let place = column.place(given);
            column.cells.push(place);
        }
        assert_eq!(column.own, "Bo", "what stands in the file is not copied");
        let check = |column: &Column, rows: &[Given<'_>]| {
            for (row, given) in rows.iter().enumerate() {
                assert_eq!(column.given(row), *given, "{row}");
                let value = match given {
                    Given::Value(value) => value,
                    Given::Empty | Given::Missing => "",
                };
                assert_eq!(column.value(row), value, "{row}");
            }
            assert_eq!(column.given(rows.len()), Given::Empty);
            assert_eq!(column.value(rows.len()), "");
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
