//! A turn: one batch of the job whose last turn was longest ago.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use diesel::OptionalExtension as _;
use muster_core::check::Checker;
use muster_core::limits::Limits;
use muster_core::wire::Bounds;

use prometheus::IntCounter;

use super::ahead::{self, Ahead, Read, Rules};
use super::heart::Heart;
use super::undo::{Applied, awaited_tags, take_back};
use super::{apply, changes, outcome};
use crate::db::dialect::{is_transient, learn};
use crate::db::models::job::{self, Job, Kind};
use crate::db::models::progress::{self, Left};
use crate::db::models::undo::{self as undo_of, State};
use crate::db::models::{batch, field, import, outbox, tag, workspace};
use crate::db::{Connection, Db, DbError, passing_tx, write_tx};
use crate::faults;
use crate::routes::imports::batches;

/// Why an import failed whose batch can't be applied.
pub const BATCH_FAILED: &str = "batch_failed";

/// Takes turns.
pub(super) struct Worker {
    pub(super) db: Db,
    pub(super) limits: Limits,
    /// Who has the lease, as operators see it.
    pub(super) name: String,
    pub(super) lease: Duration,
    /// The wait after the first attempt that failed. The next ones are four times as long each.
    pub(super) retry: Duration,
    pub(super) heart: Arc<Heart>,
    /// Counts turns that somebody else had.
    pub(super) takeovers: IntCounter,
    /// What the last turn left.
    pub(super) ahead: Cell<Option<Ahead>>,
}

/// How a turn ended.
enum Ended {
    /// The batch is done.
    Done,
    /// Somebody else took the turn meanwhile: nothing was written.
    TakenOver,
}

impl Worker {
    /// Takes a turn. Whether there was one.
    pub(super) fn turn(&self) -> Result<bool, DbError> {
        let taken = passing_tx(&mut *self.db.get()?, |connection| {
            job::take(connection, &self.name, self.lease)
        })?;
        let Some(job) = taken else {
            return Ok(false);
        };
        if job.taken_over {
            self.takeovers.inc();
            tracing::warn!(
                import = job.import,
                "a turn was taken over from a server that is silent"
            );
        }
        let _beating = self.heart.hold(job);
        if job.attempts > job::ATTEMPTS {
            // Whoever made the last attempt did not live to tell.
            self.fail(&job)?;
            return Ok(true);
        }
        // A panic ends the attempt, not the thread; the connection goes with it.
        let ended = catch_unwind(AssertUnwindSafe(|| {
            self.perform(&mut *self.db.get()?, &job)
        }));
        let (import, number, attempt) = (job.import, job.next_batch, job.attempts);
        match ended {
            Ok(Ok(Ended::Done)) => {}
            Ok(Ok(Ended::TakenOver)) => {
                tracing::warn!(import, number, "a turn was taken over: nothing was written");
            }
            Ok(Err(cause)) => {
                tracing::error!(%cause, import, number, attempt, "a batch was not applied");
                self.retry(&job, !passes(&cause))?;
            }
            Err(_) => {
                tracing::error!(import, number, attempt, "a batch was not applied: panic");
                self.retry(&job, true)?;
            }
        }
        Ok(true)
    }

    fn perform(&self, connection: &mut Connection, job: &Job) -> Result<Ended, DbError> {
        match job.kind {
            Kind::Apply => self.apply(connection, job),
            Kind::Undo => self.undo(connection, job),
        }
    }

    fn apply(&self, connection: &mut Connection, job: &Job) -> Result<Ended, DbError> {
        faults::batch(job.next_batch);
        let id = job.workspace;
        let workspace = workspace::get(connection, id)?;
        let import = import::get(connection, id, job.import)?;
        let payload = batch::payload(connection, id, job.import, job.next_batch)?;
        let stored = |error: String| DbError::Stored(error);
        let description = import.description()?;
        let rules = Rules {
            description: import.description,
            fields: field::list(connection, id)?,
        };
        let checker = Checker::new(&description, &rules.fields, &self.limits)
            .map_err(|error| stored(error.0))?;
        let ahead = self.ahead.take();
        // Others' turns in between would have it read in vain.
        let alone = ahead.as_ref().is_some_and(|last| last.import == job.import);
        // The values are checked before the lock is taken.
        let read = match ahead.and_then(|ahead| ahead.read(&payload, &rules)) {
            Some(read) => read,
            None => Read::new(payload, &checker, self.bounds())?,
        };
        let batch = read.columns.batch();
        let last = import.batch_count == Some(job.next_batch + 1);
        let next = if alone && !last {
            batch::payload(connection, id, job.import, job.next_batch + 1).optional()?
        } else {
            None
        };
        let bounds = self.bounds();
        let (ended, next) = thread::scope(|scope| {
            // What can't be read is looked at when its turn comes.
            let reading =
                next.map(|payload| scope.spawn(|| Read::new(payload, &checker, bounds).ok()));
            let ended = settle(connection, job, last, |connection| {
                let decided = apply::decide(
                    connection,
                    &workspace,
                    job.import,
                    description.purpose,
                    &checker,
                    &batch,
                    &read.refused,
                )?;
                // The contacts are written while what became of the rows is packed.
                let noted = thread::scope(|scope| {
                    let packing = scope.spawn(|| outcome::encode(&decided.rows));
                    decided.write(connection, id)?;
                    packing.join().unwrap_or_else(|panic| resume_unwind(panic))
                })?;
                let rows = &decided.rows;
                let mut tally = outcome::tally(rows, outcome::to_apply(&batch));
                tally.file_tags = decided.file_tags.clone();
                let open = batch::settle(connection, id, job.import, job.next_batch, &noted)?
                    && progress::add(connection, id, job.import, &tally)?;
                if !open {
                    return Err(stored("the batch was applied already".into()));
                }
                changes::note_batch(connection, id, job.import, job.next_batch, rows)?;
                if last {
                    progress::complete(connection, id, job.import)?;
                }
                Ok(())
            });
            let next = reading.and_then(|reading| reading.join().ok().flatten());
            (ended, next)
        });
        self.ahead.set(Some(Ahead {
            import: job.import,
            rules,
            read: next,
        }));
        if last && let Err(cause) = learn(connection) {
            tracing::warn!(%cause, "the planner does not know of the new contacts");
        }
        ended
    }

    fn undo(&self, connection: &mut Connection, job: &Job) -> Result<Ended, DbError> {
        let (id, import) = (job.workspace, job.import);
        let workspace = workspace::get(connection, id)?;
        let undone = import::get(connection, id, import)?;
        let stored = |error: String| DbError::Stored(error);
        let mut undo = undone
            .undo()?
            .ok_or_else(|| stored("an undo is missing".into()))?;
        // The last batch first: of two that changed one contact, the first one knows what it held before.
        let number = undo.batches - 1 - job.next_batch;
        let rows = batch::outcome(connection, id, import, number)?;
        let rows = rows.ok_or_else(|| stored("a journal is missing".into()))?;
        let rows = outcome::decode(&rows)?;
        let payload = batch::payload(connection, id, import, number)?;
        let columns = ahead::decode(&payload, self.bounds())?;
        let batch = columns.batch();
        let fields = field::list(connection, id)?;
        let checker = Checker::new(&undone.description()?, &fields, &self.limits).ok();
        let applied = Applied {
            rows: &rows,
            batch: &batch,
            checker: checker.as_ref(),
        };
        let last = number == 0;
        settle(connection, job, last, |connection| {
            let (kept, taken_back) = take_back(connection, &workspace, &mut undo, &applied)?;
            changes::note_undo(connection, id, import, &taken_back)?;
            if !kept.is_empty() {
                let kept = serde_json::to_vec(&kept).map_err(|error| stored(error.to_string()))?;
                undo_of::keep(connection, id, import, number, &kept)?;
            }
            undo.state = State::Undoing;
            if last {
                undo.end(State::Done);
                let awaited = awaited_tags(connection, id)?;
                if let Some(awaited) = awaited.filter(|_| undo.fields.is_none()) {
                    tag::delete_unused(connection, id, import, &awaited)?;
                }
                if undo.fields.is_none() {
                    field::delete_unused(connection, id, &undone.created()?)?;
                }
            }
            undo_of::store(connection, id, import, &undo)?;
            if last {
                outbox::add(connection, id, import, outbox::Kind::Undone)?;
            }
            Ok(())
        })
    }

    /// The most that a batch can be.
    fn bounds(&self) -> Bounds {
        Bounds {
            bytes: batches::most(&self.limits),
            items: self.limits.max_rows as usize,
        }
    }

    /// Tries it again later, or ends the import, so that the next one of the workspace goes on.
    fn retry(&self, job: &Job, counted: bool) -> Result<(), DbError> {
        if counted && job.attempts >= job::ATTEMPTS {
            return self.fail(job);
        }
        let wait = self.retry * 4_u32.pow(job.attempts.unsigned_abs().clamp(1, 3) - 1);
        write_tx(&mut *self.db.get()?, None, |connection| {
            job::put_off(connection, job, wait, counted).map(drop)?;
            Ok(())
        })
    }

    fn fail(&self, job: &Job) -> Result<(), DbError> {
        let failed = write_tx(&mut *self.db.get()?, job.workspace, |connection| {
            let ours = job::finish(connection, job)?;
            if ours && job.kind == Kind::Undo {
                undo_of::fail(connection, job.workspace, job.import)?;
            } else if ours {
                let left = Left::NotApplied(BATCH_FAILED);
                progress::give_up(connection, job.workspace, job.import, left)?;
            }
            Ok::<_, DbError>(ours)
        })?;
        if failed {
            tracing::error!(import = job.import, "an import failed");
        }
        Ok(())
    }
}

/// Does a batch's work and ends the turn, in one transaction: nothing is written once somebody else took over.
fn settle(
    connection: &mut Connection,
    job: &Job,
    last: bool,
    body: impl FnOnce(&mut Connection) -> Result<(), DbError>,
) -> Result<Ended, DbError> {
    let settled = write_tx(connection, job.workspace, |connection| {
        if !job::is_ours(connection, job)? {
            return Err(Broken::TakenOver);
        }
        body(connection)?;
        // Once more: a turn is taken without the workspace's lock, also while this one was at work.
        let ours = if last {
            job::finish(connection, job)?
        } else {
            job::end_turn(connection, job)?
        };
        if ours { Ok(()) } else { Err(Broken::TakenOver) }
    });
    match settled {
        Ok(()) => Ok(Ended::Done),
        Err(Broken::TakenOver) => Ok(Ended::TakenOver),
        Err(Broken::Database(error)) => Err(error),
    }
}

/// Why a transaction is taken back.
enum Broken {
    TakenOver,
    Database(DbError),
}

impl From<DbError> for Broken {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

impl From<diesel::result::Error> for Broken {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

/// Whether the cause passes by itself, whatever the batch holds. A connection that is lost may be the batch's doing.
fn passes(cause: &DbError) -> bool {
    match cause {
        DbError::Busy => true,
        DbError::Query(cause) => is_transient(cause),
        DbError::Lost(_) | DbError::Stored(_) => false,
    }
}
