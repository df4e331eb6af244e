//! Imports whose time is over.

use diesel::prelude::*;

use super::super::schema::{import_batches, imports, jobs};
use super::super::{Connection, DbError, WorkspaceId, on_backend};
use super::import::{COMPLETED, EXPIRED, FAILED, UPLOADING};
use super::outbox::{self, Kind};
use crate::clock::{DAY, KEPT};

/// Why an upload failed that nobody finished.
pub const UPLOAD_INCOMPLETE: &str = "upload_incomplete";

/// How many are named at once; the next sweep goes on.
const AT_ONCE: i64 = 1_000;

/// Uploads that were begun more than a day ago.
pub fn given_up(connection: &mut Connection, now: i64) -> Result<Vec<(WorkspaceId, i64)>, DbError> {
    let query = imports::table
        .filter(imports::state.eq(UPLOADING))
        .filter(imports::created_at.lt(now - DAY))
        .order(imports::created_at)
        .limit(AT_ONCE)
        .select((imports::workspace_id, imports::id));
    let found: Vec<(i64, i64)> = on_backend!(connection => query.load(connection))?;
    Ok(named(found))
}

/// Imports that ended more than seven days ago. What is still being undone has time until that is done.
pub fn too_old(connection: &mut Connection, now: i64) -> Result<Vec<(WorkspaceId, i64)>, DbError> {
    let job = jobs::table
        .filter(jobs::workspace_id.eq(imports::workspace_id))
        .filter(jobs::import_id.eq(imports::id));
    let query = imports::table
        .filter(imports::state.eq_any([COMPLETED, FAILED]))
        .filter(imports::finished_at.lt(now - KEPT))
        .filter(diesel::dsl::not(diesel::dsl::exists(job)))
        .order(imports::finished_at)
        .limit(AT_ONCE)
        .select((imports::workspace_id, imports::id));
    let found: Vec<(i64, i64)> = on_backend!(connection => query.load(connection))?;
    Ok(named(found))
}

fn named(found: Vec<(i64, i64)>) -> Vec<(WorkspaceId, i64)> {
    let named = found.into_iter();
    named
        .map(|(workspace, id)| (WorkspaceId(workspace), id))
        .collect()
}

/// Ends an upload that still is open. Whether it was.
pub fn fail_upload(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: i64,
    now: i64,
) -> Result<bool, DbError> {
    let open = imports::table
        .filter(imports::workspace_id.eq(workspace.0))
        .filter(imports::id.eq(id))
        .filter(imports::state.eq(UPLOADING))
        .filter(imports::created_at.lt(now - DAY));
    let statement = diesel::update(open).set((
        imports::state.eq(FAILED),
        imports::reason.eq(UPLOAD_INCOMPLETE),
        imports::finished_at.eq(now),
        imports::bytes_received.eq(0),
    ));
    let ended = on_backend!(connection => statement.execute(connection))? == 1;
    if ended {
        delete_rows(connection, workspace, id)?;
        outbox::add(connection, workspace, id, Kind::Failed)?;
    }
    Ok(ended)
}

/// Deletes the rows of an import that ended long ago, if nothing goes on with it. Whether that was so.
pub fn expire(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: i64,
    now: i64,
) -> Result<bool, DbError> {
    if super::job::exists(connection, workspace, id)? {
        return Ok(false);
    }
    let old = imports::table
        .filter(imports::workspace_id.eq(workspace.0))
        .filter(imports::id.eq(id))
        .filter(imports::state.eq_any([COMPLETED, FAILED]))
        .filter(imports::finished_at.lt(now - KEPT));
    let statement = diesel::update(old).set(imports::state.eq(EXPIRED));
    let expired = on_backend!(connection => statement.execute(connection))? == 1;
    if expired {
        delete_rows(connection, workspace, id)?;
    }
    Ok(expired)
}

fn delete_rows(connection: &mut Connection, workspace: WorkspaceId, id: i64) -> QueryResult<()> {
    let rows = import_batches::table
        .filter(import_batches::workspace_id.eq(workspace.0))
        .filter(import_batches::import_id.eq(id));
    on_backend!(connection => diesel::delete(rows).execute(connection)).map(drop)
}
