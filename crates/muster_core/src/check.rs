//! What whoever receives batches checks by itself: the same rules, applied to values instead of cells.
//!
//! A batch that no session could have made is [`Impossible`] as a whole. A row whose values break a rule is
//! [`Refused`] alone: it becomes an error, and the rest of its batch goes on.

use std::borrow::Cow;

use crate::diff::{Change, Given, decide};
use crate::field::{self, Field, Identifier};
use crate::import::{Import, InvalidImport, Policy, Purpose};
use crate::issue::{Code, Severity};
use crate::limits::Limits;
use crate::session::setup::{Mapped, Setup, targets};
use crate::value::{Reader, fold, tags};
use crate::wire::{Batch, Row, RowIssue, RowPlan, Write};

#[cfg(test)]
mod tests;

/// The keys of the fields that an import is about: a position here is a slot, whatever has become of the fields since.
///
/// ```
/// let import = serde_json::from_str(r#"{
///     "purpose": "add", "identifiers": ["phone"],
///     "columns": [{"index": 0, "field": "phone"}, {"index": 1, "field": "full_name"}]
/// }"#).unwrap();
/// assert!(muster_core::check::slots(&import).eq(["phone", "first_name", "last_name"]));
/// ```
pub fn slots(import: &Import) -> impl Iterator<Item = &str> {
    import.columns.iter().flat_map(targets).map(|(key, _)| key)
}

/// Checks the batches of one import.
///
/// ```
/// use muster_core::check::Checker;
/// use muster_core::{field, limits::Limits};
/// use muster_core::wire::{Batch, Row, RowPlan};
///
/// let import = serde_json::from_str(r#"{
///     "purpose": "add", "identifiers": ["phone"],
///     "columns": [{"index": 0, "field": "phone"}, {"index": 1, "field": "first_name"}]
/// }"#).unwrap();
/// let checker = Checker::new(&import, &field::standard(), &Limits::default()).unwrap();
/// let contact = |row, phone: &'static str| Row {
///     row,
///     plan: RowPlan::New {
///         values: vec![(0, phone.into()), (1, "Ben".into())],
///         tags: vec![],
///         key: Some(field::Identifier::Phone),
///     },
///     warnings: vec![],
/// };
/// let batch = Batch { number: 0, rows: vec![contact(2, "+60123456789"), contact(3, "012-345 6789")] };
/// let refused = checker.batch(&batch).unwrap();
/// assert_eq!((refused.len(), refused[0].at, refused[0].column), (1, 1, Some(0)));
///
/// let batch = Batch { number: 0, rows: vec![contact(3, "+60123456789"), contact(2, "+60123456780")] };
/// assert!(checker.batch(&batch).is_err());
/// ```
#[derive(Clone, Debug)]
pub struct Checker {
    setup: Setup,
    /// By slot.
    readers: Vec<Reader>,
    limits: Limits,
    /// The import's tags, folded.
    import_tags: Vec<String>,
}

/// A batch that can't be: whoever sent it does not follow the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Impossible {
    /// It lists nothing.
    #[error("the batch has no rows")]
    Empty,
    /// Row numbers have to rise, from 1.
    #[error("row {0} is not above the row before it")]
    NotAscending(u32),
    /// An outcome or a reason that the purpose doesn't know.
    #[error("row {0} has an outcome that this import can't have")]
    Outcome(u32),
    /// An error without an issue, or with one that is no error of a file.
    #[error("row {0} is an error without a reason that a row can have")]
    Issues(u32),
    /// An id beyond 18 digits.
    #[error("row {0} names a contact that can't exist")]
    Id(u32),
}

/// A row that may not be applied: [`Code::RefusedByServer`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Position in the batch's rows.
    pub at: usize,
    /// The index of the column that is to blame, if one is.
    pub column: Option<u32>,
    /// The value that is to blame, cut to [`Limits::issue_value_chars`].
    pub value: String,
}

/// Why a single row is refused: the slot and the value to blame.
type Blame<'a> = (Option<u32>, &'a str);

impl Checker {
    /// Checks the description itself, against the fields that the workspace has now.
    pub fn new(import: &Import, fields: &[Field], limits: &Limits) -> Result<Self, InvalidImport> {
        let setup = Setup::new(import, fields, limits, None)?;
        Ok(Self {
            import_tags: setup.tags.iter().map(|tag| fold(tag)).collect(),
            readers: setup
                .mapped
                .iter()
                .map(|mapped| Reader::neutral(&mapped.field, limits))
                .collect(),
            setup,
            limits: *limits,
        })
    }

    /// The field of a slot.
    pub fn field(&self, slot: u32) -> Option<&Field> {
        self.mapped(slot).map(|mapped| &mapped.field)
    }

    /// The import's tags, each once without case.
    pub fn import_tags(&self) -> &[String] {
        &self.setup.tags
    }

    /// Whether the slot's policy, within the field's rule, lets a value (none clears) replace the stored one (empty
    /// for none).
    pub fn may_write(&self, slot: u32, stored: &str, value: Option<&str>) -> bool {
        let Some(mapped) = self.mapped(slot) else {
            return false;
        };
        let given = value.map_or(Given::Empty, Given::Value);
        decide(mapped.policy, stored, given) != Change::Keep
    }

    /// Checks a decoded batch: the rows that may not be applied, ascending.
    pub fn batch(&self, batch: &Batch<'_>) -> Result<Vec<Refused>, Impossible> {
        if batch.rows.is_empty() {
            return Err(Impossible::Empty);
        }
        let mut refused = Vec::new();
        let mut last = 0;
        for (at, row) in batch.rows.iter().enumerate() {
            if row.row <= last {
                return Err(Impossible::NotAscending(row.row));
            }
            last = row.row;
            self.possible(row)?;
            let verdict = match &row.plan {
                RowPlan::New { values, tags, key } => {
                    self.new_values(values, *key).and_then(|()| self.tags(tags))
                }
                RowPlan::Updated {
                    key, writes, tags, ..
                } => self
                    .identifier(key.0)
                    .and_then(|()| self.writes(writes))
                    .and_then(|()| self.tags(tags)),
                RowPlan::Unchanged { .. } | RowPlan::Skipped { .. } | RowPlan::Error { .. } => {
                    Ok(())
                }
            };
            if let Err((slot, value)) = verdict {
                let chars = self.limits.issue_value_chars as usize;
                refused.push(Refused {
                    at,
                    column: slot
                        .and_then(|slot| self.mapped(slot))
                        .map(|mapped| mapped.index),
                    value: value.chars().take(chars).collect(),
                });
            }
        }
        Ok(refused)
    }

    fn mapped(&self, slot: u32) -> Option<&Mapped> {
        self.setup.mapped.get(slot as usize)
    }

    /// Whether a session could have said this of a row.
    fn possible(&self, row: &Row<'_>) -> Result<(), Impossible> {
        let purpose = self.setup.purpose;
        let known = match &row.plan {
            RowPlan::New { .. } => purpose.adds(),
            RowPlan::Updated { .. } | RowPlan::Unchanged { .. } => purpose.updates(),
            RowPlan::Skipped { reason, .. } => match reason {
                Code::LeftOut => true,
                Code::AlreadyExists => purpose == Purpose::Add,
                Code::NotFound => purpose == Purpose::Update,
                Code::DuplicateInFile => purpose != Purpose::AddAll,
                _ => false,
            },
            RowPlan::Error { issues } => {
                if issues.is_empty() || !issues.iter().all(|issue| self.is_error(issue)) {
                    return Err(Impossible::Issues(row.row));
                }
                true
            }
        };
        if !known {
            return Err(Impossible::Outcome(row.row));
        }
        let is_id = |id: &u64| *id < 1_000_000_000_000_000_000;
        let ids_exist = match &row.plan {
            RowPlan::Updated { id, .. } | RowPlan::Unchanged { id } => is_id(id),
            RowPlan::Skipped { id, .. } => id.iter().all(is_id),
            RowPlan::Error { issues } => issues.iter().flat_map(|issue| &issue.ids).all(is_id),
            RowPlan::New { .. } => true,
        };
        if ids_exist {
            Ok(())
        } else {
            Err(Impossible::Id(row.row))
        }
    }

    fn is_error(&self, issue: &RowIssue<'_>) -> bool {
        let is_error = match issue.code {
            Code::StrayQuote | Code::DuplicateInFile => true,
            Code::ChangedSincePreview | Code::RefusedByServer | Code::NotApplied => false,
            code => code.severity() == Severity::Error,
        };
        is_error && issue.value.chars().count() <= self.limits.issue_value_chars as usize
    }

    fn new_values<'a>(
        &self,
        values: &'a [(u32, Cow<'_, str>)],
        key: Option<Identifier>,
    ) -> Result<(), Blame<'a>> {
        self.slots(values.iter().map(|(slot, _)| *slot))?;
        for (slot, value) in values {
            self.value(*slot, value)?;
        }
        let has = |key: &str| {
            values.iter().any(|(slot, _)| {
                self.mapped(*slot)
                    .is_some_and(|mapped| mapped.field.key == key)
            })
        };
        if !has(field::FIRST_NAME) {
            return Err((self.slot(field::FIRST_NAME), ""));
        }
        let first = self
            .setup
            .identifiers
            .iter()
            .copied()
            .find(|identifier| has(identifier.key()));
        let may_lack = self.setup.purpose == Purpose::AddAll
            || self.setup.identifiers.contains(&Identifier::ContactId);
        if key != first || (key.is_none() && !may_lack) {
            return Err((None, ""));
        }
        Ok(())
    }

    fn writes<'a>(&self, writes: &'a [Write<'_>]) -> Result<(), Blame<'a>> {
        self.slots(writes.iter().map(|write| write.slot))?;
        for write in writes {
            match &write.value {
                Some(value) => self.value(write.slot, value)?,
                None => {
                    let policy = self.mapped(write.slot).map(|mapped| mapped.policy);
                    if policy != Some(Policy::OverwriteAndClear) {
                        return Err((Some(write.slot), ""));
                    }
                }
            }
        }
        Ok(())
    }

    /// Slots rise, and each has a stored value.
    fn slots<'a>(&self, slots: impl Iterator<Item = u32>) -> Result<(), Blame<'a>> {
        let mut next = 0;
        for slot in slots {
            if slot < next || !self.setup.stored.contains(&(slot as usize)) {
                return Err((Some(slot), ""));
            }
            next = slot + 1;
        }
        Ok(())
    }

    fn value<'a>(&self, slot: u32, value: &'a str) -> Result<(), Blame<'a>> {
        let reader = self.readers.get(slot as usize);
        if reader.is_some_and(|reader| reader.check(value).is_ok()) {
            Ok(())
        } else {
            Err((Some(slot), value))
        }
    }

    fn identifier<'a>(&self, kind: Identifier) -> Result<(), Blame<'a>> {
        if self.setup.identifiers.contains(&kind) {
            Ok(())
        } else {
            Err((None, ""))
        }
    }

    fn tags<'a>(&self, names: &'a [Cow<'_, str>]) -> Result<(), Blame<'a>> {
        let slot = self.slot(field::TAGS);
        let own = slot.map_or(0, |_| self.limits.tags_in_cell as usize);
        if names.len() > own + self.import_tags.len() {
            return Err((slot, ""));
        }
        for name in names {
            let known = slot.is_some() || self.import_tags.contains(&fold(name));
            if !known || !tags::is_name(name, self.limits.name_chars) {
                return Err((slot, name));
            }
        }
        Ok(())
    }

    fn slot(&self, key: &str) -> Option<u32> {
        self.setup.slot(key).map(|slot| slot as u32)
    }
}
