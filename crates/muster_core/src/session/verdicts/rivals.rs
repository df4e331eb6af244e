//! Rows that are about the same contact, and identifiers that are somebody else's.

use super::super::index::Index;
use super::super::issues::Found;
use super::super::keys::NONE;
use super::super::matches::Matches;
use super::super::sheet::Sheet;
use super::Verdicts;
use crate::diff::Outcome;
use crate::field::Identifier;
use crate::identity::Map;
use crate::import::{Duplicates, Purpose};
use crate::issue::{Code, Severity};
use crate::order::sort_apart;

/// Whether it was found by holding rows against each other.
pub(super) fn speaks_of(found: &Found) -> bool {
    matches!(found.code, Code::DuplicateInFile | Code::IdentityConflict)
}

/// The numbers of groups are dense: first those of contacts, then those of fingerprints that nobody has, by kind.
struct Groups {
    /// Where the fingerprints of each kind begin.
    first: [usize; 3],
    many: usize,
}

/// In a group's number the kind of the fingerprint, or that it is a contact's, is in the first bits: so it stays while
/// fingerprints and contacts are added.
const KIND: u32 = 30;
const CONTACT: u32 = 3;

impl Groups {
    fn new(sheet: &Sheet, index: &Index) -> Self {
        let mut many = index.numbers.len();
        let first = [0, 1, 2].map(|kind: usize| {
            let first = many;
            many += sheet.keys.all[kind].len();
            first
        });
        Self { first, many }
    }

    fn dense(&self, group: u32) -> usize {
        let number = (group & ((1 << KIND) - 1)) as usize;
        match self.first.get((group >> KIND) as usize) {
            Some(first) => first + number,
            None => number,
        }
    }
}

/// Per group its first two rows and its last one.
struct Rivals {
    first: Vec<u32>,
    second: Vec<u32>,
    last: Vec<u32>,
}

impl Rivals {
    /// Of rows with the numbers of their groups, ascending.
    fn new(rows: impl Iterator<Item = (u32, usize)>, many: usize) -> Self {
        let mut rivals = Self {
            first: vec![NONE; many],
            second: vec![NONE; many],
            last: vec![NONE; many],
        };
        for (row, group) in rows {
            if rivals.first[group] == NONE {
                rivals.first[group] = row;
            } else if rivals.second[group] == NONE {
                rivals.second[group] = row;
            }
            rivals.last[group] = row;
        }
        rivals
    }

    /// What becomes of a row of the group, beside which other one; nothing of the row that is kept.
    fn verdict(
        &self,
        rule: Duplicates,
        row: u32,
        group: usize,
    ) -> Option<(u32, Outcome, Severity)> {
        let (first, second) = (self.first[group], self.second[group]);
        if second == NONE {
            return None;
        }
        let (other, outcome, severity) = match rule {
            Duplicates::KeepFirst => (first, Outcome::Skipped, Severity::Info),
            Duplicates::KeepLast => (self.last[group], Outcome::Skipped, Severity::Info),
            Duplicates::RejectAll if first == row => (second, Outcome::Error, Severity::Error),
            Duplicates::RejectAll => (first, Outcome::Error, Severity::Error),
        };
        (other != row).then_some((other, outcome, severity))
    }
}

impl Verdicts {
    /// Holds all rows against each other.
    pub(super) fn settle_all(&mut self, sheet: &Sheet, matches: &Matches, index: &Index) {
        self.outcomes.clone_from(&self.alone);
        self.pend_all();
        if sheet.setup.purpose == Purpose::AddAll {
            self.groups = vec![NONE; self.alone.len()];
            return;
        }
        self.groups = (0..self.alone.len())
            .map(|row| group(sheet, index, self, row))
            .collect();
        let groups = Groups::new(sheet, index);
        let rows = (0_u32..)
            .zip(&self.groups)
            .filter(|&(_, &group)| group != NONE)
            .map(|(row, &group)| (row, groups.dense(group)));
        let rivals = Rivals::new(rows, groups.many);
        for row in 0..self.alone.len() {
            let group = self.groups[row];
            if group != NONE {
                self.settle_row(sheet, &rivals, row, groups.dense(group));
            }
        }
        self.warn_of_conflicts(sheet, matches, index, 0..self.alone.len());
    }

    /// Holds these rows, ascending and just judged, against those with whom they share a group now or shared one
    /// `before`. All of them are returned, ascending.
    pub(super) fn settle(
        &mut self,
        sheet: &Sheet,
        matches: &Matches,
        index: &Index,
        rows: &[u32],
        before: &[u32],
    ) -> Vec<u32> {
        if sheet.setup.purpose == Purpose::AddAll {
            for &row in rows {
                self.outcomes[row as usize] = self.alone[row as usize];
            }
            return rows.to_vec();
        }
        for &row in rows {
            self.groups[row as usize] = group(sheet, index, self, row as usize);
        }
        // The few groups at hand get numbers of their own.
        let groups = Groups::new(sheet, index);
        let mut numbers: Map<u32, usize> = Map::default();
        let mut is_touched = vec![false; groups.many];
        let after = rows.iter().map(|&row| &self.groups[row as usize]);
        for &group in before.iter().chain(after).filter(|&&group| group != NONE) {
            let next = numbers.len();
            numbers.entry(group).or_insert(next);
            is_touched[groups.dense(group)] = true;
        }
        let mut touched = rows.to_vec();
        touched.extend(
            (0_u32..)
                .zip(&self.groups)
                .filter(|&(_, &group)| group != NONE && is_touched[groups.dense(group)])
                .map(|(row, _)| row),
        );
        sort_apart(&mut touched);
        self.issues.forget_some(&touched, speaks_of);
        for &row in &touched {
            self.outcomes[row as usize] = self.alone[row as usize];
        }
        let number = |row: u32| Some((row, *numbers.get(&self.groups[row as usize])?));
        let rivals = Rivals::new(touched.iter().filter_map(|&row| number(row)), numbers.len());
        for &row in &touched {
            if let Some(&group) = numbers.get(&self.groups[row as usize]) {
                self.settle_row(sheet, &rivals, row as usize, group);
            }
        }
        let all = touched.iter().map(|&row| row as usize);
        self.warn_of_conflicts(sheet, matches, index, all);
        touched
    }

    fn settle_row(&mut self, sheet: &Sheet, rivals: &Rivals, row: usize, group: usize) {
        let verdict = rivals.verdict(sheet.setup.duplicates, row as u32, group);
        let Some((other, outcome, severity)) = verdict else {
            return;
        };
        self.outcomes[row] = outcome;
        let column = sheet
            .keys
            .key(&sheet.setup, row)
            .and_then(|(kind, _)| sheet.index_of(kind));
        let found = Found::new(row, column, Code::DuplicateInFile, severity);
        self.issues.push(found.with(Some(other)));
    }

    /// Another identifier of the row belongs to somebody else.
    fn warn_of_conflicts(
        &mut self,
        sheet: &Sheet,
        matches: &Matches,
        index: &Index,
        rows: impl Iterator<Item = usize>,
    ) {
        let kinds: Vec<Identifier> = sheet
            .setup
            .mapped
            .iter()
            .filter_map(|mapped| mapped.kind)
            .collect();
        if kinds.len() < 2 {
            return;
        }
        for row in rows {
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

/// Rows with the same key match the same contact, so that a row's contact, else its key, says to which group it
/// belongs.
fn group(sheet: &Sheet, index: &Index, verdicts: &Verdicts, row: usize) -> u32 {
    if !matches!(verdicts.alone[row], Outcome::New | Outcome::Unchanged) {
        return NONE;
    }
    match (
        index.numbers.get(verdicts.matched[row].contact as usize),
        sheet.keys.key(&sheet.setup, row),
    ) {
        (Some(&contact), _) => CONTACT << KIND | contact,
        (None, Some((kind, print))) => (kind as u32) << KIND | print as u32,
        (None, None) => NONE,
    }
}
