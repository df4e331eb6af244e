//! What becomes of a row whatever the other rows are: who has its key, and what the purpose says to that.

use super::super::index::Index;
use super::super::issues::{Found, Issues};
use super::super::masks;
use super::super::matches::{Contact, Matches};
use super::super::sheet::Sheet;
use super::{Matched, TOGETHER, Verdicts};
use crate::diff::Outcome;
use crate::field::{self, Identifier};
use crate::import::Purpose;
use crate::issue::{Code, Severity};
use crate::order::sort;

/// Contacts that an `ambiguous_match` names.
const NAMED_IDS: usize = 10;

/// Who has the key of a row.
struct Candidates<'a> {
    kind: Identifier,
    holders: &'a [u32],
    only: Option<Contact>,
}

/// What a row comes to.
struct Verdict {
    outcome: Outcome,
    matched: Matched,
    /// Whether its contact has other values.
    differs: bool,
}

/// Judges one row after the other.
struct Judge<'a> {
    sheet: &'a Sheet,
    matches: &'a Matches,
    index: &'a Index,
    /// The column of the field that new contacts must have.
    first_name: Option<usize>,
    clearing: u64,
}

impl Verdicts {
    /// Judges all rows, which none were so far.
    pub(super) fn judge_all(&mut self, sheet: &Sheet, matches: &Matches, index: &Index) {
        let rows = sheet.decided.len();
        let judge = Judge::new(sheet, matches, index);
        let mut ahead: Vec<Option<Candidates<'_>>> = Vec::with_capacity(TOGETHER);
        for start in (0..rows).step_by(TOGETHER) {
            let block = start..(start + TOGETHER).min(rows);
            ahead.extend(block.clone().map(|row| judge.candidates(row)));
            for (row, candidates) in block.zip(ahead.drain(..)) {
                let verdict = judge.row(row, candidates.as_ref(), &mut self.issues);
                self.alone.push(verdict.outcome);
                self.matched[row] = verdict.matched;
                self.differs[row] = verdict.differs;
            }
        }
    }

    /// Finds out once more which rows differ from their contacts: by another policy others may.
    pub(super) fn differ_all(&mut self, sheet: &Sheet, matches: &Matches) {
        let clearing = masks::clearing(sheet);
        for (row, outcome) in self.alone.iter().enumerate() {
            self.differs[row] =
                *outcome == Outcome::Unchanged && differs(sheet, matches, row, clearing);
        }
    }

    /// Judges these rows once more, ascending. What was found about them before is forgotten.
    pub(super) fn judge(&mut self, sheet: &Sheet, matches: &Matches, index: &Index, rows: &[u32]) {
        self.issues.forget(rows);
        let judge = Judge::new(sheet, matches, index);
        for &row in rows {
            let row = row as usize;
            let candidates = judge.candidates(row);
            let verdict = judge.row(row, candidates.as_ref(), &mut self.issues);
            self.alone[row] = verdict.outcome;
            self.matched[row] = verdict.matched;
            self.differs[row] = verdict.differs;
        }
    }
}

/// Whether a row says anything else than its contact holds.
fn differs(sheet: &Sheet, matches: &Matches, row: usize, clearing: u64) -> bool {
    if !matches.is_equal(row) {
        return true;
    }
    let cleared = clearing & matches.filled(row);
    cleared != 0 && masks::empty(sheet, row, cleared).next().is_some()
}

impl<'a> Judge<'a> {
    fn new(sheet: &'a Sheet, matches: &'a Matches, index: &'a Index) -> Self {
        Self {
            sheet,
            matches,
            index,
            first_name: sheet.setup.slot(field::FIRST_NAME),
            clearing: masks::clearing(sheet),
        }
    }

    /// Who has the key of a row that is still undecided.
    fn candidates(&self, row: usize) -> Option<Candidates<'a>> {
        let Self {
            sheet,
            matches,
            index,
            ..
        } = self;
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

    fn row(&self, row: usize, candidates: Option<&Candidates<'_>>, issues: &mut Issues) -> Verdict {
        let mut verdict = Verdict {
            outcome: Outcome::New, // "add all", or a new contact beside Contact IDs
            matched: Matched::NOBODY,
            differs: false,
        };
        match (self.sheet.decided[row], candidates) {
            (Some(outcome), _) => {
                verdict.outcome = outcome;
                return verdict;
            }
            (None, Some(candidates)) => self.match_row(row, candidates, &mut verdict, issues),
            (None, None) => {}
        }
        if verdict.outcome == Outcome::New {
            verdict.outcome = self.require_first_name(row, issues);
        }
        verdict
    }

    fn match_row(
        &self,
        row: usize,
        candidates: &Candidates<'_>,
        verdict: &mut Verdict,
        issues: &mut Issues,
    ) {
        let &Candidates {
            kind,
            mut holders,
            only,
        } = candidates;
        let (sheet, matches) = (self.sheet, self.matches);
        if let (Some(contact), [at]) = (only, holders) {
            if matches.gone.contains(&contact.id) {
                holders = &[];
            } else {
                verdict.matched = Matched {
                    id: contact.id,
                    contact: *at,
                    tags: contact.tags,
                };
            }
        }
        let found = |code, severity| Found::new(row, sheet.index_of(kind), code, severity);
        verdict.outcome = match (sheet.setup.purpose, holders.len()) {
            (Purpose::AddAll, _) | (Purpose::Add, 0) => Outcome::New,
            (Purpose::Add, _) => {
                issues.push(found(Code::AlreadyExists, Severity::Info));
                Outcome::Skipped
            }
            (Purpose::Update, 0) => {
                issues.push(found(Code::NotFound, Severity::Info));
                Outcome::Skipped
            }
            (Purpose::AddAndUpdate, 0) if kind == Identifier::ContactId => {
                issues.push(found(Code::UnknownContactId, Severity::Error));
                Outcome::Error
            }
            (Purpose::AddAndUpdate, 0) => Outcome::New,
            (_, 1) => Outcome::Unchanged,
            _ => {
                let mut ids: Vec<u64> = holders
                    .iter()
                    .map(|&contact| matches.contacts[contact as usize].id)
                    .collect();
                sort(&mut ids);
                ids.truncate(NAMED_IDS);
                let ids = issues.name(ids);
                issues.push(found(Code::AmbiguousMatch, Severity::Error).with(Some(ids)));
                Outcome::Error
            }
        };
        verdict.differs =
            verdict.outcome == Outcome::Unchanged && differs(sheet, matches, row, self.clearing);
    }

    fn require_first_name(&self, row: usize, issues: &mut Issues) -> Outcome {
        let sheet = self.sheet;
        match self.first_name {
            Some(slot) if sheet.columns[slot].value(row).is_empty() => {
                issues.push(Found::new(
                    row,
                    Some(sheet.setup.mapped[slot].index),
                    Code::FirstNameRequired,
                    Severity::Error,
                ));
                Outcome::Error
            }
            _ => Outcome::New,
        }
    }
}
