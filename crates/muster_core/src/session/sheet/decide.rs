//! Which rows the file alone decides, and what a correction changes about that.

use super::{Ground, Sheet};
use crate::column::Source;
use crate::diff::{Given, Outcome};
use crate::field::{self, Identifier};
use crate::identity::Prints;
use crate::import::Purpose;
use crate::issue::{Code, Severity};
use crate::order::{sort_apart, sort_few};
use crate::session::issues::Found;

/// A cell of a data row, and its text from now on: none for the file's own.
pub(crate) type Cell = (u32, u32, Option<String>);

impl Sheet {
    /// Corrects cells and leaves rows out, or brings them back. The rows that are touched are returned, ascending; none
    /// where it may be any.
    pub(crate) fn correct(
        &mut self,
        ground: Ground<'_>,
        cells: &[Cell],
        rows: &[(u32, bool)],
    ) -> Option<Vec<u32>> {
        let cell_rows = cells.iter().map(|(row, ..)| *row);
        let mut touched: Vec<u32> = cell_rows.chain(rows.iter().map(|(row, _)| *row)).collect();
        sort_apart(&mut touched);
        self.withdraw(ground, &touched);
        for (row, column, text) in cells {
            match text {
                Some(text) => drop(self.edits.insert((*row, *column), text.clone())),
                None => drop(self.edits.remove(&(*row, *column))),
            }
        }
        for &(row, is_out) in rows {
            self.early[row as usize] = is_out.then_some(Outcome::Skipped);
        }
        self.read_rows(ground, &touched);
        let again = self.read_otherwise(ground);
        if again {
            self.decide_all();
        } else {
            self.decide(&touched);
        }
        self.issues.sort();
        self.update_keys(ground, (!again).then_some(&touched));
        for &row in &touched {
            self.find_tags_of(row as usize);
        }
        if again {
            self.find_tags();
        }
        (!again).then_some(touched)
    }

    /// Takes these rows' cells out of what is known of their columns.
    fn withdraw(&mut self, ground: Ground<'_>, rows: &[u32]) {
        self.each_cell(ground, rows, false);
        self.issues.forget(rows);
    }

    /// Reads these rows.
    fn read_rows(&mut self, ground: Ground<'_>, rows: &[u32]) {
        for &row in rows {
            self.read_record(ground.table, row as usize);
        }
        self.each_cell(ground, rows, true);
    }

    /// Reads the cells of these rows: to count and keep them, or to count them no more.
    fn each_cell(&mut self, ground: Ground<'_>, rows: &[u32], keeps: bool) {
        let country = self.setup.slot(field::COUNTRY);
        let mut slots: Vec<usize> = (0..self.setup.mapped.len()).collect();
        sort_few(&mut slots, |&slot| Some(slot) != country);
        let Self {
            setup,
            edits,
            early,
            columns,
            facts,
            readers,
            finders,
            issues,
            cells_read,
            ..
        } = self;
        let source = Source {
            table: ground.table,
            edits,
        };
        for &row in rows {
            let row = row as usize;
            for &slot in &slots {
                if early[row].is_some() {
                    columns[slot].set(row, Given::Empty);
                    continue;
                }
                let mapped = &setup.mapped[slot];
                if let Ok(text) = source.text(row, mapped.index) {
                    match keeps {
                        true => finders[slot].see(&text),
                        false => finders[slot].forget(&text),
                    }
                }
                *cells_read += u64::from(keeps);
                let mut column = std::mem::take(&mut columns[slot]);
                let of_row = country
                    .filter(|&country| country != slot)
                    .map(|country| columns[country].value(row))
                    .filter(|country| !country.is_empty());
                let take = |given: Given<'_>| {
                    if keeps {
                        column.set(row, given);
                    }
                };
                let cell = readers[slot].read(source, mapped, row, of_row, issues, take);
                columns[slot] = column;
                if !keeps {
                    facts[slot].remove(&cell);
                    continue;
                }
                facts[slot].add(&cell);
                if let Some(found) = cell.found {
                    issues.push(found);
                }
            }
        }
    }

    /// Reads the columns once more whose cells prove another format by now, or which had more mistakes than were
    /// looked at. Whether there are any.
    fn read_otherwise(&mut self, ground: Ground<'_>) -> bool {
        let is_other = |&slot: &usize| {
            self.finders[slot].resolve() != self.facts[slot].format
                || self.readers[slot].is_exhausted()
        };
        let slots: Vec<usize> = (0..self.setup.mapped.len()).filter(is_other).collect();
        if slots.is_empty() {
            return false;
        }
        let indexes: Vec<u32> = slots
            .iter()
            .map(|&slot| self.setup.mapped[slot].index)
            .collect();
        self.issues.retain(|found| {
            found
                .column()
                .is_none_or(|column| !indexes.contains(&column))
        });
        let country = self.setup.slot(field::COUNTRY);
        let countries = country
            .filter(|country| !slots.contains(country))
            .map(|slot| (slot, std::mem::take(&mut self.columns[slot])));
        let known = countries.as_ref().map(|(_, column)| column);
        for (slot, read) in self.read_columns(ground, &slots, known) {
            self.columns[slot] = read.column;
            self.facts[slot] = read.facts;
            self.readers[slot] = read.reader;
            self.finders[slot] = read.finder;
        }
        if let Some((slot, column)) = countries {
            self.columns[slot] = column;
        }
        self.tell_formats();
        true
    }

    /// Decides about all rows.
    pub(super) fn decide_all(&mut self) {
        self.issues
            .retain(|found| found.code != Code::MissingIdentifier);
        self.decided.clone_from(&self.early);
        for found in self.issues.all() {
            if found.severity == Severity::Error {
                self.decided[found.row as usize] = Some(Outcome::Error);
            }
        }
        self.reject_keyless(0..self.early.len());
    }

    /// Decides about these rows, whose cells were just read.
    fn decide(&mut self, rows: &[u32]) {
        self.issues.sort();
        for &row in rows {
            let row = row as usize;
            let mut found = self.issues.of(row).iter();
            let is_error = found.any(|found| found.severity == Severity::Error);
            self.decided[row] = self.early[row].or(is_error.then_some(Outcome::Error));
        }
        self.reject_keyless(rows.iter().map(|&row| row as usize));
    }

    fn reject_keyless(&mut self, rows: impl Iterator<Item = usize>) {
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
        for row in rows {
            let has_key = || slots.iter().any(|&slot| self.columns[slot].has_value(row));
            if self.decided[row].is_none() && !has_key() {
                self.decided[row] = Some(Outcome::Error);
                let code = Code::MissingIdentifier;
                self.issues
                    .push(Found::new(row, None, code, Severity::Error));
            }
        }
    }

    /// Brings the fingerprints of these rows, or of all, up to date.
    pub(super) fn update_keys(&mut self, ground: Ground<'_>, rows: Option<&[u32]>) {
        let Self {
            setup,
            columns,
            decided,
            keys,
            ..
        } = self;
        for (slot, mapped) in setup.mapped.iter().enumerate() {
            let Some(kind) = mapped.kind else { continue };
            let mut printer = Prints::new(ground.key, kind.key());
            let mut set = |row: usize| {
                let value = columns[slot].value(row);
                let takes_part = decided[row].is_none() && !value.is_empty();
                keys.set(kind, row, takes_part.then(|| printer.print(value)));
            };
            match rows {
                Some(rows) => rows.iter().for_each(|&row| set(row as usize)),
                None => (0..decided.len()).for_each(set),
            }
        }
    }

    fn find_tags_of(&mut self, row: usize) {
        let Self {
            columns,
            tags,
            row_tags,
            ..
        } = self;
        if let (Some(slot), Some(set)) = (self.setup.slot(field::TAGS), row_tags.get_mut(row)) {
            *set = tags.cell(columns[slot].value(row));
        }
    }
}
