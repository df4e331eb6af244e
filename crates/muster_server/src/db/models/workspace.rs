//! Workspaces: the tenants.

use diesel::prelude::*;
use muster_core::identity::Key;

use super::super::schema::workspaces;
use super::super::{Connection, DbError, WorkspaceId, on_backend, write_tx};
use super::field;

/// A workspace.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// Its number here.
    pub id: WorkspaceId,
    /// Its name in tokens.
    pub slug: String,
    /// What people call it.
    pub name: String,
    /// The key of its fingerprints.
    pub key: Key,
}

type Row = (i64, String, String, Vec<u8>);

const COLUMNS: (
    workspaces::id,
    workspaces::slug,
    workspaces::name,
    workspaces::fingerprint_key,
) = (
    workspaces::id,
    workspaces::slug,
    workspaces::name,
    workspaces::fingerprint_key,
);

/// The workspace with this name in tokens.
pub fn find(connection: &mut Connection, slug: &str) -> Result<Option<Workspace>, DbError> {
    let query = workspaces::table
        .filter(workspaces::slug.eq(slug))
        .select(COLUMNS);
    let row: Option<Row> = on_backend!(connection => query.first(connection)).optional()?;
    row.map(read).transpose()
}

/// All of them, for the job runner.
pub fn get(connection: &mut Connection, id: WorkspaceId) -> Result<Workspace, DbError> {
    let query = workspaces::table.find(id.0).select(COLUMNS);
    read(on_backend!(connection => query.first(connection))?)
}

/// Every one, for whoever operates the server.
pub fn all(connection: &mut Connection) -> Result<Vec<Workspace>, DbError> {
    let query = workspaces::table.order(workspaces::id).select(COLUMNS);
    let rows: Vec<Row> = on_backend!(connection => query.load(connection))?;
    rows.into_iter().map(read).collect()
}

fn read((id, slug, name, key): Row) -> Result<Workspace, DbError> {
    Ok(Workspace {
        id: WorkspaceId(id),
        slug,
        name,
        key: key
            .try_into()
            .map_err(|_| DbError::Stored("a fingerprint key".into()))?,
    })
}

/// The workspace with this name in tokens, created where it is missing.
pub fn find_or_create(
    connection: &mut Connection,
    slug: &str,
    name: &str,
    new_key: Key,
) -> Result<Workspace, DbError> {
    if let Some(workspace) = find(connection, slug)? {
        return Ok(workspace);
    }
    let created = write_tx(connection, None, |connection| {
        let statement = diesel::insert_into(workspaces::table)
            .values((
                workspaces::slug.eq(slug),
                workspaces::name.eq(name),
                workspaces::fingerprint_key.eq(new_key.to_vec()),
            ))
            .on_conflict_do_nothing();
        let id: Option<i64> = on_backend!(connection =>
            statement.returning(workspaces::id).get_result(connection))
        .optional()?;
        // Another server may have been quicker.
        let Some(id) = id.map(WorkspaceId) else {
            return Ok(None);
        };
        for standard in muster_core::field::standard() {
            field::create(connection, id, &standard)?;
        }
        Ok::<_, DbError>(Some(Workspace {
            id,
            slug: slug.into(),
            name: name.into(),
            key: new_key,
        }))
    })?;
    match created {
        Some(workspace) => Ok(workspace),
        None => Ok(find(connection, slug)?.ok_or(diesel::NotFound)?),
    }
}
