//! An import, as it is shown.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::{DAY, KEPT};
use crate::db::models::import::{self, Import};
use crate::db::models::undo;
use crate::db::{DbError, now};

const MINUTE: i64 = 60_000;

/// What the history says of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ImportStatus {
    /// The upload or the job is in progress.
    Processing,
    /// The job is done.
    Completed,
    /// It could not be finished, or was never uploaded.
    Failed,
    /// What it did is no longer known row by row.
    Expired,
}

/// What is going on while it is processing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ImportPhase {
    /// Batches arrive.
    Uploading,
    /// Others come first.
    Queued,
    /// Rows are applied.
    Applying,
}

/// A row of the history.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportView)]
pub struct View {
    id: i64,
    created_at: String,
    finished_at: Option<String>,
    file_name: String,
    file_size: i64,
    uploaded_by: String,
    status: ImportStatus,
    phase: Option<ImportPhase>,
    reason: Option<String>,
    rows: i64,
    counts: Counts,
    to_apply: i64,
    applied: i64,
    tags: Vec<String>,
    results_until: Option<String>,
    bytes_received: i64,
    undo: Option<Undone>,
}

/// The last undo.
#[derive(Debug, Serialize, ToSchema)]
pub struct Undone {
    status: undo::State,
    fields: Option<Vec<String>>,
    by: String,
    asked_at: String,
    finished_at: Option<String>,
    restored: u64,
    deleted: u64,
    kept: u64,
}

/// How many rows had each outcome.
#[derive(Debug, Serialize, ToSchema)]
pub struct Counts {
    new: i64,
    updated: i64,
    unchanged: i64,
    skipped: i64,
    error: i64,
}

/// An import with its details.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportDetails)]
pub struct Details {
    #[serde(flatten)]
    view: View,
    import: muster_core::import::Import,
    errors_by_code: BTreeMap<String, i64>,
    file_tags: BTreeSet<String>,
}

/// Where an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// The status in the history.
    pub status: ImportStatus,
    /// What is going on while it is processing.
    pub phase: Option<ImportPhase>,
    /// Why it is as it is, where the status does not say.
    pub reason: Option<&'static str>,
}

/// Where the import is at this moment: an upload that was given up and results that are too old show by the clock.
pub fn status(import: &Import, now: i64) -> Status {
    use ImportPhase::{Applying, Queued, Uploading};
    use ImportStatus::{Completed, Expired, Failed, Processing};
    let (status, phase, reason) = match import.state.as_str() {
        import::UPLOADING if now - import.created_at > DAY => {
            (Failed, None, Some("upload_incomplete"))
        }
        import::UPLOADING if now - import.received_at > 15 * MINUTE => {
            (Processing, Some(Uploading), Some("upload_interrupted"))
        }
        import::UPLOADING => (Processing, Some(Uploading), None),
        import::QUEUED => (Processing, Some(Queued), None),
        import::APPLYING => (Processing, Some(Applying), None),
        import::EXPIRED => (Expired, None, None),
        _ if import.finished_at.is_some_and(|end| now - end > KEPT) => (Expired, None, None),
        import::COMPLETED => (Completed, None, None),
        _ => (Failed, None, None),
    };
    Status {
        status,
        phase,
        reason,
    }
}

/// The row of the history.
pub fn view(import: &Import) -> Result<View, DbError> {
    let Status {
        status,
        phase,
        reason,
    } = status(import, now());
    Ok(View {
        id: import.id,
        created_at: shown(import.created_at)?,
        finished_at: import.finished_at.map(shown).transpose()?,
        file_name: import.file_name.clone(),
        file_size: import.file_size,
        uploaded_by: import.uploaded_by.clone(),
        status,
        phase,
        reason: reason.map(str::to_owned).or_else(|| import.reason.clone()),
        rows: import.row_count,
        counts: Counts {
            new: import.new_count,
            updated: import.updated_count,
            unchanged: import.unchanged_count,
            skipped: import.skipped_count,
            error: import.error_count,
        },
        to_apply: import.to_apply,
        applied: import.applied,
        tags: import.description()?.tags,
        results_until: import
            .finished_at
            .filter(|_| status != ImportStatus::Expired && import.batch_count.is_some())
            .map(|end| shown(end + KEPT))
            .transpose()?,
        bytes_received: import.bytes_received,
        undo: import.undo()?.map(undone).transpose()?,
    })
}

fn undone(undo: undo::Undo) -> Result<Undone, DbError> {
    Ok(Undone {
        status: undo.state,
        fields: undo.fields,
        by: undo.by,
        asked_at: shown(undo.asked_at)?,
        finished_at: undo.finished_at.map(shown).transpose()?,
        restored: undo.restored,
        deleted: undo.deleted,
        kept: undo.kept,
    })
}

/// The import with its details.
pub fn details(import: &Import) -> Result<Details, DbError> {
    Ok(Details {
        view: view(import)?,
        import: import.description()?,
        errors_by_code: import.errors_by_code()?,
        file_tags: import.file_tags()?,
    })
}

pub(crate) fn shown(milliseconds: i64) -> Result<String, DbError> {
    let time = jiff::Timestamp::from_millisecond(milliseconds);
    let time = time.map_err(|error| DbError::Stored(error.to_string()))?;
    Ok(time.to_string())
}
