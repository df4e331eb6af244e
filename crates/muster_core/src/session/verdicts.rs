//! The outcome of every row: the stages that need the stored contacts.

mod rivals;

use super::issues::{Found, Issues};
use super::keys::NONE;
use super::matches::{Contact, Index, Matches, StoredContact};
use super::sheet::Sheet;
use crate::diff::{Change, Counts, Outcome, decide};
use crate::field::{self, Identifier};
use crate::identity::fields_hash_by;
use crate::import::{Policy, Purpose};
use crate::issue::{Code, Severity};

/// Contacts that an `ambiguous_match` names.
const NAMED_IDS: usize = 10;

/// What becomes of every row, once the contacts are looked up.
#[derive(Clone, Debug)]
pub(crate) struct Verdicts {
    /// Until [`Verdicts::compare`] a matched row is [`Outcome::Unchanged`].
    pub(crate) outcomes: Vec<Outcome>,
    /// Per row the one contact that its key matched.
    matched: Vec<Matched>,
    /// Per row whether its contact has other values.
    differs: Vec<bool>,
    pub(crate) issues: Issues,
    pub(crate) counts: Counts,
    /// Rows by outcome, ascending.
    pub(crate) by_outcome: [Vec<u32>; 5],
}

/// What a row has to know of its contact, so that walking down the rows stays in place.
#[derive(Clone, Copy, Debug)]
struct Matched {
    id: u64,
    /// Position in [`Matches::contacts`], or [`NONE`].
    contact: u32,
    /// Its tags when it was looked up: a position in the sets of [`Matches`], or [`NONE`].
    tags: u32,
}

impl Matched {
    const NOBODY: Self = Self {
        id: 0,
        contact: NONE,
        tags: NONE,
    };
}

/// Who has the key of a row.
struct Candidates<'a> {
    kind: Identifier,
    holders: &'a [u32],
    only: Option<Contact>,
}

/// Rows that are looked up together. Contacts lie anywhere in memory: looked up without a pause they are fetched at
/// the same time, not one after the other.
const TOGETHER: usize = 64;

impl Verdicts {
    /// Matches the rows, and settles what doesn't depend on the contacts' values.
    pub(crate) fn new(sheet: &Sheet, matches: &Matches) -> Self {
        let rows = sheet.decided.len();
        let mut verdicts = Self {
            outcomes: Vec::with_capacity(rows),
            matched: vec![Matched::NOBODY; rows],
            differs: vec![false; rows],
            issues: Issues::default(),
            counts: Counts::default(),
            by_outcome: Default::default(),
        };
        let index = matches.index(&sheet.keys);
        let mut buffer = Vec::new();
        let mut ahead: Vec<Option<Candidates<'_>>> = Vec::with_capacity(TOGETHER);
        for start in (0..rows).step_by(TOGETHER) {
            let block = start..(start + TOGETHER).min(rows);
            ahead.extend(
                block
                    .clone()
                    .map(|row| candidates(sheet, matches, &index, row)),
            );
            for (row, candidates) in block.zip(ahead.drain(..)) {
                let only = candidates.as_ref().and_then(|candidates| candidates.only);
                let outcome = match sheet.decided[row] {
                    Some(outcome) => outcome,
                    None => verdicts.match_row(sheet, matches, candidates.as_ref(), row),
                };
                verdicts.outcomes.push(outcome);
                verdicts.differs[row] = outcome == Outcome::Unchanged
                    && only.is_some_and(|contact| {
                        let values = sheet.values(row);
                        let key = matches.key(contact.page);
                        fields_hash_by(&key, &mut buffer, values) != contact.hash
                    });
            }
        }
        verdicts.require_first_names(sheet);
        if sheet.setup.purpose != Purpose::AddAll {
            verdicts.settle_duplicates(sheet, &index);
            verdicts.warn_of_conflicts(sheet, matches, &index);
        }
        for (differs, outcome) in verdicts.differs.iter_mut().zip(&verdicts.outcomes) {
            *differs &= *outcome == Outcome::Unchanged;
        }
        verdicts
    }

    /// The contact that a row's key matched.
    pub(crate) fn contact<'a>(&self, matches: &'a Matches, row: usize) -> Option<&'a Contact> {
        matches
            .contacts
            .get(self.matched.get(row)?.contact as usize)
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
        candidates: Option<&Candidates<'_>>,
        row: usize,
    ) -> Outcome {
        let Some(&Candidates {
            kind,
            mut holders,
            only,
        }) = candidates
        else {
            return Outcome::New; // "add all", or a new contact beside Contact IDs
        };
        if let (Some(contact), [at]) = (only, holders) {
            if matches.gone.contains(&contact.id) {
                holders = &[];
            } else {
                self.matched[row] = Matched {
                    id: contact.id,
                    contact: *at,
                    tags: contact.tags,
                };
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

    /// The contacts whose values decide, ascending.
    pub(crate) fn wanted(&self) -> Vec<u64> {
        let mut ids: Vec<u64> = (0..self.differs.len())
            .filter(|&row| self.differs[row])
            .map(|row| self.matched[row].id)
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
        matches.stored.get(self.matched[row].id)
    }

    /// The tags of a row's contact, ascending; none of a row that has none.
    pub(crate) fn stored_tags<'a>(&self, matches: &'a Matches, row: usize) -> &'a [u32] {
        self.tags_with(matches, row, self.stored(matches, row))
    }

    fn tags_with<'a>(
        &self,
        matches: &'a Matches,
        row: usize,
        stored: Option<&StoredContact>,
    ) -> &'a [u32] {
        let set = stored.map_or(self.matched[row].tags, |stored| stored.tags);
        matches.tag_set(set)
    }

    /// What the row does to its contact's fields, by slot: the stored value and what becomes of it.
    pub(crate) fn changes<'a>(
        &self,
        sheet: &'a Sheet,
        matches: &'a Matches,
        row: usize,
    ) -> impl Iterator<Item = (usize, &'a str, Change<'a>)> + use<'a> {
        changes(sheet, matches, row, self.stored(matches, row))
    }

    /// Compares rows and contacts, and counts. Contacts that are gone by now are returned.
    pub(crate) fn compare(&mut self, sheet: &mut Sheet, matches: &Matches) -> Vec<u64> {
        let mut gone = Vec::new();
        sheet.tags.start_naming();
        self.counts = Counts::default();
        self.by_outcome = Default::default();
        let mut ahead: Vec<Option<&StoredContact>> = Vec::with_capacity(TOGETHER);
        for row in 0..self.outcomes.len() {
            if row % TOGETHER == 0 {
                let block = row..(row + TOGETHER).min(self.outcomes.len());
                ahead.clear();
                ahead.extend(block.map(|row| self.stored(matches, row)));
            }
            let stored = ahead[row % TOGETHER];
            if self.differs[row] && stored.is_none() {
                gone.push(self.matched[row].id);
            }
            let cell = sheet.tags_of(row);
            let tags = self.tags_with(matches, row, stored);
            if self.outcomes[row] == Outcome::Unchanged || self.outcomes[row] == Outcome::Updated {
                let gains = sheet.tags.gained(cell, tags).next().is_some();
                let changes = || changes(sheet, matches, row, stored).next().is_some();
                self.outcomes[row] = match gains || changes() {
                    true => Outcome::Updated,
                    false => Outcome::Unchanged,
                };
            }
            let outcome = self.outcomes[row];
            if matches!(outcome, Outcome::New | Outcome::Updated) {
                sheet.tags.name(cell, tags);
            }
            self.counts.add(outcome);
            self.by_outcome[outcome as usize].push(row as u32);
        }
        self.issues.sort();
        gone
    }
}

/// Who has the key of a row that is still undecided.
fn candidates<'a>(
    sheet: &Sheet,
    matches: &Matches,
    index: &'a Index,
    row: usize,
) -> Option<Candidates<'a>> {
    if sheet.decided[row].is_some() {
        return None;
    }
    let (kind, print) = sheet.keys.key(&sheet.setup, row)?;
    let holders = index.holders(kind, print);
    let only = match holders {
        [only] => matches.contacts.get(*only as usize).copied(),
        _ => None,
    };
    Some(Candidates {
        kind,
        holders,
        only,
    })
}

/// What a row does to the values of its contact, where they were asked for.
fn changes<'a>(
    sheet: &'a Sheet,
    matches: &'a Matches,
    row: usize,
    stored: Option<&'a StoredContact>,
) -> impl Iterator<Item = (usize, &'a str, Change<'a>)> + use<'a> {
    let fields = sheet.setup.stored.iter().enumerate();
    stored.into_iter().flat_map(move |stored| {
        fields.clone().filter_map(move |(field, &slot)| {
            let policy = sheet.setup.mapped[slot].policy;
            // Most cells that differ are empty, and nearly always that says nothing.
            if policy != Policy::OverwriteAndClear && sheet.columns[slot].value(row).is_empty() {
                return None;
            }
            let old = matches.stored.value(stored, field);
            match decide(policy, old, sheet.columns[slot].given(row)) {
                Change::Keep => None,
                change => Some((slot, old, change)),
            }
        })
    })
}
