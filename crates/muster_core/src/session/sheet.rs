//! What is known of the rows from the file alone: the first four stages of the verdicts.

use crate::identity::Map;

use super::issues::{Found, Issues};
use super::keys::Keys;
use super::setup::Setup;
use super::tags::{self, Tags};
use crate::column::{Column, ColumnFacts, ColumnReader, Source};
use crate::diff::Outcome;
use crate::field::{self, Identifier};
use crate::identity::Key;
use crate::import::{Import, InvalidImport, Purpose};
use crate::issue::{Code, Severity};
use crate::limits::Limits;
use crate::parse::Table;

/// Rows that are read together: their bytes stay close to the processor from the first column to the last.
const BLOCK: usize = 256;

/// The rows of a file, read as a description says.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub(crate) setup: Setup,
    /// The import with everything resolved that was left open.
    pub(crate) import: Import,
    /// Corrected cells, by data row and column.
    pub(crate) edits: Map<(u32, u32), String>,
    /// By slot.
    pub(crate) columns: Vec<Column>,
    /// By slot.
    pub(crate) facts: Vec<ColumnFacts>,
    /// Outcomes of the rows that the first four stages decide.
    pub(crate) decided: Vec<Option<Outcome>>,
    pub(crate) issues: Issues,
    pub(crate) keys: Keys,
    pub(crate) tags: Tags,
    /// Per row the set of its Tags cell; empty where no column holds tags.
    row_tags: Vec<u32>,
}

impl Sheet {
    /// Reads every mapped cell and decides what can be decided without the stored contacts.
    pub(crate) fn read(
        table: &Table,
        import: &Import,
        setup: Setup,
        limits: &Limits,
        key: &Key,
        existing_tags: &[String],
    ) -> Result<Self, InvalidImport> {
        let rows = table.rows();
        let mut sheet = Self {
            edits: edits(table, import)?,
            import: Import {
                tags: setup.tags.clone(),
                default_country: setup.default_country.clone(),
                ..import.clone()
            },
            columns: vec![Column::default(); setup.mapped.len()],
            facts: Vec::new(),
            decided: vec![None; rows],
            issues: Issues::default(),
            keys: Keys::default(),
            tags: Tags::new(existing_tags, &setup.tags),
            row_tags: Vec::new(),
            setup,
        };
        sheet.leave_out(table)?;
        sheet.reject_records(table);
        sheet.read_columns(table, limits);
        sheet.reject_cells();
        sheet.reject_keyless();
        if sheet.setup.purpose != Purpose::AddAll {
            let decided = &sheet.decided;
            sheet.keys = Keys::new(&sheet.setup, &sheet.columns, key, rows, |row| {
                decided[row].is_none()
            });
        }
        if let Some(slot) = sheet.setup.slot(field::TAGS) {
            let Self { columns, tags, .. } = &mut sheet;
            sheet.row_tags = (0..rows)
                .map(|row| tags.cell(columns[slot].value(row)))
                .collect();
        }
        sheet.issues.sort();
        Ok(sheet)
    }

    /// A row's values of the fields that are asked for; empty ones too.
    pub(crate) fn values(&self, row: usize) -> impl Iterator<Item = &str> {
        let stored = self.setup.stored.iter();
        stored.map(move |&slot| self.columns[slot].value(row))
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

    fn leave_out(&mut self, table: &Table) -> Result<(), InvalidImport> {
        for &number in &self.import.left_out {
            let Some(row) = table.find_row(number) else {
                return Err(no_row(number));
            };
            if self.decided[row].replace(Outcome::Skipped).is_none() {
                self.issues
                    .push(Found::new(row, None, Code::LeftOut, Severity::Info));
            }
        }
        Ok(())
    }

    fn reject_records(&mut self, table: &Table) {
        for (row, decided) in self.decided.iter_mut().enumerate() {
            if decided.is_some() {
                continue;
            }
            for (code, severity) in table.record_issues(row) {
                self.issues.push(Found::new(row, None, code, severity));
                if severity == Severity::Error {
                    *decided = Some(Outcome::Error);
                }
            }
        }
    }

    /// Reads the rows in blocks, and of each block one column after the other: the file is gone through once.
    fn read_columns(&mut self, table: &Table, limits: &Limits) {
        let source = Source {
            table,
            edits: &self.edits,
        };
        let decided = &self.decided;
        let takes_part = |row: usize| decided[row].is_none();
        let default_country = self.setup.default_country.as_deref();
        // Numbers without a country code look at the row's country.
        let country = self.setup.slot(field::COUNTRY);
        let mut country_first: Vec<usize> = (0..self.setup.mapped.len()).collect();
        country_first.sort_by_key(|&slot| Some(slot) != country);
        let mut first: Vec<ColumnReader<'_>> = country_first
            .iter()
            .map(|&slot| {
                ColumnReader::new(source, &self.setup.mapped[slot], limits, default_country)
            })
            .collect();
        let mut others = first.split_off(usize::from(country.is_some()));
        for start in (0..table.rows()).step_by(BLOCK) {
            let rows = start..(start + BLOCK).min(table.rows());
            for reader in &mut first {
                reader.read(rows.clone(), None, takes_part, &mut self.issues);
            }
            let countries = first.first().map(ColumnReader::column);
            for reader in &mut others {
                reader.read(rows.clone(), countries, takes_part, &mut self.issues);
            }
        }
        let mut read: Vec<(Column, ColumnFacts)> = Vec::with_capacity(country_first.len());
        for reader in first.into_iter().chain(others) {
            let countries = read.first().map(|(countries, _)| countries);
            let next = reader.finish(countries.filter(|_| country.is_some()), &mut self.issues);
            read.push(next);
        }
        let mut by_slot: Vec<_> = country_first.into_iter().zip(read).collect();
        by_slot.sort_by_key(|&(slot, _)| slot);
        (self.columns, self.facts) = by_slot.into_iter().map(|(_, read)| read).unzip();
        for (mapped, facts) in self.setup.mapped.iter().zip(&self.facts) {
            self.import.columns[mapped.position].format = facts.format;
        }
    }

    fn reject_cells(&mut self) {
        for found in self.issues.all() {
            if found.severity == Severity::Error {
                self.decided[found.row as usize] = Some(Outcome::Error);
            }
        }
    }

    fn reject_keyless(&mut self) {
        let identifiers = &self.setup.identifiers;
        let may_be_new = self.setup.purpose == Purpose::AddAndUpdate
            && identifiers.contains(&Identifier::ContactId);
        if self.setup.purpose == Purpose::AddAll || may_be_new {
            return;
        }
        let slots: Vec<usize> = identifiers
            .iter()
            .filter_map(|kind| self.setup.slot(kind.key()))
            .collect();
        for (row, decided) in self.decided.iter_mut().enumerate() {
            let has_key = || slots.iter().any(|&slot| self.columns[slot].has_value(row));
            if decided.is_none() && !has_key() {
                *decided = Some(Outcome::Error);
                self.issues.push(Found::new(
                    row,
                    None,
                    Code::MissingIdentifier,
                    Severity::Error,
                ));
            }
        }
    }
}

fn edits(table: &Table, import: &Import) -> Result<Map<(u32, u32), String>, InvalidImport> {
    import
        .edits
        .iter()
        .map(|edit| {
            let row = table.find_row(edit.row).ok_or_else(|| no_row(edit.row))?;
            if edit.column as usize >= table.width() {
                return Err(InvalidImport(format!(
                    "The file has no column {}.",
                    edit.column
                )));
            }
            Ok(((row as u32, edit.column), edit.value.clone()))
        })
        .collect()
}

fn no_row(number: u32) -> InvalidImport {
    InvalidImport(format!("The file has no data row {number}."))
}
