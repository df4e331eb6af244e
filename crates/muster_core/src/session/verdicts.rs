//! The outcome of every row: the stages that need the stored contacts.

use super::issues::{Found, Issues};
use super::keys::NONE;
use super::matches::{Index, Matches, StoredContact};
use super::sheet::Sheet;
use crate::diff::{Change, Counts, Outcome, decide};
use crate::field::{self, Identifier};
use crate::identity::fields_hash;
use crate::import::{Duplicates, Purpose};
use crate::issue::{Code, Severity};

/// Contacts that an `ambiguous_match` names.
const NAMED_IDS: usize = 10;

/// What becomes of every row, once the contacts are looked up.
#[derive(Clone, Debug)]
pub(crate) struct Verdicts {
    /// Until [`Verdicts::compare`] a matched row is [`Outcome::Unchanged`].
    pub(crate) outcomes: Vec<Outcome>,
    /// Per row the one contact that its key matched, as a position in [`Matches::contacts`], or [`NONE`].
    contacts: Vec<u32>,
    /// Per row whether its contact has other values.
    differs: Vec<bool>,
    pub(crate) issues: Issues,
    pub(crate) counts: Counts,
    /// Rows by outcome, ascending.
    pub(crate) by_outcome: [Vec<u32>; 5],
}

impl Verdicts {
    /// Matches the rows, and settles what doesn't depend on the contacts' values.
    pub(crate) fn new(sheet: &Sheet, matches: &Matches) -> Self {
        let rows = sheet.decided.len();
        let mut verdicts = Self {
            outcomes: Vec::with_capacity(rows),
            contacts: vec![NONE; rows],
            differs: vec![false; rows],
            issues: Issues::default(),
            counts: Counts::default(),
            by_outcome: Default::default(),
        };
        let index = matches.index(&sheet.keys);
        for row in 0..rows {
            let outcome = match sheet.decided[row] {
                Some(outcome) => outcome,
                None => verdicts.match_row(sheet, matches, &index, row),
            };
            verdicts.outcomes.push(outcome);
        }
        verdicts.require_first_names(sheet);
        if sheet.setup.purpose != Purpose::AddAll {
            verdicts.settle_duplicates(sheet, matches);
            verdicts.warn_of_conflicts(sheet, matches, &index);
        }
        verdicts.find_differing(sheet, matches);
        verdicts
    }

    /// The contact that a row's key matched.
    pub(crate) fn contact<'a>(
        &self,
        matches: &'a Matches,
        row: usize,
    ) -> Option<&'a super::matches::Contact> {
        matches.contacts.get(*self.contacts.get(row)? as usize)
    }

    fn is_alive(&self, row: usize) -> bool {
        matches!(
            self.outcomes[row],
            Outcome::New | Outcome::Updated | Outcome::Unchanged
        )
    }

    fn match_row(
        &mut self,
        sheet: &Sheet,
        matches: &Matches,
        index: &Index,
        row: usize,
    ) -> Outcome {
        let Some((kind, print)) = sheet.keys.key(&sheet.setup, row) else {
            return Outcome::New; // "add all", or a new contact beside Contact IDs
        };
        let mut holders = index.holders(kind, print);
        if let [only] = holders {
            let contact = &matches.contacts[*only as usize];
            if matches.gone.contains(&contact.id) {
                holders = &[];
            } else {
                self.contacts[row] = *only;
            }
        }
        let mut issue = |code, severity, extra| {
            let found = Found::new(row, sheet.index_of(kind), code, severity);
            self.issues.push(found.with(extra));
        };
        match (sheet.setup.purpose, holders.len()) {
            (Purpose::AddAll, _) | (Purpose::Add, 0) => Outcome::New,
            (Purpose::Add, _) => {
                issue(Code::AlreadyExists, Severity::Info, None);
                Outcome::Skipped
            }
            (Purpose::Update, 0) => {
                issue(Code::NotFound, Severity::Info, None);
                Outcome::Skipped
            }
            (Purpose::AddAndUpdate, 0) if kind == Identifier::ContactId => {
                issue(Code::UnknownContactId, Severity::Error, None);
                Outcome::Error
            }
            (Purpose::AddAndUpdate, 0) => Outcome::New,
            (_, 1) => Outcome::Unchanged,
            _ => {
                let mut ids: Vec<u64> = holders
                    .iter()
                    .map(|&contact| matches.contacts[contact as usize].id)
                    .collect();
                ids.sort_unstable();
                ids.truncate(NAMED_IDS);
                let ids = self.issues.name(ids);
                let found = Found::new(
                    row,
                    sheet.index_of(kind),
                    Code::AmbiguousMatch,
                    Severity::Error,
                );
                self.issues.push(found.with(Some(ids)));
                Outcome::Error
            }
        }
    }

    fn require_first_names(&mut self, sheet: &Sheet) {
        let Some(slot) = sheet.setup.slot(field::FIRST_NAME) else {
            return; // nothing can be new
        };
        let index = sheet.setup.mapped[slot].index;
        for (row, outcome) in self.outcomes.iter_mut().enumerate() {
            if *outcome == Outcome::New && sheet.columns[slot].value(row).is_empty() {
                *outcome = Outcome::Error;
                self.issues.push(Found::new(
                    row,
                    Some(index),
                    Code::FirstNameRequired,
                    Severity::Error,
                ));
            }
        }
    }

    /// Rows with the same key match the same contact, so that a row's contact, else its key, says to which group it
    /// belongs.
    fn settle_duplicates(&mut self, sheet: &Sheet, matches: &Matches) {
        let groups = self.groups(sheet, matches);
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

    fn groups(&self, sheet: &Sheet, matches: &Matches) -> Vec<u32> {
        // A contact stands in every answer that named it: its first place is its number.
        let mut by_id: Vec<(u64, u32)> = matches
            .contacts
            .iter()
            .enumerate()
            .map(|(at, contact)| (contact.id, at as u32))
            .collect();
        by_id.sort_unstable();
        let mut numbers = vec![0_u32; by_id.len()];
        let mut last = None;
        for &(id, at) in &by_id {
            let (_, number) =
                *last.insert(last.filter(|&(same, _)| same == id).unwrap_or((id, at)));
            numbers[at as usize] = number;
        }
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
                    numbers.get(self.contacts[row] as usize),
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
    fn warn_of_conflicts(&mut self, sheet: &Sheet, matches: &Matches, index: &Index) {
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
            let own = self.contact(matches, row).map(|contact| contact.id);
            for &kind in kinds.iter().filter(|&&kind| Some(kind) != key) {
                let Some(print) = sheet.keys.at(kind, row) else {
                    continue;
                };
                let is_other = |&contact: &u32| {
                    let id = matches.contacts[contact as usize].id;
                    Some(id) != own && !matches.gone.contains(&id)
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

    fn find_differing(&mut self, sheet: &Sheet, matches: &Matches) {
        for row in 0..self.outcomes.len() {
            if self.outcomes[row] != Outcome::Unchanged {
                continue;
            }
            let Some(contact) = self.contact(matches, row) else {
                continue;
            };
            let values = sheet
                .setup
                .stored
                .iter()
                .map(|&slot| sheet.columns[slot].value(row));
            if fields_hash(&matches.key(contact.page), values) != contact.hash {
                self.differs[row] = true;
            }
        }
    }

    /// The contacts whose values decide, ascending.
    pub(crate) fn wanted(&self, matches: &Matches) -> Vec<u64> {
        let mut ids: Vec<u64> = (0..self.differs.len())
            .filter(|&row| self.differs[row])
            .filter_map(|row| self.contact(matches, row))
            .map(|contact| contact.id)
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// The values of a row's contact, where they were asked for.
    pub(crate) fn stored<'a>(&self, matches: &'a Matches, row: usize) -> Option<&'a StoredContact> {
        if !*self.differs.get(row)? {
            return None;
        }
        matches.stored.get(self.contact(matches, row)?.id)
    }

    /// The tags of a row's contact, ascending; none of a row that has none.
    pub(crate) fn stored_tags<'a>(&self, matches: &'a Matches, row: usize) -> &'a [u32] {
        let set = match self.stored(matches, row) {
            Some(stored) => Some(stored.tags),
            None => self.contact(matches, row).map(|contact| contact.tags),
        };
        set.map_or(&[], |set| matches.tag_set(set))
    }

    /// What the row does to its contact's fields, by slot: the stored value and what becomes of it.
    pub(crate) fn changes<'a>(
        &self,
        sheet: &'a Sheet,
        matches: &'a Matches,
        row: usize,
    ) -> impl Iterator<Item = (usize, &'a str, Change<'a>)> + use<'a> {
        let stored = self.stored(matches, row);
        let fields = sheet.setup.stored.iter().enumerate();
        stored.into_iter().flat_map(move |stored| {
            fields.clone().filter_map(move |(field, &slot)| {
                let old = matches.stored.value(stored, field);
                let policy = sheet.setup.mapped[slot].policy;
                match decide(policy, old, sheet.columns[slot].given(row)) {
                    Change::Keep => None,
                    change => Some((slot, old, change)),
                }
            })
        })
    }

    /// Compares rows and contacts, and counts. Contacts that are gone by now are returned.
    pub(crate) fn compare(&mut self, sheet: &mut Sheet, matches: &Matches) -> Vec<u64> {
        let gone: Vec<u64> = self
            .wanted(matches)
            .into_iter()
            .filter(|&id| matches.stored.get(id).is_none())
            .collect();
        sheet.tags.start_naming();
        self.counts = Counts::default();
        self.by_outcome = Default::default();
        for row in 0..self.outcomes.len() {
            let cell = sheet.tags_of(row);
            if self.outcomes[row] == Outcome::Unchanged || self.outcomes[row] == Outcome::Updated {
                let gains = sheet
                    .tags
                    .gained(cell, self.stored_tags(matches, row))
                    .next()
                    .is_some();
                let changes = self.changes(sheet, matches, row).next().is_some();
                self.outcomes[row] = match gains || changes {
                    true => Outcome::Updated,
                    false => Outcome::Unchanged,
                };
            }
            let outcome = self.outcomes[row];
            if matches!(outcome, Outcome::New | Outcome::Updated) {
                sheet.tags.name(cell, self.stored_tags(matches, row));
            }
            self.counts.add(outcome);
            self.by_outcome[outcome as usize].push(row as u32);
        }
        self.issues.sort();
        gone
    }
}
