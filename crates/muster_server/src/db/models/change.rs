//! The steps by which contacts changed, counted by workspace: batches that were applied or taken back, and edits. Who
//! counts has the workspace's lock, so steps are seen in their order and without gaps.

use diesel::prelude::*;

use super::super::schema::{changes, workspaces};
use super::super::{Connection, WorkspaceId, now, on_backend};

/// A step.
#[derive(Clone, Debug, Default, Queryable, Selectable, Insertable)]
#[diesel(table_name = changes)]
pub struct Step {
    /// Its tenant.
    pub workspace_id: i64,
    /// Its number, from 1.
    pub step: i64,
    /// When it was made, in milliseconds.
    pub at: i64,
    /// The import that was applied or taken back; none for an edit.
    pub import_id: Option<i64>,
    /// The batch that was applied: its outcome says what changed.
    pub number: Option<i32>,
    /// The only contact that it is about; none where there may be others.
    pub contact_id: Option<i64>,
    /// What changed, where no outcome says it.
    pub body: Option<Vec<u8>>,
}

/// Adds a step; its number and time are set here. Inside a transaction that has the workspace's lock only.
pub fn add(connection: &mut Connection, workspace: WorkspaceId, step: Step) -> QueryResult<()> {
    let counted = diesel::update(workspaces::table.find(workspace.0))
        .set(workspaces::last_change.eq(workspaces::last_change + 1))
        .returning(workspaces::last_change);
    let number: i64 = on_backend!(connection => counted.get_result(connection))?;
    let statement = diesel::insert_into(changes::table).values(Step {
        workspace_id: workspace.0,
        step: number,
        at: now(),
        ..step
    });
    on_backend!(connection => statement.execute(connection)).map(drop)
}

/// The number of the last step; 0 where there was none.
pub fn last(connection: &mut Connection, workspace: WorkspaceId) -> QueryResult<i64> {
    let query = workspaces::table
        .find(workspace.0)
        .select(workspaces::last_change);
    on_backend!(connection => query.first(connection))
}

/// Some steps in their order, from this one on.
pub fn from(
    connection: &mut Connection,
    workspace: WorkspaceId,
    first: i64,
    limit: i64,
) -> QueryResult<Vec<Step>> {
    let query = changes::table
        .filter(changes::workspace_id.eq(workspace.0))
        .filter(changes::step.ge(first))
        .order(changes::step)
        .limit(limit);
    on_backend!(connection => query.select(Step::as_select()).load(connection))
}

/// The steps that say themselves what changed and may be about this contact: edits of it, and batches taken back.
pub fn about(
    connection: &mut Connection,
    workspace: WorkspaceId,
    contact: i64,
) -> QueryResult<Vec<i64>> {
    let query = changes::table
        .filter(changes::workspace_id.eq(workspace.0))
        .filter(changes::body.is_not_null())
        .filter(
            changes::contact_id
                .eq(contact)
                .or(changes::contact_id.is_null()),
        )
        .order(changes::step)
        .select(changes::step);
    on_backend!(connection => query.load(connection))
}

/// What a step says that changed; none where an outcome says it.
pub fn body(
    connection: &mut Connection,
    workspace: WorkspaceId,
    step: i64,
) -> QueryResult<Option<Vec<u8>>> {
    let query = changes::table
        .find((workspace.0, step))
        .select(changes::body);
    on_backend!(connection => query.first(connection))
}

/// Puts something else in the place of what a step says.
pub fn rewrite(
    connection: &mut Connection,
    workspace: WorkspaceId,
    step: i64,
    body: &[u8],
) -> QueryResult<()> {
    let statement =
        diesel::update(changes::table.find((workspace.0, step))).set(changes::body.eq(body));
    on_backend!(connection => statement.execute(connection)).map(drop)
}

/// Deletes some steps of all workspaces that were made before a time; how many.
pub fn sweep(connection: &mut Connection, before: i64, limit: i64) -> QueryResult<usize> {
    let query = changes::table
        .filter(changes::at.lt(before))
        .order(changes::at)
        .limit(limit)
        .select((changes::workspace_id, changes::step));
    let old: Vec<(i64, i64)> = on_backend!(connection => query.load(connection))?;
    for key in &old {
        let statement = diesel::delete(changes::table.find(*key));
        on_backend!(connection => statement.execute(connection))?;
    }
    Ok(old.len())
}
