//! Events that addresses of the operator are to be told. One is written in the transaction that makes it true, and taken
//! by whichever server has the lease; it is gone when all addresses have taken it.

use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text};
use serde::Serialize;

use super::super::dialect::{clock, skip_locked};
use super::super::schema::webhook_outbox;
use super::super::{Connection, DbError, WorkspaceId, now, on_backend};
use super::import::{self, Import, json};
use super::job::milliseconds;
use super::undo::Undo;
use super::workspace;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Kind {
    /// An import was applied, or stopped.
    #[serde(rename = "import.completed")]
    Completed,
    /// An import could not be finished, or was never uploaded.
    #[serde(rename = "import.failed")]
    Failed,
    /// An import was taken back, or chosen fields of it.
    #[serde(rename = "import.undone")]
    Undone,
}

/// What is sent: numbers, and no value of a contact.
#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    kind: Kind,
    timestamp: String,
    data: Told<'a>,
}

#[derive(Serialize)]
struct Told<'a> {
    workspace: &'a str,
    import_id: i64,
    reason: Option<&'a str>,
    rows: i64,
    counts: Counts,
    undo: Option<Undone<'a>>,
}

#[derive(Serialize)]
struct Counts {
    new: i64,
    updated: i64,
    unchanged: i64,
    skipped: i64,
    error: i64,
}

#[derive(Serialize)]
struct Undone<'a> {
    fields: Option<&'a [String]>,
    restored: u64,
    deleted: u64,
    kept: u64,
}

/// Writes an event of an import. Inside the transaction that makes it true, and after it is.
pub fn add(
    connection: &mut Connection,
    workspace: WorkspaceId,
    import: i64,
    kind: Kind,
) -> Result<(), DbError> {
    let tenant = workspace::get(connection, workspace)?;
    let import = import::get(connection, workspace, import)?;
    let undo = import.undo()?.filter(|_| kind == Kind::Undone);
    let at = now();
    let body = body(&tenant.slug, &import, undo.as_ref(), kind, at)?;
    let statement = diesel::insert_into(webhook_outbox::table).values((
        webhook_outbox::workspace_id.eq(workspace.0),
        webhook_outbox::at.eq(at),
        webhook_outbox::body.eq(body),
    ));
    on_backend!(connection => statement.execute(connection))?;
    Ok(())
}

fn body(
    workspace: &str,
    import: &Import,
    undo: Option<&Undo>,
    kind: Kind,
    at: i64,
) -> Result<String, DbError> {
    let time = jiff::Timestamp::from_millisecond(at);
    let time = time.map_err(|error| DbError::Stored(error.to_string()))?;
    json(&Body {
        kind,
        timestamp: time.to_string(),
        data: Told {
            workspace,
            import_id: import.id,
            reason: import.reason.as_deref(),
            rows: import.row_count,
            counts: Counts {
                new: import.new_count,
                updated: import.updated_count,
                unchanged: import.unchanged_count,
                skipped: import.skipped_count,
                error: import.error_count,
            },
            undo: undo.map(|undo| Undone {
                fields: undo.fields.as_deref(),
                restored: undo.restored,
                deleted: undo.deleted,
                kept: undo.kept,
            }),
        },
    })
}

/// An event whose turn it is, as long as nobody has taken it since.
#[derive(Clone, Debug, QueryableByName)]
pub struct Event {
    /// The same however often it is told.
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    /// As it is sent.
    #[diesel(sql_type = Text)]
    pub body: String,
    /// The addresses that have taken it, as JSON.
    #[diesel(sql_type = Text)]
    taken: String,
    /// How often it was told, this time included.
    #[diesel(sql_type = Integer)]
    pub attempts: i32,
}

impl Event {
    /// The digests of the addresses that have taken it.
    pub fn taken(&self) -> Result<Vec<String>, DbError> {
        import::stored(&self.taken)
    }
}

/// Takes the event that has waited longest, for as long as the lease, and counts the attempt before it is made.
pub fn take(connection: &mut Connection, lease: Duration) -> QueryResult<Option<Event>> {
    let (clock, skip_locked) = (clock(connection), skip_locked(connection));
    let statement = diesel::sql_query(format!(
        "UPDATE webhook_outbox SET leased_until = {clock} + $1, attempts = attempts + 1 \
         WHERE leased_until < {clock} AND id = (SELECT id FROM webhook_outbox \
         WHERE not_before <= {clock} AND leased_until < {clock} ORDER BY not_before, id LIMIT 1 {skip_locked}) \
         RETURNING id, body, taken, attempts"
    ))
    .bind::<BigInt, _>(milliseconds(lease));
    on_backend!(connection => statement.get_result(connection)).optional()
}

/// Deletes an event that all addresses have taken.
pub fn done(connection: &mut Connection, event: i64) -> QueryResult<()> {
    let statement = diesel::delete(webhook_outbox::table.find(event));
    on_backend!(connection => statement.execute(connection)).map(drop)
}

/// Lets an event wait that some address has not taken, unless somebody else tells it by now.
pub fn put_off(
    connection: &mut Connection,
    event: &Event,
    taken: &[String],
    wait: Duration,
) -> Result<(), DbError> {
    let statement = diesel::sql_query(format!(
        "UPDATE webhook_outbox SET leased_until = 0, not_before = {} + $1, taken = $2 WHERE id = $3 AND attempts = $4",
        clock(connection)
    ))
    .bind::<BigInt, _>(milliseconds(wait))
    .bind::<Text, _>(json(&taken)?)
    .bind::<BigInt, _>(event.id)
    .bind::<Integer, _>(event.attempts);
    on_backend!(connection => statement.execute(connection))?;
    Ok(())
}

/// Deletes events of before a time; how many of them were told in vain.
pub fn sweep(connection: &mut Connection, before: i64) -> QueryResult<i64> {
    let old = webhook_outbox::table.filter(webhook_outbox::at.lt(before));
    let in_vain = old.filter(webhook_outbox::attempts.gt(0)).count();
    let in_vain = on_backend!(connection => in_vain.get_result(connection))?;
    on_backend!(connection => diesel::delete(old).execute(connection))?;
    Ok(in_vain)
}
