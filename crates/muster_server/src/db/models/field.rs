//! Fields of a workspace's contacts, standard and custom.

use diesel::dsl::max;
use diesel::prelude::*;
use muster_core::field::{FULL_NAME, Field, FieldType, Rule};
use muster_core::import::Import;
use muster_core::value::fold;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::super::schema::{contacts, fields};
use super::super::{Connection, DbError, WorkspaceId, on_backend};
use super::import;

/// How many fields a workspace has at most.
pub const MOST: usize = 200;

/// Whether a custom field can have this key.
pub fn is_key(key: &str) -> bool {
    let is_sound = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (1..=64).contains(&key.len())
        && key.starts_with(|first: char| first.is_ascii_lowercase())
        && key.bytes().all(is_sound)
        && key != FULL_NAME
}

/// What a commit created: a field or, of a field that was there, an option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Created {
    /// The field's key.
    pub key: String,
    /// The option; none for the whole field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub option: Option<String>,
}

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

/// Gives a field another name, other options and another rule.
pub fn update(
    connection: &mut Connection,
    workspace: WorkspaceId,
    field: &Field,
) -> Result<(), DbError> {
    let options = serde_json::to_string(&field.options);
    let statement = diesel::update(fields::table.find((workspace.0, &field.key))).set((
        fields::name.eq(&field.name),
        fields::options.eq(options.map_err(|error| DbError::Stored(error.to_string()))?),
        fields::rule.eq(to_word(&field.rule)?),
    ));
    on_backend!(connection => statement.execute(connection))?;
    Ok(())
}

/// Deletes a field that nobody uses.
pub fn delete(connection: &mut Connection, workspace: WorkspaceId, key: &str) -> QueryResult<()> {
    let statement = diesel::delete(fields::table.find((workspace.0, key)));
    on_backend!(connection => statement.execute(connection)).map(drop)
}

/// Whether a contact has a value of the custom field, or an import writes it that is open, queued or being applied.
/// With an option: whether that is the value; what such an import brings is not known.
pub fn is_used(
    connection: &mut Connection,
    workspace: WorkspaceId,
    key: &str,
    option: Option<&str>,
) -> Result<bool, DbError> {
    for import in import::going_on(connection, workspace)? {
        let columns = import.description()?.columns;
        if columns.iter().any(|column| column.field == key) {
            return Ok(true);
        }
    }
    // As the values stand in their JSON: there a quote inside a text has a backslash before it.
    let quoted = |text: &str| serde_json::to_string(text);
    let mut member = quoted(key).map_err(|error| DbError::Stored(error.to_string()))? + ":";
    if let Some(option) = option {
        member += &quoted(option).map_err(|error| DbError::Stored(error.to_string()))?;
    }
    let pattern = format!("%{}%", super::contact::escape(&member));
    let query = contacts::table
        .filter(contacts::workspace_id.eq(workspace.0))
        .filter(contacts::custom.like(pattern).escape('\\'))
        .select(contacts::id);
    let found: Option<i64> = on_backend!(connection => query.first(connection)).optional()?;
    Ok(found.is_some())
}

/// Creates the fields and options that the import needs and that are not there; gives what was.
pub fn create_missing(
    connection: &mut Connection,
    workspace: WorkspaceId,
    import: &Import,
) -> Result<Vec<Created>, DbError> {
    let mut created = Vec::new();
    let mut known = list(connection, workspace)?;
    for new in &import.fields {
        let found = known.iter_mut().find(|field| field.key == new.key);
        let Some(field) = found else {
            let field = Field {
                key: new.key.clone(),
                name: new.name.clone(),
                kind: new.kind,
                options: distinct(new.options.iter().chain(&new.new_options)),
                rule: Rule::Open,
            };
            create(connection, workspace, &field)?;
            created.push(Created {
                key: field.key,
                option: None,
            });
            continue;
        };
        if field.kind != FieldType::List {
            continue;
        }
        let before = field.options.len();
        field.options = distinct(field.options.iter().chain(&new.new_options));
        for option in &field.options[before..] {
            created.push(Created {
                key: field.key.clone(),
                option: Some(option.clone()),
            });
        }
        if field.options.len() > before {
            update(connection, workspace, field)?;
        }
    }
    Ok(created)
}

/// Deletes what an import created and nobody uses.
pub fn delete_unused(
    connection: &mut Connection,
    workspace: WorkspaceId,
    created: &[Created],
) -> Result<(), DbError> {
    for one in created {
        if is_used(connection, workspace, &one.key, one.option.as_deref())? {
            continue;
        }
        let Some(option) = &one.option else {
            delete(connection, workspace, &one.key)?;
            continue;
        };
        let fields = list(connection, workspace)?;
        if let Some(mut field) = fields.into_iter().find(|field| field.key == one.key) {
            field.options.retain(|known| known != option);
            update(connection, workspace, &field)?;
        }
    }
    Ok(())
}

/// The options, each once without case: the first spelling.
fn distinct<'a>(options: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut seen = Vec::new();
    let mut kept = Vec::new();
    for option in options {
        let folded = fold(option);
        if !seen.contains(&folded) {
            seen.push(folded);
            kept.push(option.clone());
        }
    }
    kept
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
