//! Rows that are about the same contact, and identifiers that are somebody else's.

use super::super::issues::Found;
use super::super::keys::NONE;
use super::super::matches::{Index, Matches};
use super::super::sheet::Sheet;
use super::Verdicts;
use crate::diff::Outcome;
use crate::field::Identifier;
use crate::import::Duplicates;
use crate::issue::{Code, Severity};

impl Verdicts {
    /// Rows with the same key match the same contact, so that a row's contact, else its key, says to which group it
    /// belongs.
    pub(super) fn settle_duplicates(&mut self, sheet: &Sheet, index: &Index) {
        let groups = self.groups(sheet, index);
        let many = groups.iter().filter(|&&group| group != NONE).max();
        let many = many.map_or(0, |&group| group as usize + 1);
        // Per group its first two rows and its last one.
        let mut first = vec![NONE; many];
        let mut second = vec![NONE; many];
        let mut last = vec![NONE; many];
        for (row, &group) in groups.iter().enumerate() {
            if group == NONE {
                continue;
            }
            let (row, group) = (row as u32, group as usize);
            if first[group] == NONE {
                first[group] = row;
            } else if second[group] == NONE {
                second[group] = row;
            }
            last[group] = row;
        }
        for (row, &group) in groups.iter().enumerate() {
            if group == NONE || second[group as usize] == NONE {
                continue;
            }
            let group = group as usize;
            let (other, outcome, severity) = match sheet.setup.duplicates {
                Duplicates::KeepFirst => (first[group], Outcome::Skipped, Severity::Info),
                Duplicates::KeepLast => (last[group], Outcome::Skipped, Severity::Info),
                Duplicates::RejectAll if first[group] == row as u32 => {
                    (second[group], Outcome::Error, Severity::Error)
                }
                Duplicates::RejectAll => (first[group], Outcome::Error, Severity::Error),
            };
            if other == row as u32 {
                continue; // this is the row that is kept
            }
            self.outcomes[row] = outcome;
            let column = sheet
                .keys
                .key(&sheet.setup, row)
                .and_then(|(kind, _)| sheet.index_of(kind));
            let found = Found::new(row, column, Code::DuplicateInFile, severity);
            self.issues.push(found.with(Some(other)));
        }
    }

    fn groups(&self, sheet: &Sheet, index: &Index) -> Vec<u32> {
        let numbers = &index.numbers;
        let mut next = numbers.len();
        let first_of_kind = [0, 1, 2].map(|kind: usize| {
            let first = next;
            next += sheet.keys.distinct[kind].len();
            first
        });
        (0..self.outcomes.len())
            .map(|row| {
                if !self.is_alive(row) {
                    return NONE;
                }
                match (
                    numbers.get(self.matched[row].contact as usize),
                    sheet.keys.key(&sheet.setup, row),
                ) {
                    (Some(&contact), _) => contact,
                    (None, Some((kind, print))) => (first_of_kind[kind as usize] + print) as u32,
                    (None, None) => NONE,
                }
            })
            .collect()
    }

    /// Another identifier of the row belongs to somebody else.
    pub(super) fn warn_of_conflicts(&mut self, sheet: &Sheet, matches: &Matches, index: &Index) {
        let kinds: Vec<Identifier> = sheet
            .setup
            .mapped
            .iter()
            .filter_map(|mapped| mapped.kind)
            .collect();
        if kinds.len() < 2 {
            return;
        }
        for row in 0..self.outcomes.len() {
            if !self.is_alive(row) {
                continue;
            }
            let key = sheet.keys.key(&sheet.setup, row).map(|(kind, _)| kind);
            let number = |contact: u32| index.numbers.get(contact as usize);
            let own = number(self.matched[row].contact);
            for &kind in kinds.iter().filter(|&&kind| Some(kind) != key) {
                let Some(print) = sheet.keys.at(kind, row) else {
                    continue;
                };
                let is_other = |&contact: &u32| {
                    let is_gone = || {
                        let id = matches.contacts[contact as usize].id;
                        matches.gone.contains(&id)
                    };
                    number(contact) != own && !is_gone()
                };
                if index.holders(kind, print).iter().any(is_other) {
                    self.issues.push(Found::new(
                        row,
                        sheet.index_of(kind),
                        Code::IdentityConflict,
                        Severity::Warning,
                    ));
                }
            }
        }
    }
}
