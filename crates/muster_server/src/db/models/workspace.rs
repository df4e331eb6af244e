//! Workspaces: the tenants.

use diesel::prelude::*;
use muster_core::identity::Key;

use super::super::schema::workspaces;
use super::super::{Connection, DbError, WorkspaceId, write_tx};
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

/// The workspace with this name in tokens.
pub fn find(connection: &mut Connection, slug: &str) -> Result<Option<Workspace>, DbError> {
    let row: Option<(i64, String, String, Vec<u8>)> = workspaces::table
        .filter(workspaces::slug.eq(slug))
        .first(connection)
        .optional()?;
    row.map(read).transpose()
}

/// All of them, for the job runner.
pub fn get(connection: &mut Connection, id: WorkspaceId) -> Result<Workspace, DbError> {
    read(
        workspaces::table
            .filter(workspaces::id.eq(id.0))
            .first(connection)?,
    )
}

fn read((id, slug, name, key): (i64, String, String, Vec<u8>)) -> Result<Workspace, DbError> {
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
    write_tx(connection, |connection| {
        if let Some(workspace) = find(connection, slug)? {
            return Ok(workspace);
        }
        let id: i64 = diesel::insert_into(workspaces::table)
            .values((
                workspaces::slug.eq(slug),
                workspaces::name.eq(name),
                workspaces::fingerprint_key.eq(new_key.to_vec()),
            ))
            .returning(workspaces::id)
            .get_result(connection)?;
        let id = WorkspaceId(id);
        for standard in muster_core::field::standard() {
            field::create(connection, id, &standard)?;
        }
        Ok(Workspace {
            id,
            slug: slug.into(),
            name: name.into(),
            key: new_key,
        })
    })
}
