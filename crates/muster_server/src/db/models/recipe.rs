//! Recipes: how files with the same header were imported the last time.

use diesel::prelude::*;
use muster_core::import::Import;

use super::super::schema::recipes;
use super::super::{Connection, DbError, WorkspaceId, now, on_backend};
use super::import::{json, stored};

/// The recipe of a header; none where there is none.
pub fn get(
    connection: &mut Connection,
    workspace: WorkspaceId,
    signature: &str,
) -> Result<Option<Import>, DbError> {
    let query = recipes::table
        .find((workspace.0, signature))
        .select(recipes::recipe);
    let found: Option<String> = on_backend!(connection => query.first(connection)).optional()?;
    found.as_deref().map(stored).transpose()
}

/// How many recipes the workspace has.
pub fn count(connection: &mut Connection, workspace: WorkspaceId) -> QueryResult<i64> {
    let query = recipes::table.filter(recipes::workspace_id.eq(workspace.0));
    on_backend!(connection => query.count().get_result(connection))
}

/// Stores a header's recipe in the place of the one before.
pub fn put(
    connection: &mut Connection,
    workspace: WorkspaceId,
    signature: &str,
    recipe: &Import,
) -> Result<(), DbError> {
    let old = diesel::delete(recipes::table.find((workspace.0, signature)));
    on_backend!(connection => old.execute(connection))?;
    let new = diesel::insert_into(recipes::table).values((
        recipes::workspace_id.eq(workspace.0),
        recipes::signature.eq(signature),
        recipes::recipe.eq(json(recipe)?),
        recipes::changed_at.eq(now()),
    ));
    on_backend!(connection => new.execute(connection))?;
    Ok(())
}
