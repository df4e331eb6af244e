//! What is known of the rows from the file alone: the first four stages of the verdicts.

mod decide;
mod remap;

use crate::identity::Map;

use super::issues::{Found, Issues};
use super::keys::Keys;
use super::setup::Setup;
use super::tags::{self, Tags};
use crate::column::{CellReader, Column, ColumnFacts, ColumnReader, ReadColumn, Source};
use crate::diff::Outcome;
use crate::field::{self, Identifier};
use crate::identity::Key;
use crate::import::{Import, InvalidImport, Purpose};
use crate::issue::{Code, Severity};
use crate::limits::Limits;
use crate::order::sort_few;
use crate::parse::Table;
use crate::value::{FormatFinder, Reader};

pub(crate) use decide::Cell;
pub(crate) use remap::Again;

/// Rows that are read together: their bytes stay close to the processor from the first column to the last.
const BLOCK: usize = 256;

/// What a sheet is read from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ground<'a> {
    pub(crate) table: &'a Table,
    pub(crate) limits: &'a Limits,
    pub(crate) key: &'a Key,
}

/// The rows of a file, read as a description says.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub(crate) setup: Setup,
    /// The import with everything resolved that was left open, but for corrected cells and rows that are left out.
    pub(crate) import: Import,
    /// Corrected cells, by data row and column.
    pub(crate) edits: Map<(u32, u32), String>,
    /// Outcomes of the rows whose cells don't count: left out, or broken records.
    pub(crate) early: Vec<Option<Outcome>>,
    /// By slot.
    pub(crate) columns: Vec<Column>,
    /// By slot.
    pub(crate) facts: Vec<ColumnFacts>,
    /// By slot.
    pub(crate) readers: Vec<CellReader>,
    /// By slot.
    finders: Vec<FormatFinder>,
    /// Outcomes of the rows that the first four stages decide.
    pub(crate) decided: Vec<Option<Outcome>>,
    pub(crate) issues: Issues,
    pub(crate) keys: Keys,
    pub(crate) tags: Tags,
    /// Per row the set of its Tags cell; empty where no column holds tags.
    row_tags: Vec<u32>,
    /// How many cells were read so far, those that were read again too.
    pub(crate) cells_read: u64,
}

impl Sheet {
    /// Reads every mapped cell and decides what can be decided without the stored contacts.
    pub(crate) fn read(
        ground: Ground<'_>,
        import: &Import,
        setup: Setup,
        existing_tags: &[String],
    ) -> Result<Self, InvalidImport> {
        let rows = ground.table.rows();
        let mut sheet = Self {
            edits: edits(ground.table, import)?,
            import: resolved(import, &setup),
            early: vec![None; rows],
            columns: Vec::new(),
            facts: Vec::new(),
            readers: Vec::new(),
            finders: Vec::new(),
            decided: Vec::new(),
            issues: Issues::default(),
            keys: Keys::default(),
            tags: Tags::new(existing_tags, &setup.tags),
            row_tags: Vec::new(),
            cells_read: 0,
            setup,
        };
        for &number in &import.left_out {
            let row = find_row(ground.table, number)?;
            sheet.early[row] = Some(Outcome::Skipped);
        }
        for row in 0..rows {
            sheet.read_record(ground.table, row);
        }
        let all: Vec<usize> = (0..sheet.setup.mapped.len()).collect();
        let columns = sheet.read_columns(ground, &all, None);
        sheet.take_columns(columns);
        sheet.decide_all();
        sheet.find_keys(ground);
        sheet.find_tags();
        sheet.issues.sort();
        Ok(sheet)
    }

    /// The set of a row's Tags cell.
    pub(crate) fn tags_of(&self, row: usize) -> u32 {
        self.row_tags.get(row).copied().unwrap_or(tags::NONE)
    }

    /// Names the tags that are new, given in order the rows that may gain some and the tags of their contacts. Whether
    /// that makes a difference.
    pub(crate) fn name_tags<'a>(&mut self, rows: impl Iterator<Item = (usize, &'a [u32])>) -> bool {
        let Self { tags, row_tags, .. } = self;
        let set = |row: usize| row_tags.get(row).copied().unwrap_or(tags::NONE);
        tags.name_new(rows.map(|(row, stored)| (set(row), stored)))
    }

    /// The column of an identifier.
    pub(crate) fn index_of(&self, kind: Identifier) -> Option<u32> {
        let slot = self.setup.slot(kind.key())?;
        Some(self.setup.mapped[slot].index)
    }

    /// A row's identifier in canonical form; empty for none.
    pub(crate) fn identifier(&self, kind: Identifier, row: usize) -> &str {
        self.setup
            .slot(kind.key())
            .map_or("", |slot| self.columns[slot].value(row))
    }

    /// What is known of a row before its cells are read.
    fn read_record(&mut self, table: &Table, row: usize) {
        if self.early[row] == Some(Outcome::Skipped) {
            let found = Found::new(row, None, Code::LeftOut, Severity::Info);
            return self.issues.push(found);
        }
        self.early[row] = None;
        if table.is_flawless(row) {
            return;
        }
        for (code, severity) in table.record_issues(row) {
            self.issues.push(Found::new(row, None, code, severity));
            if severity == Severity::Error {
                self.early[row] = Some(Outcome::Error);
            }
        }
    }

    /// Reads these slots in blocks of rows, and of each block one column after the other: the file is gone through
    /// once. The countries are given where they were read before.
    fn read_columns(
        &mut self,
        ground: Ground<'_>,
        slots: &[usize],
        countries: Option<&Column>,
    ) -> Vec<(usize, ReadColumn)> {
        let Ground { table, limits, .. } = ground;
        self.cells_read += (slots.len() * table.rows()) as u64;
        let source = Source {
            table,
            edits: &self.edits,
        };
        let early = &self.early;
        let takes_part = |row: usize| early[row].is_none();
        let default_country = self.setup.default_country.as_deref();
        // Numbers without a country code look at the row's country.
        let country = self.setup.slot(field::COUNTRY);
        let mut country_first = slots.to_vec();
        sort_few(&mut country_first, |&slot| Some(slot) != country);
        let mut first: Vec<ColumnReader<'_>> = country_first
            .iter()
            .map(|&slot| {
                let mapped = &self.setup.mapped[slot];
                let repairs = self.import.repairs.iter();
                let own = repairs.filter(|repair| repair.column == mapped.index);
                let reader = Reader::new(&mapped.field, limits, mapped.format, default_country);
                let reader = CellReader::new(reader, mapped.format, own.copied().collect());
                ColumnReader::new(source, mapped, reader)
            })
            .collect();
        let has_country = country.is_some_and(|country| slots.contains(&country));
        let mut others = first.split_off(usize::from(has_country));
        for start in (0..table.rows()).step_by(BLOCK) {
            let block = table.block(start..(start + BLOCK).min(table.rows()));
            for reader in &mut first {
                reader.read(&block, None, takes_part, &mut self.issues);
            }
            let countries = first.first().map(ColumnReader::column).or(countries);
            for reader in &mut others {
                reader.read(&block, countries, takes_part, &mut self.issues);
            }
        }
        let mut read: Vec<ReadColumn> = Vec::with_capacity(slots.len());
        for reader in first.into_iter().chain(others) {
            let own = read.first().filter(|_| has_country);
            let countries = own.map(|read| &read.column).or(countries);
            let next = reader.finish(countries, &mut self.issues);
            read.push(next);
        }
        country_first.into_iter().zip(read).collect()
    }

    /// Has these columns in the place of all others, by slot.
    fn take_columns(&mut self, mut columns: Vec<(usize, ReadColumn)>) {
        sort_few(&mut columns, |&(slot, _)| slot);
        self.columns.clear();
        self.facts.clear();
        self.readers.clear();
        self.finders.clear();
        for (_, read) in columns {
            self.columns.push(read.column);
            self.facts.push(read.facts);
            self.readers.push(read.reader);
            self.finders.push(read.finder);
        }
        self.tell_formats();
    }

    /// Has the formats that were found in the description.
    fn tell_formats(&mut self) {
        for (mapped, facts) in self.setup.mapped.iter().zip(&self.facts) {
            self.import.columns[mapped.position].format = facts.format;
        }
    }
    /// Whether the person left the row out.
    pub(crate) fn is_left_out(&self, row: usize) -> bool {
        self.early.get(row) == Some(&Some(Outcome::Skipped))
    }

    /// Brings the fingerprints up to date, of which most are as they were.
    pub(crate) fn fit_keys(&mut self, ground: Ground<'_>) {
        let kinds: Vec<Identifier> = match self.setup.purpose {
            Purpose::AddAll => Vec::new(),
            _ => {
                let mapped = self.setup.mapped.iter();
                mapped.filter_map(|mapped| mapped.kind).collect()
            }
        };
        self.keys.fit(&kinds, self.decided.len());
        self.update_keys(ground, None);
    }

    /// Takes the fingerprints of all rows that are still undecided.
    pub(crate) fn find_keys(&mut self, ground: Ground<'_>) {
        self.keys = Keys::default();
        if self.setup.purpose != Purpose::AddAll {
            let decided = &self.decided;
            let takes_part = |row: usize| decided[row].is_none();
            let rows = ground.table.rows();
            self.keys = Keys::new(&self.setup, &self.columns, ground.key, rows, takes_part);
        }
    }

    fn find_tags(&mut self) {
        let Self { columns, tags, .. } = self;
        self.row_tags = match self.setup.slot(field::TAGS) {
            Some(slot) => (0..self.decided.len())
                .map(|row| tags.cell(columns[slot].value(row)))
                .collect(),
            None => Vec::new(),
        };
    }
}

/// The import as it can be carried out: what was left open is decided, what belongs to rows is kept elsewhere.
fn resolved(import: &Import, setup: &Setup) -> Import {
    Import {
        tags: setup.tags.clone(),
        default_country: setup.default_country.clone(),
        edits: Vec::new(),
        left_out: Vec::new(),
        ..import.clone()
    }
}

/// The data row with this number.
pub(crate) fn find_row(table: &Table, number: u32) -> Result<usize, InvalidImport> {
    table
        .find_row(number)
        .ok_or_else(|| InvalidImport(format!("The file has no data row {number}.")))
}

/// Whether the file has such a column.
pub(crate) fn check_column(table: &Table, column: u32) -> Result<(), InvalidImport> {
    if (column as usize) < table.width() {
        return Ok(());
    }
    Err(InvalidImport(format!("The file has no column {column}.")))
}

/// The corrected cells of a description.
pub(crate) fn edits(
    table: &Table,
    import: &Import,
) -> Result<Map<(u32, u32), String>, InvalidImport> {
    import
        .edits
        .iter()
        .map(|edit| {
            let row = find_row(table, edit.row)?;
            check_column(table, edit.column)?;
            Ok(((row as u32, edit.column), edit.value.clone()))
        })
        .collect()
}
