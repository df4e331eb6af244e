//! The outcome of every row: the stages that need the stored contacts.
//!
//! Each stage speaks about a row on its own ([`alone`]), about rows that rival each other ([`rivals`]), or about the
//! values of the row's contact ([`compare`]), so that a correction goes through them with the rows that it touches.

mod alone;
mod compare;
mod rivals;

use super::index::Index;
use super::issues::Issues;
use super::keys::NONE;
use super::matches::{Contact, Matches};
use super::sheet::Sheet;
use super::stored::StoredContact;
use crate::diff::{Change, Counts, Outcome};
use crate::order::sort_apart;

/// What becomes of every row, once the contacts are looked up.
#[derive(Clone, Debug)]
pub(crate) struct Verdicts {
    /// Until [`Verdicts::compare`] a matched row is [`Outcome::Unchanged`].
    pub(crate) outcomes: Vec<Outcome>,
    /// The same before rows are held against each other.
    alone: Vec<Outcome>,
    /// Per row the one contact that its key matched.
    matched: Vec<Matched>,
    /// Per row whether its contact has other values.
    differs: Vec<bool>,
    /// Per row the group of rows about the same contact, by its number in [`rivals`].
    groups: Vec<u32>,
    pub(crate) issues: Issues,
    pub(crate) counts: Counts,
    /// Rows by outcome, ascending.
    pub(crate) by_outcome: [Vec<u32>; 5],
    /// The rows to be compared with the values of their contacts.
    pending: Which,
}

/// Which rows.
#[derive(Clone, Debug)]
pub(crate) enum Which {
    /// All of them.
    All,
    /// These, ascending.
    Some(Vec<u32>),
}

impl Which {
    /// Also these.
    pub(super) fn extend(&mut self, rows: &[u32]) {
        if let Self::Some(all) = self {
            all.extend(rows);
            sort_apart(all);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Some(rows) if rows.is_empty())
    }

    /// Of so many rows.
    pub(super) fn of(&self, many: usize) -> impl Iterator<Item = usize> + Clone {
        let (all, some) = match self {
            Self::All => (0..many, &[][..]),
            Self::Some(rows) => (0..0, rows.as_slice()),
        };
        all.chain(some.iter().map(|&row| row as usize))
    }
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

/// Rows that are looked up together. Contacts lie anywhere in memory: looked up without a pause they are fetched at
/// the same time, not one after the other.
pub(super) const TOGETHER: usize = 64;

impl Verdicts {
    /// Matches the rows, and settles what doesn't depend on the contacts' values.
    pub(crate) fn new(sheet: &Sheet, matches: &Matches, index: &Index) -> Self {
        let rows = sheet.decided.len();
        let mut verdicts = Self {
            outcomes: Vec::new(),
            alone: Vec::with_capacity(rows),
            matched: vec![Matched::NOBODY; rows],
            differs: vec![false; rows],
            groups: Vec::new(),
            issues: Issues::default(),
            counts: Counts::default(),
            by_outcome: Default::default(),
            pending: Which::All,
        };
        verdicts.judge_all(sheet, matches, index);
        verdicts.settle_all(sheet, matches, index);
        verdicts
    }

    /// Holds all rows against each other once more, after these were judged once more on their own.
    pub(crate) fn settle_again(
        &mut self,
        sheet: &Sheet,
        matches: &Matches,
        index: &Index,
        rows: &[u32],
    ) {
        self.judge(sheet, matches, index, rows);
        self.differ_all(sheet, matches);
        self.issues.retain(|found| !rivals::speaks_of(found));
        self.settle_all(sheet, matches, index);
    }

    /// Matches and settles these rows once more, ascending, and whatever depends on them.
    pub(crate) fn update(&mut self, sheet: &Sheet, matches: &Matches, index: &Index, rows: &[u32]) {
        let before: Vec<u32> = rows.iter().map(|&row| self.groups[row as usize]).collect();
        self.judge(sheet, matches, index, rows);
        let touched = self.settle(sheet, matches, index, rows, &before);
        self.pending.extend(&touched);
    }

    /// Has every row compared once more with the values of its contact, by other policies.
    pub(crate) fn compare_again(&mut self, sheet: &Sheet, matches: &Matches) {
        self.differ_all(sheet, matches);
        self.pend_all();
    }

    fn pend_all(&mut self) {
        self.pending = Which::All;
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

    /// Whether the row goes to a contact that is there.
    pub(crate) fn is_matched(&self, row: usize) -> bool {
        matches!(self.outcomes[row], Outcome::Updated | Outcome::Unchanged)
    }

    /// Whether the values of the row's contact decide.
    fn differs(&self, row: usize) -> bool {
        self.differs[row] && self.is_matched(row)
    }

    /// The contacts whose values decide and are not known, ascending.
    pub(crate) fn wanted(&self, matches: &Matches) -> Vec<u64> {
        let id = |row: usize| {
            let id = self.matched[row].id;
            (self.differs(row) && matches.stored.get(id).is_none()).then_some(id)
        };
        let rows = self.pending.of(self.outcomes.len());
        let mut ids: Vec<u64> = rows.filter_map(id).collect();
        sort_apart(&mut ids);
        ids
    }

    /// The values of a row's contact, where they were asked for.
    pub(crate) fn stored<'a>(&self, matches: &'a Matches, row: usize) -> Option<&'a StoredContact> {
        if row >= self.outcomes.len() || !self.differs(row) {
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
        compare::changes(sheet, matches, row, self.stored(matches, row))
    }
}
