//! Jobs: committed imports that have not ended. A job is done a batch a turn. A turn has a lease by the database's
//! clock; whoever takes it raises the fence, and what an older fence wants to write is refused.

use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Text};

use super::super::dialect::{clock, skip_locked, time};
use super::super::schema::jobs;
use super::super::{Connection, DbError, WorkspaceId, on_backend};

/// How often a batch is tried.
pub const ATTEMPTS: i32 = 3;

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Applies the batches.
    Apply,
    /// Takes back what was applied.
    Undo,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Apply => "apply",
            Self::Undo => "undo",
        }
    }
}

/// A job whose turn it is, as long as its fence is the newest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// The import.
    pub import: i64,
    /// What is to be done.
    pub kind: Kind,
    /// The batch that is next.
    pub next_batch: i32,
    /// How often that was tried, this time included.
    pub attempts: i32,
    /// Rises with every turn.
    pub fence: i64,
    /// Whether somebody had it before who said nothing any more.
    pub taken_over: bool,
}

/// Adds a job, behind the others of the workspace.
pub fn create(
    connection: &mut Connection,
    workspace: WorkspaceId,
    import: i64,
    kind: Kind,
    next_batch: i32,
) -> QueryResult<()> {
    let time = time(connection)?;
    let statement = diesel::insert_into(jobs::table).values((
        jobs::workspace_id.eq(workspace.0),
        jobs::import_id.eq(import),
        jobs::kind.eq(kind.name()),
        jobs::next_batch.eq(next_batch),
        jobs::queued_at.eq(time),
        jobs::turn_at.eq(time),
    ));
    on_backend!(connection => statement.execute(connection)).map(drop)
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    workspace_id: i64,
    #[diesel(sql_type = BigInt)]
    import_id: i64,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Integer)]
    next_batch: i32,
    #[diesel(sql_type = Integer)]
    attempts: i32,
    #[diesel(sql_type = BigInt)]
    fence: i64,
    #[diesel(sql_type = Bool)]
    taken_over: bool,
}

/// Takes the turn of the job whose last one was longest ago, for as long as the lease, and counts the attempt before it
/// is made. Of a workspace only the oldest job has turns; one that is paused lets the next one by.
pub fn take(
    connection: &mut Connection,
    who: &str,
    lease: Duration,
) -> Result<Option<Job>, DbError> {
    let (clock, skip_locked) = (clock(connection), skip_locked(connection));
    let statement = diesel::sql_query(format!(
        "UPDATE jobs SET leased_by = $1, leased_until = {clock} + $2, turn_at = {clock}, fence = fence + 1, \
         attempts = attempts + 1, taken_over = leased_until > 0 WHERE leased_until < {clock} AND (workspace_id, import_id) = ( \
         SELECT j.workspace_id, j.import_id FROM jobs AS j \
         WHERE NOT j.paused AND j.not_before <= {clock} AND j.leased_until < {clock} AND NOT EXISTS ( \
         SELECT 1 FROM jobs AS o WHERE o.workspace_id = j.workspace_id AND o.import_id <> j.import_id \
         AND (o.leased_until >= {clock} OR (NOT o.paused AND (o.queued_at, o.import_id) < (j.queued_at, j.import_id)))) \
         ORDER BY j.turn_at, j.queued_at, j.import_id LIMIT 1 {skip_locked}) \
         RETURNING workspace_id, import_id, kind, next_batch, attempts, fence, taken_over"
    ))
    .bind::<Text, _>(who)
    .bind::<BigInt, _>(milliseconds(lease));
    let taken = on_backend!(connection => statement.get_result::<Row>(connection)).optional()?;
    let read = |row: Row| {
        Ok(Job {
            workspace: WorkspaceId(row.workspace_id),
            import: row.import_id,
            kind: match row.kind.as_str() {
                "apply" => Kind::Apply,
                "undo" => Kind::Undo,
                other => return Err(DbError::Stored(format!("a job of the kind {other}"))),
            },
            next_batch: row.next_batch,
            attempts: row.attempts,
            fence: row.fence,
            taken_over: row.taken_over,
        })
    };
    taken.map(read).transpose()
}

/// Prolongs the lease of a turn. Whether it still is ours: one that has ended meanwhile gets none, or nobody could take
/// the next one until it is over.
pub fn extend(connection: &mut Connection, job: &Job, lease: Duration) -> QueryResult<bool> {
    let statement = diesel::sql_query(format!(
        "UPDATE jobs SET leased_until = {} + $1 WHERE workspace_id = $2 AND import_id = $3 AND fence = $4 \
         AND leased_until > 0",
        clock(connection)
    ))
    .bind::<BigInt, _>(milliseconds(lease))
    .bind::<BigInt, _>(job.workspace.0)
    .bind::<BigInt, _>(job.import)
    .bind::<BigInt, _>(job.fence);
    Ok(on_backend!(connection => statement.execute(connection))? == 1)
}

/// Whether the import has a job.
pub fn exists(
    connection: &mut Connection,
    workspace: WorkspaceId,
    import: i64,
) -> QueryResult<bool> {
    let query = jobs::table.find((workspace.0, import)).select(jobs::fence);
    let found: Option<i64> = on_backend!(connection => query.first(connection)).optional()?;
    Ok(found.is_some())
}

/// Whether the turn still is ours.
pub fn is_ours(connection: &mut Connection, job: &Job) -> QueryResult<bool> {
    let query = jobs::table
        .find((job.workspace.0, job.import))
        .select((jobs::fence, jobs::next_batch));
    let now: Option<(i64, i32)> = on_backend!(connection => query.first(connection)).optional()?;
    Ok(now == Some((job.fence, job.next_batch)))
}

/// Ends a turn whose batch is done. Whether it was ours: whoever comes with an older fence finds it gone.
pub fn end_turn(connection: &mut Connection, job: &Job) -> QueryResult<bool> {
    let ours = jobs::table
        .find((job.workspace.0, job.import))
        .filter(jobs::fence.eq(job.fence))
        .filter(jobs::next_batch.eq(job.next_batch));
    let statement = diesel::update(ours).set((
        jobs::next_batch.eq(job.next_batch + 1),
        jobs::attempts.eq(0),
        jobs::leased_until.eq(0),
    ));
    Ok(on_backend!(connection => statement.execute(connection))? == 1)
}

/// Ends a turn that came to nothing: the next one waits. An attempt that was not the batch's fault isn't counted.
pub fn put_off(
    connection: &mut Connection,
    job: &Job,
    wait: Duration,
    counted: bool,
) -> QueryResult<bool> {
    let statement = diesel::sql_query(format!(
        "UPDATE jobs SET leased_until = 0, not_before = {} + $1, attempts = attempts - $2 \
         WHERE workspace_id = $3 AND import_id = $4 AND fence = $5",
        clock(connection)
    ))
    .bind::<BigInt, _>(milliseconds(wait))
    .bind::<Integer, _>(i32::from(!counted))
    .bind::<BigInt, _>(job.workspace.0)
    .bind::<BigInt, _>(job.import)
    .bind::<BigInt, _>(job.fence);
    Ok(on_backend!(connection => statement.execute(connection))? == 1)
}

/// Ends all turns: nobody else uses the database, so whoever had one is gone.
pub fn end_all_turns(connection: &mut Connection) -> QueryResult<()> {
    let statement = diesel::update(jobs::table).set(jobs::leased_until.eq(0));
    on_backend!(connection => statement.execute(connection)).map(drop)
}

/// Ends a job in its turn. Whether that was ours. The next one of the workspace has had this turn, too: it comes after
/// the other workspaces.
pub fn finish(connection: &mut Connection, job: &Job) -> QueryResult<bool> {
    let time = time(connection)?;
    let others = jobs::table.filter(jobs::workspace_id.eq(job.workspace.0));
    let statement = diesel::update(others).set(jobs::turn_at.eq(time));
    on_backend!(connection => statement.execute(connection))?;
    let ours = jobs::table
        .find((job.workspace.0, job.import))
        .filter(jobs::fence.eq(job.fence));
    Ok(on_backend!(connection => diesel::delete(ours).execute(connection))? == 1)
}

/// Ends a job, whoever has its turn: that comes to nothing. Whether there was one.
pub fn remove(
    connection: &mut Connection,
    workspace: WorkspaceId,
    import: i64,
) -> QueryResult<bool> {
    let statement = diesel::delete(jobs::table.find((workspace.0, import)));
    Ok(on_backend!(connection => statement.execute(connection))? == 1)
}

/// Lets a job rest after the batch in hand, or go on at once. Whether there is one.
pub fn pause(
    connection: &mut Connection,
    workspace: WorkspaceId,
    import: i64,
    paused: bool,
) -> QueryResult<bool> {
    let statement = diesel::update(jobs::table.find((workspace.0, import)))
        .set((jobs::paused.eq(paused), jobs::not_before.eq(0)));
    Ok(on_backend!(connection => statement.execute(connection))? == 1)
}

/// A job as operators see it.
#[derive(Debug, QueryableByName)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Listed {
    #[diesel(sql_type = Text)]
    pub workspace: String,
    #[diesel(sql_type = BigInt)]
    pub import: i64,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = Integer)]
    pub next_batch: i32,
    #[diesel(sql_type = Integer)]
    pub batches: i32,
    #[diesel(sql_type = Integer)]
    pub attempts: i32,
    #[diesel(sql_type = Bool)]
    pub paused: bool,
    #[diesel(sql_type = Bool)]
    pub leased: bool,
    #[diesel(sql_type = Text)]
    pub leased_by: String,
    #[diesel(sql_type = BigInt)]
    pub waiting_seconds: i64,
}

/// All jobs of all workspaces, for whoever operates the server.
pub fn list(connection: &mut Connection) -> QueryResult<Vec<Listed>> {
    let clock = clock(connection);
    let query = diesel::sql_query(format!(
        "SELECT w.slug AS workspace, j.import_id AS import, j.kind AS kind, j.next_batch AS next_batch, \
         coalesce(i.batch_count, 0) AS batches, j.attempts AS attempts, j.paused AS paused, \
         j.leased_until >= {clock} AS leased, j.leased_by AS leased_by, \
         ({clock} - j.queued_at) / 1000 AS waiting_seconds FROM jobs AS j \
         JOIN imports AS i ON i.workspace_id = j.workspace_id AND i.id = j.import_id \
         JOIN workspaces AS w ON w.id = j.workspace_id ORDER BY w.slug, j.queued_at, j.import_id"
    ));
    on_backend!(connection => query.load(connection))
}

pub(super) fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
