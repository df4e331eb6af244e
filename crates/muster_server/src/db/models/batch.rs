//! Batches: the payloads of imports, and what became of their rows.

use diesel::prelude::*;

use super::super::schema::import_batches;
use super::super::{Connection, WorkspaceId, on_backend};

/// A batch as it arrives.
#[derive(Debug, Insertable)]
#[diesel(table_name = import_batches)]
#[expect(missing_docs, reason = "the migrations describe the table")]
pub struct NewBatch<'a> {
    pub workspace_id: i64,
    pub import_id: i64,
    pub number: i32,
    pub digest: &'a [u8],
    pub payload: &'a [u8],
    pub first_row: i64,
    pub last_row: i64,
    pub row_count: i64,
    pub to_apply: i64,
    pub planned: &'a str,
}

/// What commit looks at.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = import_batches)]
#[expect(missing_docs, reason = "the migrations describe the table")]
pub struct Summary {
    pub number: i32,
    pub digest: Vec<u8>,
    pub first_row: i64,
    pub last_row: i64,
    pub row_count: i64,
    pub to_apply: i64,
}

/// Stores a batch.
pub fn store(connection: &mut Connection, batch: &NewBatch<'_>) -> QueryResult<()> {
    let statement = diesel::insert_into(import_batches::table).values(batch);
    on_backend!(connection => statement.execute(connection)).map(drop)
}

/// The digest of a batch that has arrived.
pub fn digest(
    connection: &mut Connection,
    workspace: WorkspaceId,
    import: i64,
    number: i32,
) -> QueryResult<Option<Vec<u8>>> {
    let query = import_batches::table
        .find((workspace.0, import, number))
        .select(import_batches::digest);
    on_backend!(connection => query.first(connection)).optional()
}

/// The batches that have arrived, in order.
pub fn summaries(
    connection: &mut Connection,
    workspace: WorkspaceId,
    import: i64,
) -> QueryResult<Vec<Summary>> {
    let query = import_batches::table
        .filter(import_batches::workspace_id.eq(workspace.0))
        .filter(import_batches::import_id.eq(import))
        .order(import_batches::number);
    on_backend!(connection => query.select(Summary::as_select()).load(connection))
}

/// A batch that was not applied.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = import_batches)]
#[expect(missing_docs, reason = "the migrations describe the table")]
pub struct NotApplied {
    pub number: i32,
    pub to_apply: i64,
    pub planned: String,
}

/// The batches that were not applied, in order.
pub fn not_applied(
    connection: &mut Connection,
    workspace: WorkspaceId,
    import: i64,
) -> QueryResult<Vec<NotApplied>> {
    let query = import_batches::table
        .filter(import_batches::workspace_id.eq(workspace.0))
        .filter(import_batches::import_id.eq(import))
        .filter(import_batches::outcome.is_null())
        .order(import_batches::number);
    on_backend!(connection => query.select(NotApplied::as_select()).load(connection))
}

/// A batch's bytes.
pub fn payload(
    connection: &mut Connection,
    workspace: WorkspaceId,
    import: i64,
    number: i32,
) -> QueryResult<Vec<u8>> {
    let query = import_batches::table
        .find((workspace.0, import, number))
        .select(import_batches::payload);
    on_backend!(connection => query.first(connection))
}

/// Notes what became of a batch's rows. Whether that was open.
pub fn settle(
    connection: &mut Connection,
    workspace: WorkspaceId,
    import: i64,
    number: i32,
    outcome: &[u8],
) -> QueryResult<bool> {
    let open = import_batches::table
        .find((workspace.0, import, number))
        .filter(import_batches::outcome.is_null());
    let statement = diesel::update(open).set(import_batches::outcome.eq(outcome));
    Ok(on_backend!(connection => statement.execute(connection))? == 1)
}

/// What became of a batch's rows; none where there is no such batch or nothing was noted.
pub fn outcome(
    connection: &mut Connection,
    workspace: WorkspaceId,
    import: i64,
    number: i32,
) -> QueryResult<Option<Vec<u8>>> {
    noted(connection, workspace, import, number, Noted::Outcome)
}

/// What is noted of a batch later than it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noted {
    /// What became of its rows.
    Outcome,
    /// What the last undo left alone.
    Kept,
}

/// What was noted of a batch; none where there is no such batch or nothing was.
pub fn noted(
    connection: &mut Connection,
    workspace: WorkspaceId,
    import: i64,
    number: i32,
    what: Noted,
) -> QueryResult<Option<Vec<u8>>> {
    let batch = import_batches::table.find((workspace.0, import, number));
    let found: QueryResult<Option<Vec<u8>>> = on_backend!(connection => match what {
        Noted::Outcome => batch.select(import_batches::outcome).first(connection),
        Noted::Kept => batch.select(import_batches::kept).first(connection),
    });
    Ok(found.optional()?.flatten())
}

/// The batches of the workspace's imports that were applied: import and number.
pub fn applied(
    connection: &mut Connection,
    workspace: WorkspaceId,
) -> QueryResult<Vec<(i64, i32)>> {
    let query = import_batches::table
        .filter(import_batches::workspace_id.eq(workspace.0))
        .filter(import_batches::outcome.is_not_null())
        .order((import_batches::import_id, import_batches::number))
        .select((import_batches::import_id, import_batches::number));
    on_backend!(connection => query.load(connection))
}

/// Puts other bytes in the place of a batch that was applied.
pub fn rewrite(
    connection: &mut Connection,
    workspace: WorkspaceId,
    import: i64,
    number: i32,
    payload: &[u8],
    outcome: &[u8],
) -> QueryResult<()> {
    let batch = import_batches::table.find((workspace.0, import, number));
    let statement = diesel::update(batch).set((
        import_batches::payload.eq(payload),
        import_batches::outcome.eq(outcome),
    ));
    on_backend!(connection => statement.execute(connection)).map(drop)
}
