//! The verdicts as numbered batches: contiguous ranges of rows, every row of them listed.

use std::borrow::Cow;

use crate::diff::{Change, Outcome};
use crate::field::Identifier;
use crate::identity::value_print;
use crate::issue::{Code, Severity};
use crate::limits::Limits;
use crate::parse::Table;
use crate::session::Work;
use crate::session::issues::merge;
use crate::session::sheet::Sheet;
use crate::session::verdicts::Verdicts;
use crate::session::view;
use crate::wire::{Batch, Row, RowIssue, RowPlan, Write};

/// Data rows in one batch.
pub const ROWS: usize = 5_000;

/// The values that a row gives its contact, by slot: neither the tags nor the contact id.
pub(crate) fn values(sheet: &Sheet, row: usize) -> impl Iterator<Item = (usize, &str)> {
    sheet
        .setup
        .stored
        .iter()
        .map(move |&slot| (slot, sheet.columns[slot].value(row)))
        .filter(|(_, value)| !value.is_empty())
}

/// A batch by its number; one beyond the last has no rows.
pub(crate) fn batch<'a>(
    table: &'a Table,
    work: &'a Work,
    verdicts: &'a Verdicts,
    limits: &Limits,
    number: usize,
) -> Batch<'a> {
    let start = number.saturating_mul(ROWS).min(table.rows());
    let end = (start + ROWS).min(table.rows());
    let planner = Planner {
        table,
        work,
        verdicts,
        value_chars: limits.issue_value_chars as usize,
    };
    Batch {
        number: number as u32,
        rows: (start..end).map(|row| planner.row(row)).collect(),
    }
}

struct Planner<'a> {
    table: &'a Table,
    work: &'a Work,
    verdicts: &'a Verdicts,
    value_chars: usize,
}

impl<'a> Planner<'a> {
    fn row(&self, row: usize) -> Row<'a> {
        let outcome = self.verdicts.outcomes[row];
        let plan = match outcome {
            Outcome::New => self.new_contact(row),
            Outcome::Updated => self.updated(row),
            Outcome::Unchanged => RowPlan::Unchanged {
                id: self.contact_id(row).unwrap_or_default(),
            },
            Outcome::Skipped => self.skipped(row),
            Outcome::Error => self.error(row),
        };
        let warnings = match outcome {
            Outcome::Error => Vec::new(), // its errors say what there is to say
            _ => merge(&self.work.sheet.issues, &self.verdicts.issues, row)
                .filter(|(_, found)| found.severity == Severity::Warning)
                .map(|(_, found)| (found.code, found.column()))
                .collect(),
        };
        Row {
            row: self.table.row_number(row),
            plan,
            warnings,
        }
    }

    fn contact_id(&self, row: usize) -> Option<u64> {
        let contact = self.verdicts.contact(&self.work.matches, row)?;
        Some(contact.id)
    }

    fn key(&self, row: usize) -> Option<(Identifier, u64)> {
        let sheet = &self.work.sheet;
        let (kind, print) = sheet.keys.key(&sheet.setup, row)?;
        Some((kind, sheet.keys.all[kind as usize][print]))
    }

    fn tags(&self, row: usize) -> Vec<Cow<'a, str>> {
        let tags = &self.work.sheet.tags;
        let stored = self.verdicts.stored_tags(&self.work.matches, row);
        tags.gained(self.work.sheet.tags_of(row), stored)
            .map(|(tag, written)| tags.stored_name(tag, written).into())
            .collect()
    }

    fn new_contact(&self, row: usize) -> RowPlan<'a> {
        RowPlan::New {
            values: values(&self.work.sheet, row)
                .map(|(slot, value)| (slot as u32, value.into()))
                .collect(),
            tags: self.tags(row),
            key: self.key(row).map(|(kind, _)| kind),
        }
    }

    fn updated(&self, row: usize) -> RowPlan<'a> {
        let Self { work, verdicts, .. } = self;
        let (Some(contact), Some(key)) = (verdicts.contact(&work.matches, row), self.key(row))
        else {
            return self.new_contact(row); // not reached: only matched rows are updated
        };
        let writes = verdicts
            .changes(&work.sheet, &work.matches, row)
            .map(|(slot, old, change)| Write {
                slot: slot as u32,
                value: match change {
                    Change::Write(value) => Some(value.into()),
                    Change::Clear | Change::Keep => None,
                },
                previewed: value_print(
                    &work.workspace.key,
                    &work.sheet.setup.mapped[slot].field.key,
                    old,
                ),
            })
            .collect();
        RowPlan::Updated {
            id: contact.id,
            version: match verdicts.stored(&work.matches, row) {
                Some(stored) => stored.version,
                None => contact.version,
            },
            key,
            writes,
            tags: self.tags(row),
        }
    }

    fn skipped(&self, row: usize) -> RowPlan<'a> {
        let sheet = &self.work.sheet;
        let found = merge(&sheet.issues, &self.verdicts.issues, row)
            .map(|(_, found)| found)
            .find(|found| found.severity == Severity::Info);
        let id = self.contact_id(row);
        RowPlan::Skipped {
            reason: found.map_or(Code::LeftOut, |found| found.code),
            id,
            identifier: match sheet.keys.key(&sheet.setup, row) {
                Some((kind, _)) if id.is_none() => sheet.identifier(kind, row).into(),
                _ => Cow::Borrowed(""),
            },
            kept_row: found
                .filter(|found| found.code == Code::DuplicateInFile)
                .and_then(|found| found.extra())
                .map(|kept| self.table.row_number(kept as usize)),
        }
    }

    fn error(&self, row: usize) -> RowPlan<'a> {
        let issues = view::issues(self.table, self.work, self.verdicts, row)
            .into_iter()
            .filter(|issue| issue.severity == Severity::Error)
            .map(|issue| RowIssue {
                code: issue.code,
                column: issue.column,
                value: cut(issue.value, self.value_chars).into(),
                ids: issue.ids,
                kept_row: issue.kept_row,
            })
            .collect();
        RowPlan::Error { issues }
    }
}

fn cut(mut text: String, chars: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(chars) {
        text.truncate(end);
    }
    text
}
