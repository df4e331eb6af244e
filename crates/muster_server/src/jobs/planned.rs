//! What becomes of rows that are not applied: as they were planned, or given up.

use muster_core::check::Checker;
use muster_core::field::Identifier;
use muster_core::issue::Code;
use muster_core::wire::{Batch, Row, RowPlan};

use super::outcome::{self, End, Problem, Settled};
use crate::db::models::progress::{Left, Tally};

/// What the rows count as that are settled already; those that are to be applied count elsewhere.
pub fn tally(batch: &Batch<'_>) -> Tally {
    let settled: Vec<Settled> = batch
        .rows
        .iter()
        .filter(|row| !outcome::is_to_apply(&row.plan))
        .map(|row| Settled {
            row: row.row,
            end: settle(&row.plan),
            warnings: Vec::new(),
        })
        .collect();
    outcome::tally(&settled, 0)
}

/// What becomes of a batch that is not applied.
pub fn give_up(batch: &Batch<'_>, checker: Option<&Checker>, left: Left) -> Vec<Settled> {
    let rows = batch.rows.iter().map(|row| Settled {
        row: row.row,
        end: match left {
            Left::Stopped if outcome::is_to_apply(&row.plan) => stopped(&row.plan, checker),
            _ => settle(&row.plan),
        },
        warnings: warnings(row),
    });
    rows.collect()
}

fn stopped(plan: &RowPlan<'_>, checker: Option<&Checker>) -> End {
    let (id, identifier) = match plan {
        RowPlan::Updated { id, .. } => (Some(*id), String::new()),
        RowPlan::New {
            values,
            key: Some(kind),
            ..
        } => {
            let value = checker.and_then(|checker| value_of(checker, values, *kind));
            (None, value.unwrap_or_default().into())
        }
        _ => (None, String::new()),
    };
    End::Skipped {
        reason: Code::Stopped.slug().into(),
        id,
        identifier,
        kept_row: None,
    }
}

/// A new contact's identifier of this kind.
pub(super) fn value_of<'v>(
    checker: &Checker,
    values: &'v [(u32, std::borrow::Cow<'_, str>)],
    kind: Identifier,
) -> Option<&'v str> {
    let is_kind = |slot: u32| {
        checker
            .field(slot)
            .is_some_and(|field| field.key == kind.key())
    };
    let found = values.iter().find(|(slot, _)| is_kind(*slot));
    found.map(|(_, value)| value.as_ref())
}

/// The row's warnings, as they are noted.
pub(super) fn warnings(row: &Row<'_>) -> Vec<(String, Option<u32>)> {
    row.warnings
        .iter()
        .map(|(code, column)| (code.slug().to_owned(), *column))
        .collect()
}

/// Rows that were settled in the preview are not looked at again.
pub(super) fn settle(plan: &RowPlan<'_>) -> End {
    match plan {
        RowPlan::Unchanged { id } => End::Unchanged(id.cast_signed()),
        RowPlan::Skipped {
            reason,
            id,
            identifier,
            kept_row,
        } => End::Skipped {
            reason: reason.slug().into(),
            id: *id,
            identifier: identifier.chars().take(300).collect(),
            kept_row: *kept_row,
        },
        RowPlan::Error { issues } => End::Error(issues.iter().map(Problem::from).collect()),
        RowPlan::New { .. } | RowPlan::Updated { .. } => error(Code::NotApplied, None),
    }
}

/// An error that the server found.
pub(super) fn error(code: Code, id: Option<u64>) -> End {
    End::Error(vec![Problem::of_row(code, id)])
}
