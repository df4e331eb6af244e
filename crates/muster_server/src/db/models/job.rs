//! Jobs: committed imports that have not ended.

use diesel::prelude::*;

use super::super::schema::jobs;
use super::super::{Connection, WorkspaceId, now, on_backend};

/// How often a batch is tried.
pub const ATTEMPTS: i32 = 3;

/// A job.
#[derive(Clone, Copy, Debug)]
pub struct Job {
    /// Whose it is.
    pub workspace: WorkspaceId,
    /// The import.
    pub import: i64,
    /// The batch to apply next.
    pub next_batch: i32,
    /// How often that was tried.
    pub attempts: i32,
}

/// Adds a job.
pub fn create(connection: &mut Connection, workspace: WorkspaceId, import: i64) -> QueryResult<()> {
    let statement = diesel::insert_into(jobs::table).values((
        jobs::workspace_id.eq(workspace.0),
        jobs::import_id.eq(import),
        jobs::queued_at.eq(now()),
    ));
    on_backend!(connection => statement.execute(connection)).map(drop)
}

/// The job to go on with: the oldest one, those that are to fail last.
pub fn next(connection: &mut Connection) -> QueryResult<Option<Job>> {
    let query = jobs::table
        .order((
            jobs::attempts.ge(ATTEMPTS),
            jobs::queued_at,
            jobs::import_id,
        ))
        .select((
            jobs::workspace_id,
            jobs::import_id,
            jobs::next_batch,
            jobs::attempts,
        ));
    let row: Option<(i64, i64, i32, i32)> =
        on_backend!(connection => query.first(connection)).optional()?;
    Ok(row.map(|(workspace, import, next_batch, attempts)| Job {
        workspace: WorkspaceId(workspace),
        import,
        next_batch,
        attempts,
    }))
}

/// Counts an attempt on the job's next batch, before it is made.
pub fn count_attempt(connection: &mut Connection, job: &Job) -> QueryResult<bool> {
    let unchanged = jobs::table
        .find((job.workspace.0, job.import))
        .filter(jobs::next_batch.eq(job.next_batch))
        .filter(jobs::attempts.eq(job.attempts));
    let statement = diesel::update(unchanged).set(jobs::attempts.eq(job.attempts + 1));
    Ok(on_backend!(connection => statement.execute(connection))? == 1)
}

/// Claims the job's next batch: whoever comes second finds it gone. A failed job stays one.
pub fn claim(connection: &mut Connection, job: &Job, failed: bool) -> QueryResult<bool> {
    let unclaimed = jobs::table
        .find((job.workspace.0, job.import))
        .filter(jobs::next_batch.eq(job.next_batch));
    let statement = diesel::update(unclaimed).set((
        jobs::next_batch.eq(job.next_batch + 1),
        jobs::attempts.eq(if failed { ATTEMPTS } else { 0 }),
    ));
    Ok(on_backend!(connection => statement.execute(connection))? == 1)
}

/// Ends a job.
pub fn delete(connection: &mut Connection, job: &Job) -> QueryResult<()> {
    let statement = diesel::delete(jobs::table.find((job.workspace.0, job.import)));
    on_backend!(connection => statement.execute(connection)).map(drop)
}
