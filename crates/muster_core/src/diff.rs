//! Row and stored contact, compared: outcomes, counts, and what a policy lets a cell do.

use serde::Serialize;

use crate::import::Policy;

/// What becomes of a row. Exactly one per row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It becomes a contact.
    New,
    /// A contact changes.
    Updated,
    /// A contact is as the row says already.
    Unchanged,
    /// It is not imported, on purpose.
    Skipped,
    /// It can't be imported.
    Error,
}

impl Outcome {
    /// All of them, in the order in which people see them.
    pub const ALL: [Self; 5] = [
        Self::New,
        Self::Updated,
        Self::Unchanged,
        Self::Skipped,
        Self::Error,
    ];
}

/// How many rows have which outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Rows that become contacts.
    pub new: u32,
    /// Rows that change a contact.
    pub updated: u32,
    /// Rows whose contact is as they say already.
    pub unchanged: u32,
    /// Rows that are not imported, on purpose.
    pub skipped: u32,
    /// Rows that can't be imported.
    pub error: u32,
}

impl Counts {
    /// One more row.
    ///
    /// ```
    /// use muster_core::diff::{Counts, Outcome};
    /// let mut counts = Counts::default();
    /// counts.add(Outcome::Skipped);
    /// assert_eq!((counts.skipped, counts.total()), (1, 1));
    /// ```
    pub fn add(&mut self, outcome: Outcome) {
        let count = match outcome {
            Outcome::New => &mut self.new,
            Outcome::Updated => &mut self.updated,
            Outcome::Unchanged => &mut self.unchanged,
            Outcome::Skipped => &mut self.skipped,
            Outcome::Error => &mut self.error,
        };
        *count += 1;
    }

    /// All rows.
    pub fn total(&self) -> u32 {
        self.new + self.updated + self.unchanged + self.skipped + self.error
    }
}

/// What a row gives for a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given<'a> {
    /// No cell: the record is too short, or the cell was invalid and left out.
    Missing,
    /// An empty cell.
    Empty,
    /// A canonical value.
    Value(&'a str),
}

/// What becomes of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change<'a> {
    /// Nothing.
    Keep,
    /// It gets a value.
    Write(&'a str),
    /// It loses its value.
    Clear,
}

/// What becomes of a stored value (empty for none) under a policy.
///
/// ```
/// use muster_core::diff::{Change, Given, decide};
/// use muster_core::import::Policy;
/// assert_eq!(decide(Policy::DoNotOverwrite, "MY", Given::Value("SG")), Change::Keep);
/// assert_eq!(decide(Policy::DoNotOverwrite, "", Given::Value("SG")), Change::Write("SG"));
/// assert_eq!(decide(Policy::OverwriteAndClear, "MY", Given::Empty), Change::Clear);
/// assert_eq!(decide(Policy::OverwriteAndClear, "MY", Given::Missing), Change::Keep);
/// ```
pub fn decide<'a>(policy: Policy, stored: &str, given: Given<'a>) -> Change<'a> {
    match given {
        Given::Value(value) if value == stored => Change::Keep,
        Given::Value(value) if stored.is_empty() || policy != Policy::DoNotOverwrite => {
            Change::Write(value)
        }
        Given::Empty if policy == Policy::OverwriteAndClear && !stored.is_empty() => Change::Clear,
        Given::Value(_) | Given::Empty | Given::Missing => Change::Keep,
    }
}
