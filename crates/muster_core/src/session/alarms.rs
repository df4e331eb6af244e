//! What a person has to look at before an import is begun.

use serde::Serialize;

use super::masks;
use super::{Session, Work};
use crate::diff::{Change, Outcome};
use crate::field;
use crate::identity::{Map, Set};
use crate::import::{InvalidImport, Policy};

/// Rows that change in a column before it may look shifted: below that a permutation is easily what was meant.
const FEWEST: u32 = 20;

/// Something about the import as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Alarm {
    /// Most matched rows change in a column, and nearly only swap its values: it may have been sorted alone. To be
    /// confirmed.
    ShiftedColumn {
        /// The field's key.
        field: String,
        /// Position in the file.
        column: u32,
        /// Rows whose contact would get another value.
        changed: u32,
        /// Rows that have a contact.
        matched: u32,
    },
    /// More tags would be created than an import may: there are no batches until there are fewer.
    TooManyNewTags {
        /// How many.
        tags: u32,
        /// How many there may be.
        limit: u32,
        /// The column that names them, by its position in the file.
        column: Option<u32>,
        /// The row that brings the first one too many, by the spreadsheet's number.
        row: u32,
    },
}

/// What commit creates before the first row is applied.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Creations {
    /// Names of tags, in row order.
    pub tags: Vec<String>,
    /// Names of fields.
    pub fields: Vec<String>,
    /// Options that lists gain: the field's key, and the option.
    pub options: Vec<(String, String)>,
}

/// What a policy would do to a column's stored values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct PolicyEffect {
    /// The policy.
    pub policy: Policy,
    /// Values written where there is none.
    pub fills: u32,
    /// Values written over others.
    pub replaces: u32,
    /// Values that are cleared.
    pub clears: u32,
}

/// What the policies that a field can have would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Effects {
    /// Position of the column in the file.
    pub index: u32,
    /// The field's key.
    pub field: String,
    /// One for each policy that can be chosen.
    pub policies: Vec<PolicyEffect>,
}

impl Session {
    /// What is to be looked at before the import is begun, once every row has its outcome.
    pub fn alarms(&self) -> Vec<Alarm> {
        let mut alarms: Vec<Alarm> = self.tags_alarm().into_iter().collect();
        if let Some((work, _)) = self.compared() {
            let stored = work.sheet.setup.stored.iter().enumerate();
            alarms.extend(stored.filter_map(|(field, &slot)| shifted(work, field, slot)));
        }
        alarms
    }

    /// How many tags would be created, if that is too many: then there are no batches.
    pub(super) fn too_many_tags(&self) -> Option<u32> {
        let (work, _) = self.compared()?;
        let tags = work.sheet.tags.created().count() as u32;
        (tags > self.limits.new_tags).then_some(tags)
    }

    fn tags_alarm(&self) -> Option<Alarm> {
        let tags = self.too_many_tags()?;
        let limit = self.limits.new_tags;
        let (work, verdicts) = self.compared()?;
        let sheet = &work.sheet;
        let mut new: Set<u32> = Set::default();
        let row = (0..verdicts.outcomes.len()).find(|&row| {
            if matches!(verdicts.outcomes[row], Outcome::New | Outcome::Updated) {
                let stored = verdicts.stored_tags(&work.matches, row);
                let gained = sheet.tags.gained(sheet.tags_of(row), stored);
                new.extend(
                    gained
                        .map(|(tag, _)| tag)
                        .filter(|&tag| sheet.tags.is_created(tag)),
                );
            }
            new.len() > limit as usize
        })?;
        let slot = sheet.setup.slot(field::TAGS);
        Some(Alarm::TooManyNewTags {
            tags,
            limit,
            column: slot.map(|slot| sheet.setup.mapped[slot].index),
            row: self.table()?.row_number(row),
        })
    }

    /// Refuses an import that would create too many tags.
    pub fn check_creations(&self) -> Result<(), InvalidImport> {
        match self.tags_alarm() {
            Some(Alarm::TooManyNewTags {
                tags, limit, row, ..
            }) => Err(InvalidImport(format!(
                "The import would create {tags} tags, and {limit} at most can be: row {row} brings the first one too many. Map another column to Tags, or leave rows out."
            ))),
            _ => Ok(()),
        }
    }

    /// What commit creates, once every row has its outcome.
    pub fn creations(&self) -> Creations {
        let Some((work, _)) = self.compared() else {
            return Creations::default();
        };
        let Work {
            sheet, workspace, ..
        } = work;
        let known = |key: &str| workspace.fields.iter().find(|field| field.key == key);
        let new = sheet.import.fields.iter();
        let options = sheet.setup.mapped.iter().filter_map(|mapped| {
            let field = known(&mapped.field.key)?;
            let is_new = |option: &&String| !field.options.contains(option);
            let options = mapped.field.options.iter().filter(is_new);
            Some(options.map(|option| (field.key.clone(), option.clone())))
        });
        Creations {
            tags: sheet.tags.created().map(str::to_owned).collect(),
            fields: new
                .filter(|field| known(&field.key).is_none())
                .map(|field| field.name.clone())
                .collect(),
            options: options.flatten().collect(),
        }
    }

    /// What each policy would do to the contacts' values, by mapped column, once every row has its outcome. None for
    /// purposes that don't update, for tags and for the contact id.
    pub fn effects(&self) -> Vec<Effects> {
        let Some((work, verdicts)) = self.compared() else {
            return Vec::new();
        };
        let setup = &work.sheet.setup;
        if !setup.purpose.updates() {
            return Vec::new();
        }
        let mut counts = vec![(0, 0, 0); setup.stored.len()];
        for row in 0..verdicts.outcomes.len() {
            let Some(stored) = verdicts.stored(&work.matches, row) else {
                // Nobody's, or all values are equal, and what could be cleared is known.
                if verdicts.is_matched(row) {
                    let filled = work.matches.filled(row);
                    for field in masks::empty(&work.sheet, row, filled) {
                        counts[field].2 += 1;
                    }
                }
                continue;
            };
            for (field, &slot) in setup.stored.iter().enumerate() {
                let old = work.matches.stored.value(stored, field);
                let given = work.sheet.columns[slot].given(row);
                let count = &mut counts[field];
                match crate::diff::decide(Policy::OverwriteAndClear, old, given) {
                    Change::Write(_) if old.is_empty() => count.0 += 1,
                    Change::Write(_) => count.1 += 1,
                    Change::Clear => count.2 += 1,
                    Change::Keep => {}
                }
            }
        }
        let effects = setup.stored.iter().zip(counts);
        effects
            .map(|(&slot, (fills, replaces, clears))| {
                let effect = |policy| PolicyEffect {
                    policy,
                    fills,
                    replaces: if policy == Policy::DoNotOverwrite {
                        0
                    } else {
                        replaces
                    },
                    clears: if policy == Policy::OverwriteAndClear {
                        clears
                    } else {
                        0
                    },
                };
                let mapped = &setup.mapped[slot];
                Effects {
                    index: mapped.index,
                    field: mapped.field.key.clone(),
                    policies: setup.policies(slot).map(effect).collect(),
                }
            })
            .collect()
    }
}

/// The alarm for a column, if it looks sorted alone: most matched rows change in it, and nine of ten of the values that
/// come are among those that go.
fn shifted(work: &Work, field: usize, slot: usize) -> Option<Alarm> {
    let verdicts = work.verdicts()?;
    let (mut matched, mut changed) = (0, 0);
    // Per value how often it goes, less how often it comes.
    let mut balance: Map<&str, i32> = Map::default();
    for row in 0..verdicts.outcomes.len() {
        if !verdicts.is_matched(row) {
            continue;
        }
        matched += 1;
        let Some(stored) = verdicts.stored(&work.matches, row) else {
            continue;
        };
        let old = work.matches.stored.value(stored, field);
        let given = work.sheet.columns[slot].given(row);
        let mapped = &work.sheet.setup.mapped[slot];
        let new = match crate::diff::decide(mapped.policy, old, given) {
            Change::Keep => continue,
            Change::Write(new) => new,
            Change::Clear => "",
        };
        changed += 1;
        *balance.entry(old).or_default() += 1;
        *balance.entry(new).or_default() -= 1;
    }
    if changed < FEWEST || changed * 2 <= matched {
        return None;
    }
    let gone: i32 = balance.values().filter(|&&count| count > 0).sum();
    let swapped = changed - gone.unsigned_abs();
    let mapped = &work.sheet.setup.mapped[slot];
    (swapped * 10 >= changed * 9).then(|| Alarm::ShiftedColumn {
        field: mapped.field.key.clone(),
        column: mapped.index,
        changed,
        matched,
    })
}
