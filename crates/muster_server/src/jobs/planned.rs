//! What becomes of rows that are not applied: as they were planned, or given up.

use muster_core::issue::Code;
use muster_core::wire::{Batch, Row, RowPlan};

use super::outcome::{End, Problem, Settled};

/// What becomes of a batch that can't be applied.
pub fn give_up(batch: &Batch<'_>) -> Vec<Settled> {
    batch
        .rows
        .iter()
        .map(|row| Settled {
            row: row.row,
            end: match &row.plan {
                RowPlan::New { .. } | RowPlan::Updated { .. } => error(Code::NotApplied, None),
                settled => settle(settled),
            },
            warnings: warnings(row),
        })
        .collect()
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
