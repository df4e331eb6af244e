//! Rows and the values of their contacts.

use super::super::matches::Matches;
use super::super::sheet::Sheet;
use super::super::stored::StoredContact;
use super::{TOGETHER, Verdicts, Which};
use crate::diff::{Change, Counts, Outcome, decide};
use crate::import::Policy;

/// What a comparison came to.
#[derive(Debug)]
pub(crate) struct Compared {
    /// The rows that may read differently now.
    pub(crate) rows: Which,
    /// How many were compared.
    pub(crate) many: u64,
    /// Contacts that were matched and are not there any more.
    pub(crate) gone: Vec<u64>,
}

impl Verdicts {
    /// Compares the rows that wait for it with their contacts, and counts all.
    pub(crate) fn compare(&mut self, sheet: &mut Sheet, matches: &Matches) -> Compared {
        let mut rows = std::mem::replace(&mut self.pending, Which::Some(Vec::new()));
        let (many, gone) = match &rows {
            Which::All => (self.outcomes.len(), self.compare_all(sheet, matches)),
            Which::Some(rows) => (rows.len(), self.compare_rows(sheet, matches, rows)),
        };
        self.count();
        let gaining = (0..self.outcomes.len())
            .filter(|&row| matches!(self.outcomes[row], Outcome::New | Outcome::Updated))
            .map(|row| (row, self.stored_tags(matches, row)));
        if sheet.name_tags(gaining) {
            rows = Which::All; // any row may have a tag whose name is spelt otherwise now
        }
        self.issues.sort();
        Compared {
            rows,
            many: many as u64,
            gone,
        }
    }

    fn compare_all(&mut self, sheet: &Sheet, matches: &Matches) -> Vec<u64> {
        let mut gone = Vec::new();
        let mut ahead: Vec<Option<&StoredContact>> = Vec::with_capacity(TOGETHER);
        for row in 0..self.outcomes.len() {
            if row % TOGETHER == 0 {
                let block = row..(row + TOGETHER).min(self.outcomes.len());
                ahead.clear();
                ahead.extend(block.clone().map(|row| self.stored(matches, row)));
                for (row, stored) in block.zip(&ahead) {
                    if let Some(stored) = stored {
                        matches.stored.fetch(stored);
                        sheet.columns.iter().for_each(|column| column.fetch(row));
                    }
                }
            }
            gone.extend(self.compare_row(sheet, matches, row, ahead[row % TOGETHER]));
        }
        gone
    }

    fn compare_rows(&mut self, sheet: &Sheet, matches: &Matches, rows: &[u32]) -> Vec<u64> {
        let gone = rows.iter().filter_map(|&row| {
            let stored = self.stored(matches, row as usize);
            self.compare_row(sheet, matches, row as usize, stored)
        });
        gone.collect()
    }

    /// Gives a matched row its last outcome. Its contact is returned if that is gone.
    fn compare_row(
        &mut self,
        sheet: &Sheet,
        matches: &Matches,
        row: usize,
        stored: Option<&StoredContact>,
    ) -> Option<u64> {
        if !self.is_matched(row) {
            return None;
        }
        let tags = self.tags_with(matches, row, stored);
        let gains = sheet.tags.gained(sheet.tags_of(row), tags).next().is_some();
        let updates = gains || stored.is_some_and(|stored| is_changed(sheet, matches, row, stored));
        self.outcomes[row] = match updates {
            true => Outcome::Updated,
            false => Outcome::Unchanged,
        };
        (self.differs[row] && stored.is_none()).then(|| self.matched[row].id)
    }

    fn count(&mut self) {
        self.counts = Counts::default();
        self.by_outcome.iter_mut().for_each(Vec::clear);
        for (row, &outcome) in (0_u32..).zip(&self.outcomes) {
            self.counts.add(outcome);
            self.by_outcome[outcome as usize].push(row);
        }
    }
}

/// What a row does to the values of its contact, where they were asked for.
pub(super) fn changes<'a>(
    sheet: &'a Sheet,
    matches: &'a Matches,
    row: usize,
    stored: Option<&'a StoredContact>,
) -> impl Iterator<Item = (usize, &'a str, Change<'a>)> + use<'a> {
    stored.into_iter().flat_map(move |stored| {
        let fields = sheet.setup.stored.iter().enumerate();
        fields.filter_map(move |field| change(sheet, matches, row, stored, field))
    })
}

fn is_changed(sheet: &Sheet, matches: &Matches, row: usize, stored: &StoredContact) -> bool {
    let mut fields = sheet.setup.stored.iter().enumerate();
    fields.any(|field| change(sheet, matches, row, stored, field).is_some())
}

/// What a row does to one of the fields, given by its position and slot.
#[inline]
fn change<'a>(
    sheet: &'a Sheet,
    matches: &'a Matches,
    row: usize,
    stored: &StoredContact,
    (field, &slot): (usize, &usize),
) -> Option<(usize, &'a str, Change<'a>)> {
    let policy = sheet.setup.mapped[slot].policy;
    // Most cells that differ are empty, and nearly always that says nothing.
    if policy != Policy::OverwriteAndClear && !sheet.columns[slot].has_value(row) {
        return None;
    }
    let old = matches.stored.value(stored, field);
    match decide(policy, old, sheet.columns[slot].given(row)) {
        Change::Keep => None,
        change => Some((slot, old, change)),
    }
}
