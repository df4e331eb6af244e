//! Says of every turn that it goes on, so that nobody else takes it while a batch takes long.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::bell::Bell;
use crate::db::models::job::{self, Job};
use crate::db::{Db, DbError, write_tx};

/// Turns that go on.
#[derive(Default)]
pub(super) struct Heart {
    turns: Mutex<Vec<Job>>,
}

/// A turn that goes on until this is dropped.
pub(super) struct Beating<'a> {
    heart: &'a Heart,
    job: Job,
}

impl Heart {
    /// Holds a turn's lease.
    pub(super) fn hold(&self, job: Job) -> Beating<'_> {
        self.turns().push(job);
        Beating { heart: self, job }
    }

    /// Beats three times a lease, until it is told to stop.
    pub(super) fn beat(&self, db: &Db, lease: Duration, stop: &Bell) {
        while stop.rings() == 0 {
            stop.wait(0, lease / 3);
            let turns = self.turns().clone();
            for job in turns {
                if let Err(cause) = extend(db, &job, lease) {
                    // The lease may still be long enough; if not, whoever has the turn by then finds out by the fence.
                    tracing::warn!(%cause, import = job.import, "a lease was not prolonged");
                }
            }
        }
    }

    fn turns(&self) -> MutexGuard<'_, Vec<Job>> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Beating<'_> {
    fn drop(&mut self) {
        self.heart.turns().retain(|job| *job != self.job);
    }
}

fn extend(db: &Db, job: &Job, lease: Duration) -> Result<bool, DbError> {
    let mut connection = db.get()?;
    write_tx(&mut connection, None, |connection| {
        Ok(job::extend(connection, job, lease)?)
    })
}
