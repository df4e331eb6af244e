//! Work that goes on after the answer: committed imports are applied batch by batch, by one thread.

pub mod apply;
pub mod outcome;
pub mod planned;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use muster_core::check::Checker;
use muster_core::limits::Limits;
use muster_core::wire::{BatchColumns, Bounds};

use crate::db::models::job::{self, Job};
use crate::db::models::{batch, field, import, workspace};
use crate::db::{Connection, Db, DbError, write_tx};
use crate::routes::imports::batches;

/// How long the runner sleeps when nobody wakes it.
const NAP: Duration = Duration::from_secs(5);
/// How long it waits before it tries again.
const PAUSE: Duration = Duration::from_secs(1);

/// Wakes the runner.
#[derive(Clone)]
pub struct Waker(Sender<()>);

impl Waker {
    /// There is something to do.
    pub fn wake(&self) {
        // A runner that has ended needs no waking: the next start looks for jobs itself.
        let _ = self.0.send(());
    }
}

/// The thread that applies imports.
pub struct Runner {
    thread: JoinHandle<()>,
    stop: Arc<AtomicBool>,
    waker: Waker,
}

impl Runner {
    /// Starts the thread. It begins with what an earlier process left behind.
    pub fn start(db: Db, limits: Limits) -> std::io::Result<(Self, Waker)> {
        let (sender, receiver) = channel();
        let waker = Waker(sender);
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let thread = std::thread::Builder::new()
            .name("apply".into())
            .spawn(move || work(&db, limits, &receiver, &stopped))?;
        let runner = Self {
            thread,
            stop,
            waker: waker.clone(),
        };
        Ok((runner, waker))
    }

    /// Ends the thread after the batch in hand.
    pub fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.waker.wake();
        if self.thread.join().is_err() {
            tracing::error!("the runner ended badly");
        }
    }
}

fn work(db: &Db, limits: Limits, woken: &Receiver<()>, stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        // A panic ends the attempt, not the thread; the connection goes with it.
        let wait = match catch_unwind(AssertUnwindSafe(|| step(db, limits))) {
            Ok(Ok(true)) => continue,
            Ok(Ok(false)) => NAP,
            Ok(Err(cause)) => {
                tracing::error!(%cause, "a batch was not applied");
                PAUSE
            }
            Err(_) => {
                tracing::error!("a batch was not applied: panic");
                PAUSE
            }
        };
        let _ = woken.recv_timeout(wait);
        while woken.try_recv().is_ok() {}
    }
}

/// Does the next thing there is to do. Whether there was one.
fn step(db: &Db, limits: Limits) -> Result<bool, DbError> {
    let mut connection = db.get()?;
    let connection = &mut *connection;
    let Some(job) = job::next(connection)? else {
        return Ok(false);
    };
    let failed = job.attempts >= job::ATTEMPTS;
    if !failed {
        let counted = write_tx(connection, job.workspace, |connection| {
            import::begin(connection, job.workspace, job.import)?;
            Ok::<_, DbError>(job::count_attempt(connection, &job)?)
        })?;
        if !counted {
            return Ok(true);
        }
    }
    let workspace = workspace::get(connection, job.workspace)?;
    let import = import::get(connection, job.workspace, job.import)?;
    let payload = batch::payload(connection, job.workspace, job.import, job.next_batch)?;
    let bounds = Bounds {
        bytes: batches::most(&limits),
        items: limits.max_rows as usize,
    };
    let columns = BatchColumns::decode(&payload, bounds)
        .map_err(|error| DbError::Stored(error.to_string()))?;
    let batch = columns.batch();
    let last = import.batch_count == Some(job.next_batch + 1);
    if failed {
        write_tx(connection, job.workspace, |connection| {
            let rows = planned::give_up(&batch);
            let tally = outcome::tally(&rows, 0);
            settle(connection, &job, &rows, &tally, last, true)
        })?;
        return Ok(true);
    }
    let fields = field::list(connection, job.workspace)?;
    let description = import.description()?;
    let stored = |error: String| DbError::Stored(error);
    let checker = Checker::new(&description, &fields, &limits).map_err(|error| stored(error.0))?;
    // The values are checked before the lock is taken.
    let refused = checker
        .batch(&batch)
        .map_err(|error| stored(error.to_string()))?;
    write_tx(connection, job.workspace, |connection| {
        let (rows, file_tags) = apply::apply(
            connection,
            &workspace,
            job.import,
            description.purpose,
            &checker,
            &batch,
            &refused,
        )?;
        let mut tally = outcome::tally(&rows, outcome::to_apply(&batch));
        tally.file_tags = file_tags;
        settle(connection, &job, &rows, &tally, last, false)
    })?;
    Ok(true)
}

/// Claims the batch and notes what became of it: the rest of the one transaction.
fn settle(
    connection: &mut Connection,
    job: &Job,
    rows: &[outcome::Settled],
    tally: &import::Tally,
    last: bool,
    failed: bool,
) -> Result<(), DbError> {
    let (workspace, id) = (job.workspace, job.import);
    let noted = outcome::encode(rows)?;
    let mine = job::claim(connection, job, failed)?
        && batch::settle(connection, workspace, id, job.next_batch, &noted)?
        && import::add(connection, workspace, id, tally)?;
    if !mine {
        return Err(DbError::Stored("the batch was applied already".into()));
    }
    if last {
        import::finish(connection, workspace, id, failed.then_some("batch_failed"))?;
        job::delete(connection, job)?;
    }
    Ok(())
}
