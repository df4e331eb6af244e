//! Reads a column, a few rows at a time: while they are at hand, the other columns read their cells of them.

use super::glances::Glances;
use super::{CellReader, Column, ColumnFacts, Place, Source};
use crate::diff::Given;
use crate::parse::{Bare, Block};
use crate::session::issues::Issues;
use crate::session::setup::Mapped;
use crate::value::{FormatFinder, Settled};

/// A column that was read, and all it takes to read a cell of it again.
#[derive(Clone, Debug)]
pub(crate) struct ReadColumn {
    pub(crate) column: Column,
    pub(crate) facts: ColumnFacts,
    pub(crate) reader: CellReader,
    pub(crate) finder: FormatFinder,
}

/// Reads a column.
///
/// What depends on a format that is still to be found waits until the whole column has been seen.
#[derive(Debug)]
pub(crate) struct ColumnReader<'a> {
    source: Source<'a>,
    mapped: &'a Mapped,
    reader: CellReader,
    column: Column,
    facts: ColumnFacts,
    finder: FormatFinder,
    /// The rows that wait.
    later: Vec<u32>,
    glances: Glances<'a>,
    /// Which cells are values as they stand.
    settled: Settled,
    /// Those of the rows that are being read.
    places: Vec<Place>,
}

impl<'a> ColumnReader<'a> {
    /// Reads the cells of a column, whose own are read by `reader`.
    pub(crate) fn new(source: Source<'a>, mapped: &'a Mapped, reader: CellReader) -> Self {
        let table = source.table;
        Self {
            column: Column::with_capacity(table.shared_text(), table.rows()),
            facts: ColumnFacts::new(mapped.index, &mapped.field.key, mapped.format),
            finder: FormatFinder::new(mapped.field.kind, mapped.format, table.delimiter()),
            settled: match mapped.part {
                None => reader.reader().settled(),
                Some(_) => Settled::Nothing,
            },
            places: Vec::new(),
            source,
            mapped,
            reader,
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
        block: &Block<'a>,
        countries: Option<&Column>,
        takes_part: impl Fn(usize) -> bool,
        issues: &mut Issues,
    ) {
        let column = self.mapped.index as usize;
        let is_edited = !self.source.edits.is_empty();
        let mut places = std::mem::take(&mut self.places);
        places.resize(block.rows().len(), Place::EMPTY);
        let settled = self.settled;
        let mut passed = 0;
        for ((row, cells), place) in block.rows().zip(&mut places) {
            let plain = block.plain(cells, column).filter(|_| !is_edited);
            *place = match plain {
                _ if !takes_part(row) => Place::EMPTY,
                Some((_, [])) => Place::EMPTY,
                Some((start, text)) if settled.has(text) => {
                    passed += 1;
                    Place {
                        start,
                        length: text.len() as u32,
                    }
                }
                _ => self.read_row(row, block.bare(cells, column), countries, issues),
            };
        }
        self.facts.filled += passed;
        self.facts.valid += passed;
        self.column.extend(&places);
        self.places = places;
    }

    /// Reads what waited, and gives what was read.
    pub(crate) fn finish(mut self, countries: Option<&Column>, issues: &mut Issues) -> ReadColumn {
        self.facts.format = self.finder.resolve();
        self.reader.set_format(self.facts.format);
        for row in std::mem::take(&mut self.later) {
            let row = row as usize;
            let place = self.read_cell(row, countries, issues);
            self.column.put(row, place);
        }
        ReadColumn {
            column: self.column,
            facts: self.facts,
            reader: self.reader,
            finder: self.finder,
        }
    }

    fn read_row(
        &mut self,
        row: usize,
        bare: Option<Bare<'a>>,
        countries: Option<&Column>,
        issues: &mut Issues,
    ) -> Place {
        let bare = bare.filter(|_| !self.source.is_edited(row, self.mapped.index));
        let seen = bare.and_then(|cell| {
            let part = self.mapped.part.map(|part| (part, self.facts.format));
            let reader = self.reader.reader();
            self.glances.read(reader, part, cell, &mut self.column)
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
        if let Some(cell) = bare
            && self.facts.warnings == warnings
        {
            self.glances.keep(self.reader.reader(), cell.text, place);
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
            ..
        } = self;
        let country = countries
            .map(|countries| countries.value(row))
            .filter(|country| !country.is_empty());
        let mut place = Place::EMPTY;
        let take = |given: Given<'_>| place = column.place(given);
        let cell = reader.read(*source, mapped, row, country, issues, take);
        facts.add(&cell);
        if let Some(found) = cell.found {
            issues.push(found);
        }
        place
    }
}
