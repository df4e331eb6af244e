//! Fields of a workspace's contacts, standard and custom.

use diesel::dsl::max;
use diesel::prelude::*;
use muster_core::field::Field;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::super::schema::fields;
use super::super::{Connection, DbError, WorkspaceId, on_backend};

/// The fields, in order.
pub fn list(connection: &mut Connection, workspace: WorkspaceId) -> Result<Vec<Field>, DbError> {
    let query = fields::table
        .filter(fields::workspace_id.eq(workspace.0))
        .order(fields::position)
        .select((
            fields::key,
            fields::name,
            fields::kind,
            fields::options,
            fields::rule,
        ));
    let rows: Vec<(String, String, String, String, String)> =
        on_backend!(connection => query.load(connection))?;
    rows.into_iter()
        .map(|(key, name, kind, options, rule)| {
            Ok(Field {
                key,
                name,
                kind: from_word(&kind)?,
                options: serde_json::from_str(&options)
                    .map_err(|error| DbError::Stored(error.to_string()))?,
                rule: from_word(&rule)?,
            })
        })
        .collect()
}

/// Creates a field, as the last one.
pub fn create(
    connection: &mut Connection,
    workspace: WorkspaceId,
    field: &Field,
) -> Result<(), DbError> {
    let query = fields::table
        .filter(fields::workspace_id.eq(workspace.0))
        .select(max(fields::position));
    let last: Option<i32> = on_backend!(connection => query.first(connection))?;
    let statement = diesel::insert_into(fields::table).values((
        fields::workspace_id.eq(workspace.0),
        fields::key.eq(&field.key),
        fields::name.eq(&field.name),
        fields::kind.eq(to_word(&field.kind)?),
        fields::options.eq(serde_json::to_string(&field.options)
            .map_err(|error| DbError::Stored(error.to_string()))?),
        fields::rule.eq(to_word(&field.rule)?),
        fields::position.eq(last.unwrap_or(0) + 1),
    ));
    on_backend!(connection => statement.execute(connection))?;
    Ok(())
}

/// A word that stands for one of a few things, as in the JSON.
fn from_word<T: DeserializeOwned>(word: &str) -> Result<T, DbError> {
    serde_json::from_value(word.into()).map_err(|error| DbError::Stored(error.to_string()))
}

fn to_word<T: Serialize>(value: &T) -> Result<String, DbError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        other => Err(DbError::Stored(format!("not a word: {other:?}"))),
    }
}
