//! The last undo of an import: of what, how far it is, and what it came to.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::schema::{import_batches, imports};
use super::super::{Connection, DbError, WorkspaceId, now, on_backend};
use super::batch::{self, Noted};
use super::import::json;

/// How far an undo is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = UndoState)]
pub enum State {
    /// Asked for; what the workspace does before it goes first.
    Queued,
    /// Some batches are taken back.
    Undoing,
    /// All are.
    Done,
    /// A batch could not be taken back.
    Failed,
}

/// An undo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    /// How far it is.
    pub state: State,
    /// The fields that are taken back; none for the whole import.
    pub fields: Option<Vec<String>>,
    /// Who asked for it.
    pub by: String,
    /// When, in milliseconds.
    pub asked_at: i64,
    /// When it ended.
    pub finished_at: Option<i64>,
    /// The batches that were applied, and so are to be taken back.
    pub batches: i32,
    /// Contacts that hold again what they held before.
    pub restored: u64,
    /// Contacts of the import that are deleted.
    pub deleted: u64,
    /// Contacts of which something was changed since, and is left alone.
    pub kept: u64,
}

impl Undo {
    /// An undo that was asked for just now.
    pub fn new(fields: Option<Vec<String>>, by: String, batches: i32) -> Self {
        Self {
            state: State::Queued,
            fields,
            by,
            asked_at: now(),
            finished_at: None,
            batches,
            restored: 0,
            deleted: 0,
            kept: 0,
        }
    }

    /// Whether it takes the field back.
    pub fn covers(&self, field: &str) -> bool {
        let chosen = self.fields.as_ref();
        chosen.is_none_or(|fields| fields.iter().any(|chosen| chosen == field))
    }

    /// Ends it.
    pub fn end(&mut self, state: State) {
        self.state = state;
        self.finished_at = Some(now());
    }
}

/// Notes how far it is.
pub fn store(
    connection: &mut Connection,
    workspace: WorkspaceId,
    import: i64,
    undo: &Undo,
) -> Result<(), DbError> {
    let target = imports::table
        .filter(imports::workspace_id.eq(workspace.0))
        .filter(imports::id.eq(import));
    let statement = diesel::update(target).set(imports::undo.eq(json(undo)?));
    on_backend!(connection => statement.execute(connection))?;
    Ok(())
}

/// How many batches of the import were applied.
pub fn count_applied(
    connection: &mut Connection,
    workspace: WorkspaceId,
    import: i64,
) -> QueryResult<i64> {
    let query = import_batches::table
        .filter(import_batches::workspace_id.eq(workspace.0))
        .filter(import_batches::import_id.eq(import))
        .filter(import_batches::outcome.is_not_null())
        .count();
    on_backend!(connection => query.get_result(connection))
}

/// Forgets what the undo before left alone.
pub fn forget_kept(
    connection: &mut Connection,
    workspace: WorkspaceId,
    import: i64,
) -> QueryResult<()> {
    let target = import_batches::table
        .filter(import_batches::workspace_id.eq(workspace.0))
        .filter(import_batches::import_id.eq(import));
    let statement = diesel::update(target).set(import_batches::kept.eq(None::<Vec<u8>>));
    on_backend!(connection => statement.execute(connection)).map(drop)
}

/// Notes what is left alone of a batch.
pub fn keep(
    connection: &mut Connection,
    workspace: WorkspaceId,
    import: i64,
    number: i32,
    kept: &[u8],
) -> QueryResult<()> {
    let target = import_batches::table.find((workspace.0, import, number));
    let statement = diesel::update(target).set(import_batches::kept.eq(kept));
    on_backend!(connection => statement.execute(connection)).map(drop)
}

/// What was left alone of a batch; none where nothing was.
pub fn kept(
    connection: &mut Connection,
    workspace: WorkspaceId,
    import: i64,
    number: i32,
) -> QueryResult<Option<Vec<u8>>> {
    batch::noted(connection, workspace, import, number, Noted::Kept)
}

/// Ends an undo that can't go on.
pub fn fail(
    connection: &mut Connection,
    workspace: WorkspaceId,
    import: i64,
) -> Result<(), DbError> {
    if let Some(mut undo) = super::import::get(connection, workspace, import)?.undo()? {
        undo.end(State::Failed);
        store(connection, workspace, import, &undo)?;
    }
    Ok(())
}
