//! How a committed import goes on: batch by batch, to its end or to a halt.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::super::schema::imports;
use super::super::{Connection, DbError, WorkspaceId, now, on_backend};
use super::batch;
use super::import::{APPLYING, COMPLETED, FAILED, QUEUED, get, json};
use super::outbox::{self, Kind};
use muster_core::issue::Code;

/// Why a stopped import ended.
pub const STOPPED: &str = "stopped";

/// What a batch adds to its import.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    /// Rows that were to be new or updated.
    pub applied: i64,
    /// Rows that became contacts.
    pub new: i64,
    /// Rows that changed a contact.
    pub updated: i64,
    /// Rows whose contact was as they say.
    pub unchanged: i64,
    /// Rows that are not imported, on purpose.
    pub skipped: i64,
    /// Rows that could not be imported.
    pub error: i64,
    /// Errors by code.
    pub errors_by_code: BTreeMap<String, i64>,
    /// Tags that the rows brought.
    pub file_tags: BTreeSet<String>,
}

impl Tally {
    fn merge(&mut self, other: &Self, sign: i64) {
        self.applied += sign * other.applied;
        self.new += sign * other.new;
        self.updated += sign * other.updated;
        self.unchanged += sign * other.unchanged;
        self.skipped += sign * other.skipped;
        self.error += sign * other.error;
        for (code, count) in &other.errors_by_code {
            *self.errors_by_code.entry(code.clone()).or_default() += sign * count;
        }
    }
}

/// What becomes of the rows that are not applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// The import failed, for this reason: those that were to be applied are errors.
    NotApplied(&'static str),
    /// Somebody stopped it: they are skipped.
    Stopped,
}

/// Adds a batch's numbers. Whether the import was being applied.
pub fn add(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: i64,
    tally: &Tally,
) -> Result<bool, DbError> {
    let import = get(connection, workspace, id)?;
    let mut errors = import.errors_by_code()?;
    for (code, count) in &tally.errors_by_code {
        *errors.entry(code.clone()).or_default() += count;
    }
    errors.retain(|_, count| *count != 0);
    let mut tags = import.file_tags()?;
    tags.extend(tally.file_tags.iter().cloned());
    let target = imports::table
        .filter(imports::workspace_id.eq(workspace.0))
        .filter(imports::id.eq(id))
        .filter(imports::state.eq_any([QUEUED, APPLYING]));
    let statement = diesel::update(target).set((
        imports::state.eq(APPLYING),
        imports::applied.eq(imports::applied + tally.applied),
        imports::new_count.eq(imports::new_count + tally.new),
        imports::updated_count.eq(imports::updated_count + tally.updated),
        imports::unchanged_count.eq(imports::unchanged_count + tally.unchanged),
        imports::skipped_count.eq(imports::skipped_count + tally.skipped),
        imports::error_count.eq(imports::error_count + tally.error),
        imports::errors_by_code.eq(json(&errors)?),
        imports::file_tags.eq(json(&tags)?),
    ));
    Ok(on_backend!(connection => statement.execute(connection))? == 1)
}

/// Ends an import all of whose batches were applied. Whether it was being applied.
pub fn complete(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: i64,
) -> Result<bool, DbError> {
    end(connection, workspace, id, COMPLETED, None)
}

/// Ends an import whose other batches are not applied. Whether it was being applied.
pub fn give_up(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: i64,
    left: Left,
) -> Result<bool, DbError> {
    let (tally, _) = not_applied(connection, workspace, id, left)?;
    if !add(connection, workspace, id, &tally)? {
        return Ok(false);
    }
    let (state, reason) = match left {
        Left::NotApplied(reason) => (FAILED, reason),
        Left::Stopped => (COMPLETED, STOPPED),
    };
    end(connection, workspace, id, state, Some(reason))
}

/// Lets a failed import go on; gives the batch to go on with. None where it has not failed, or never had batches.
pub fn resume(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: i64,
) -> Result<Option<i32>, DbError> {
    let failed = imports::table
        .filter(imports::workspace_id.eq(workspace.0))
        .filter(imports::id.eq(id))
        .filter(imports::state.eq(FAILED))
        .filter(imports::batch_count.is_not_null());
    let statement = diesel::update(failed).set((
        imports::state.eq(QUEUED),
        imports::reason.eq(None::<&str>),
        imports::finished_at.eq(None::<i64>),
    ));
    if on_backend!(connection => statement.execute(connection))? != 1 {
        return Ok(None);
    }
    let (tally, next) = not_applied(connection, workspace, id, Left::NotApplied(""))?;
    let mut taken_back = Tally::default();
    taken_back.merge(&tally, -1);
    add(connection, workspace, id, &taken_back)?;
    Ok(next)
}

/// What the batches that were not applied count as, and the first of them.
fn not_applied(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: i64,
    left: Left,
) -> Result<(Tally, Option<i32>), DbError> {
    let mut sum = Tally::default();
    let open = batch::not_applied(connection, workspace, id)?;
    for batch in &open {
        let mut tally: Tally = serde_json::from_str(&batch.planned)
            .map_err(|error| DbError::Stored(error.to_string()))?;
        match left {
            Left::NotApplied(_) => {
                let code = Code::NotApplied.slug().to_owned();
                *tally.errors_by_code.entry(code).or_default() += batch.to_apply;
                tally.error += batch.to_apply;
            }
            Left::Stopped => tally.skipped += batch.to_apply,
        }
        sum.merge(&tally, 1);
    }
    sum.errors_by_code.retain(|_, count| *count != 0);
    Ok((sum, open.first().map(|batch| batch.number)))
}

fn end(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: i64,
    state: &str,
    reason: Option<&str>,
) -> Result<bool, DbError> {
    let target = imports::table
        .filter(imports::workspace_id.eq(workspace.0))
        .filter(imports::id.eq(id))
        .filter(imports::state.eq_any([QUEUED, APPLYING]));
    let statement = diesel::update(target).set((
        imports::state.eq(state),
        imports::reason.eq(reason),
        imports::finished_at.eq(now()),
    ));
    let ended = on_backend!(connection => statement.execute(connection))? == 1;
    if ended {
        let kind = match state {
            FAILED => Kind::Failed,
            _ => Kind::Completed,
        };
        outbox::add(connection, workspace, id, kind)?;
    }
    Ok(ended)
}
