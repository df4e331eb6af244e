//! What became of a batch's rows: stored with the batch, read for the results file, and the journal by which an
//! import can be taken back. One account serves both, so they can't disagree.

use std::collections::BTreeMap;

use muster_core::check::Refused;
use muster_core::issue::Code;
use muster_core::wire::{Batch, Bounds, RowIssue, RowPlan, seal, unseal};
use serde::{Deserialize, Serialize};

use crate::db::DbError;
use crate::db::models::progress::Tally;

/// Far above what the rows of one batch come to, old values and all.
pub(super) const BOUNDS: Bounds = Bounds {
    bytes: 1 << 30,
    items: 0,
};

/// A row that has been dealt with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// The spreadsheet's row number.
    #[serde(rename = "r")]
    pub row: u32,
    /// What became of it.
    #[serde(rename = "o")]
    pub end: End,
    /// Warnings: code and column.
    #[serde(rename = "w", default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<(String, Option<u32>)>,
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// It is a contact now: id and identifier.
    New(i64, String),
    /// It changed a contact.
    Updated {
        /// The contact.
        id: i64,
        /// Its identifier.
        identifier: String,
        /// The fields that it wrote: key, old value, new value.
        changes: Vec<(String, String, String)>,
        /// Names of the tags that it gave.
        tags: Vec<String>,
    },
    /// The contact was as it says.
    Unchanged(i64),
    /// It was not imported, on purpose.
    Skipped {
        /// The code of the reason.
        reason: String,
        /// The contact, where one is known.
        id: Option<u64>,
        /// The identifier, where no contact is known.
        identifier: String,
        /// The row that is kept.
        kept_row: Option<u32>,
    },
    /// It could not be imported.
    Error(Vec<Problem>),
}

/// An error of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Its code.
    pub code: String,
    /// The column's index in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// The value, cut.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// The contacts concerned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<u64>,
    /// The row that is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_row: Option<u32>,
}

impl Problem {
    /// An error that the server found about a contact.
    pub fn of_row(code: Code, id: Option<u64>) -> Self {
        Self {
            code: code.slug().into(),
            column: None,
            value: String::new(),
            ids: id.into_iter().collect(),
            kept_row: None,
        }
    }
}

impl From<&RowIssue<'_>> for Problem {
    fn from(issue: &RowIssue<'_>) -> Self {
        Self {
            code: issue.code.slug().into(),
            column: issue.column,
            value: issue.value.clone().into_owned(),
            ids: issue.ids.iter().copied().take(10).collect(),
            kept_row: issue.kept_row,
        }
    }
}

impl From<&Refused> for Problem {
    fn from(refused: &Refused) -> Self {
        Self {
            column: refused.column,
            value: refused.value.clone(),
            ..Self::of_row(Code::RefusedByServer, None)
        }
    }
}

/// The bytes that are stored.
pub fn encode(rows: &[Settled]) -> Result<Vec<u8>, DbError> {
    let json = serde_json::to_vec(rows).map_err(|error| DbError::Stored(error.to_string()))?;
    Ok(seal(&json))
}

/// Reads the bytes that are stored.
pub fn decode(bytes: &[u8]) -> Result<Vec<Settled>, DbError> {
    let json = unseal(bytes, BOUNDS).map_err(|error| DbError::Stored(error.to_string()))?;
    serde_json::from_slice(&json).map_err(|error| DbError::Stored(error.to_string()))
}

/// Counts what became of the rows.
pub fn tally(rows: &[Settled], to_apply: i64) -> Tally {
    let mut tally = Tally {
        applied: to_apply,
        ..Tally::default()
    };
    let mut errors: BTreeMap<&str, i64> = BTreeMap::new();
    for row in rows {
        match &row.end {
            End::New(..) => tally.new += 1,
            End::Updated { .. } => tally.updated += 1,
            End::Unchanged(_) => tally.unchanged += 1,
            End::Skipped { .. } => tally.skipped += 1,
            End::Error(problems) => {
                tally.error += 1;
                for problem in problems {
                    *errors.entry(&problem.code).or_default() += 1;
                }
            }
        }
    }
    tally.errors_by_code = errors
        .into_iter()
        .map(|(code, count)| (code.to_owned(), count))
        .collect();
    tally
}

/// How many rows of a batch are to be new or updated.
pub fn to_apply(batch: &Batch<'_>) -> i64 {
    batch
        .rows
        .iter()
        .map(|row| i64::from(is_to_apply(&row.plan)))
        .sum()
}

/// Whether the row is to be new or updated.
pub fn is_to_apply(plan: &RowPlan<'_>) -> bool {
    matches!(plan, RowPlan::New { .. } | RowPlan::Updated { .. })
}
