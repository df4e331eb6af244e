//! Imports: the rows of the history.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::super::schema::imports;
use super::super::{Connection, DbError, WorkspaceId, now, on_backend};
use super::field::Created;
use super::undo::Undo;

/// Milliseconds of a day.
const DAY: i64 = 24 * 60 * 60 * 1_000;

/// Batches arrive.
pub const UPLOADING: &str = "uploading";
/// Committed, not begun.
pub const QUEUED: &str = "queued";
/// Batches are applied.
pub const APPLYING: &str = "applying";
/// All batches are applied.
pub const COMPLETED: &str = "completed";
/// Some batches could not be applied.
pub const FAILED: &str = "failed";

/// It ended long ago: its rows are gone.
pub const EXPIRED: &str = "expired";

/// An import.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = imports)]
#[expect(missing_docs, reason = "the migrations describe the table")]
pub struct Import {
    pub id: i64,
    pub state: String,
    pub reason: Option<String>,
    pub request_digest: Vec<u8>,
    pub file_name: String,
    pub file_size: i64,
    pub language: String,
    pub description: String,
    pub uploaded_by: String,
    pub created_at: i64,
    pub received_at: i64,
    pub finished_at: Option<i64>,
    pub row_count: i64,
    pub batch_count: Option<i32>,
    pub commit_digest: Option<String>,
    pub to_apply: i64,
    pub applied: i64,
    pub new_count: i64,
    pub updated_count: i64,
    pub unchanged_count: i64,
    pub skipped_count: i64,
    pub error_count: i64,
    pub bytes_received: i64,
    pub errors_by_code: String,
    pub file_tags: String,
    pub undo: Option<String>,
    pub created: String,
}

impl Import {
    /// What is to become of the file.
    pub fn description(&self) -> Result<muster_core::import::Import, DbError> {
        stored(&self.description)
    }

    /// How many errors of each code there are so far.
    pub fn errors_by_code(&self) -> Result<BTreeMap<String, i64>, DbError> {
        stored(&self.errors_by_code)
    }

    /// The fields and options that its commit created.
    pub fn created(&self) -> Result<Vec<Created>, DbError> {
        stored(&self.created)
    }

    /// The last undo.
    pub fn undo(&self) -> Result<Option<Undo>, DbError> {
        self.undo.as_deref().map(stored).transpose()
    }

    /// The names of the tags that its rows brought so far.
    pub fn file_tags(&self) -> Result<BTreeSet<String>, DbError> {
        stored(&self.file_tags)
    }
}

pub(super) fn stored<T: serde::de::DeserializeOwned>(json: &str) -> Result<T, DbError> {
    serde_json::from_str(json).map_err(|error| DbError::Stored(error.to_string()))
}

pub(super) fn json(value: &impl serde::Serialize) -> Result<String, DbError> {
    serde_json::to_string(value).map_err(|error| DbError::Stored(error.to_string()))
}

/// A new import.
#[derive(Debug, Insertable)]
#[diesel(table_name = imports)]
#[expect(missing_docs, reason = "the migrations describe the table")]
pub struct NewImport<'a> {
    pub workspace_id: i64,
    pub state: &'a str,
    pub idempotency_key: Option<&'a str>,
    pub request_digest: &'a [u8],
    pub file_name: &'a str,
    pub file_size: i64,
    pub file_digest: &'a str,
    pub signature: Option<&'a str>,
    pub language: &'a str,
    pub description: &'a str,
    pub uploaded_by: &'a str,
    pub uploaded_by_id: &'a str,
    pub created_at: i64,
    pub received_at: i64,
    pub row_count: i64,
}

/// Opens an import.
pub fn create(connection: &mut Connection, new: &NewImport<'_>) -> QueryResult<Import> {
    let statement = diesel::insert_into(imports::table).values(new);
    on_backend!(connection => statement.returning(Import::as_select()).get_result(connection))
}

/// The import that was opened with this key.
pub fn by_key(
    connection: &mut Connection,
    workspace: WorkspaceId,
    key: &str,
) -> QueryResult<Option<Import>> {
    let query = imports::table
        .filter(imports::workspace_id.eq(workspace.0))
        .filter(imports::idempotency_key.eq(key));
    on_backend!(connection => query.select(Import::as_select()).first(connection)).optional()
}

/// One import.
pub fn get(connection: &mut Connection, workspace: WorkspaceId, id: i64) -> QueryResult<Import> {
    let query = imports::table
        .filter(imports::workspace_id.eq(workspace.0))
        .filter(imports::id.eq(id));
    on_backend!(connection => query.select(Import::as_select()).first(connection))
}

/// Some imports, newest first, older than `before`; with a digest those of this file.
pub fn list(
    connection: &mut Connection,
    workspace: WorkspaceId,
    before: Option<i64>,
    digest: Option<&str>,
    limit: i64,
) -> QueryResult<Vec<Import>> {
    let query = imports::table
        .filter(imports::workspace_id.eq(workspace.0))
        .filter(imports::id.lt(before.unwrap_or(i64::MAX)))
        .filter(
            imports::file_digest
                .eq(digest.unwrap_or_default())
                .or(digest.is_none().into_sql::<Bool>()),
        )
        .order(imports::id.desc())
        .limit(limit);
    on_backend!(connection => query.select(Import::as_select()).load(connection))
}

/// How many imports of the workspace take batches: those of the last day.
pub fn count_open(connection: &mut Connection, workspace: WorkspaceId) -> QueryResult<i64> {
    let query = imports::table
        .filter(imports::workspace_id.eq(workspace.0))
        .filter(imports::state.eq(UPLOADING))
        .filter(imports::created_at.gt(now() - DAY))
        .count();
    on_backend!(connection => query.get_result(connection))
}

/// The bytes of the workspace's batches that are kept: of imports that have not ended, or not long ago.
pub fn stored_bytes(connection: &mut Connection, workspace: WorkspaceId) -> QueryResult<i64> {
    // The sum of integers is a decimal on some databases: it is taken here.
    let query = imports::table
        .filter(imports::workspace_id.eq(workspace.0))
        .filter(
            imports::finished_at
                .is_null()
                .or(imports::finished_at.gt(now() - 7 * DAY)),
        )
        .select(imports::bytes_received);
    let sizes: Vec<i64> = on_backend!(connection => query.load(connection))?;
    Ok(sizes.iter().sum())
}

/// The imports that may still give contacts tags: those that are open, queued or being applied.
pub fn going_on(connection: &mut Connection, workspace: WorkspaceId) -> QueryResult<Vec<Import>> {
    let query = imports::table
        .filter(imports::workspace_id.eq(workspace.0))
        .filter(imports::state.eq_any([UPLOADING, QUEUED, APPLYING]));
    on_backend!(connection => query.select(Import::as_select()).load(connection))
}

/// Notes what the commit created.
pub fn note_created(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: i64,
    created: &[Created],
) -> Result<(), DbError> {
    let target = imports::table
        .filter(imports::workspace_id.eq(workspace.0))
        .filter(imports::id.eq(id));
    let statement = diesel::update(target).set(imports::created.eq(json(&created)?));
    on_backend!(connection => statement.execute(connection))?;
    Ok(())
}

/// Deletes an import that was not committed. Whether there was one.
pub fn delete_uploading(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: i64,
) -> QueryResult<bool> {
    let uploading = imports::table
        .filter(imports::workspace_id.eq(workspace.0))
        .filter(imports::id.eq(id))
        .filter(imports::state.eq(UPLOADING));
    Ok(on_backend!(connection => diesel::delete(uploading).execute(connection))? == 1)
}

/// Counts the bytes of a batch. Whether the import still takes one, of at most `most` bytes together.
pub fn receive(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: i64,
    bytes: i64,
    most: i64,
) -> QueryResult<bool> {
    let target = imports::table
        .filter(imports::workspace_id.eq(workspace.0))
        .filter(imports::id.eq(id))
        .filter(imports::state.eq(UPLOADING))
        .filter(imports::bytes_received.le(most - bytes));
    let statement = diesel::update(target).set((
        imports::bytes_received.eq(imports::bytes_received + bytes),
        imports::received_at.eq(now()),
    ));
    Ok(on_backend!(connection => statement.execute(connection))? == 1)
}

/// Closes the upload. Whether it was open.
pub fn commit(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: i64,
    batches: i32,
    digest: &str,
    to_apply: i64,
) -> QueryResult<bool> {
    let target = imports::table
        .filter(imports::workspace_id.eq(workspace.0))
        .filter(imports::id.eq(id))
        .filter(imports::state.eq(UPLOADING));
    let statement = diesel::update(target).set((
        imports::state.eq(QUEUED),
        imports::batch_count.eq(batches),
        imports::commit_digest.eq(digest),
        imports::to_apply.eq(to_apply),
    ));
    Ok(on_backend!(connection => statement.execute(connection))? == 1)
}
