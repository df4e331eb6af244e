//! Tags, and which contacts have them.

use std::collections::{HashMap, HashSet};

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::super::dialect::attach_tags;
use super::super::schema::{contact_tags, tags};
use super::super::{Connection, DbError, WorkspaceId, on_backend};

/// A tag of a workspace.
#[derive(Clone, Debug, Queryable)]
pub struct Tag {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
}

/// The tags, in order of creation.
pub fn list(connection: &mut Connection, workspace: WorkspaceId) -> QueryResult<Vec<Tag>> {
    let query = tags::table
        .filter(tags::workspace_id.eq(workspace.0))
        .order(tags::id)
        .select((tags::id, tags::name));
    on_backend!(connection => query.load(connection))
}

/// How many contacts have each tag.
pub fn counts(
    connection: &mut Connection,
    workspace: WorkspaceId,
) -> QueryResult<HashMap<i64, i64>> {
    let query = contact_tags::table
        .filter(contact_tags::workspace_id.eq(workspace.0))
        .group_by(contact_tags::tag_id)
        .select((contact_tags::tag_id, count_star()));
    let counts: Vec<(i64, i64)> = on_backend!(connection => query.load(connection))?;
    Ok(counts.into_iter().collect())
}

/// The tag of this name, created where it is missing; `import` is the one that brings it.
pub fn find_or_create(
    connection: &mut Connection,
    workspace: WorkspaceId,
    name: &str,
    import: Option<i64>,
) -> Result<Tag, DbError> {
    let folded = fold(name);
    let query = tags::table
        .filter(tags::workspace_id.eq(workspace.0))
        .filter(tags::folded.eq(&folded))
        .select((tags::id, tags::name));
    let existing = on_backend!(connection => query.first(connection)).optional()?;
    if let Some(tag) = existing {
        return Ok(tag);
    }
    let statement = diesel::insert_into(tags::table).values((
        tags::workspace_id.eq(workspace.0),
        tags::name.eq(name),
        tags::folded.eq(&folded),
        tags::created_by.eq(import),
    ));
    let created = on_backend!(connection =>
        statement.returning((tags::id, tags::name)).get_result(connection));
    Ok(created?)
}

/// Deletes the tags that the import brought and nobody uses: no contact has them, and they are none of those that
/// imports under way give.
pub fn delete_unused(
    connection: &mut Connection,
    workspace: WorkspaceId,
    import: i64,
    awaited: &HashSet<String>,
) -> QueryResult<()> {
    let has_it = contact_tags::table
        .filter(contact_tags::workspace_id.eq(tags::workspace_id))
        .filter(contact_tags::tag_id.eq(tags::id));
    let unused = tags::table
        .filter(tags::workspace_id.eq(workspace.0))
        .filter(tags::created_by.eq(import))
        .filter(tags::folded.ne_all(awaited))
        .filter(diesel::dsl::not(diesel::dsl::exists(has_it)));
    on_backend!(connection => diesel::delete(unused).execute(connection)).map(drop)
}

/// Gives a tag another name.
pub fn rename(
    connection: &mut Connection,
    workspace: WorkspaceId,
    id: i64,
    name: &str,
) -> QueryResult<()> {
    let tag = tags::table
        .filter(tags::workspace_id.eq(workspace.0))
        .filter(tags::id.eq(id));
    let statement = diesel::update(tag).set((tags::name.eq(name), tags::folded.eq(fold(name))));
    on_backend!(connection => statement.execute(connection)).map(drop)
}

/// Deletes a tag that no contact has.
pub fn delete(connection: &mut Connection, workspace: WorkspaceId, id: i64) -> QueryResult<()> {
    let tag = tags::table
        .filter(tags::workspace_id.eq(workspace.0))
        .filter(tags::id.eq(id));
    on_backend!(connection => diesel::delete(tag).execute(connection)).map(drop)
}

/// Gives a contact a tag that it doesn't have.
pub fn attach(
    connection: &mut Connection,
    workspace: WorkspaceId,
    contact: i64,
    tag: i64,
) -> QueryResult<()> {
    attach_tags(connection, workspace, &[(contact, tag)])
}

/// Takes all tags from a contact.
pub fn detach_all(
    connection: &mut Connection,
    workspace: WorkspaceId,
    contact: i64,
) -> QueryResult<()> {
    let given = contact_tags::table
        .filter(contact_tags::workspace_id.eq(workspace.0))
        .filter(contact_tags::contact_id.eq(contact));
    on_backend!(connection => diesel::delete(given).execute(connection)).map(drop)
}

/// What is equal for names that differ in case only.
pub fn fold(name: &str) -> String {
    muster_core::value::fold(name)
}
