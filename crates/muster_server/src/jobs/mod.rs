//! Work that goes on after the answer: committed imports are applied batch by batch, by a few threads of any number of
//! servers. The workspaces take turns; each does one import at a time.

mod ahead;
pub mod apply;
mod bell;
pub mod changes;
mod heart;
pub mod outcome;
pub mod planned;
pub mod scrub;
pub mod sweep;
mod turn;
pub mod undo;
mod webhooks;

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use bell::Bell;
use heart::Heart;
pub use turn::BATCH_FAILED;
use turn::Worker;
use webhooks::Webhooks;

use crate::clock::Clock;
use crate::config::{Config, StartError};
use crate::db::models::job;
use crate::db::{Db, DbError, write_tx};
use crate::operations::Metrics;

/// How long a worker sleeps when nobody wakes it: another server may have left something.
const NAP: Duration = Duration::from_secs(1);

/// Wakes the workers.
#[derive(Clone)]
pub struct Waker(Arc<Bell>);

impl Waker {
    /// There is something to do.
    pub fn wake(&self) {
        self.0.ring();
    }
}

/// Tells the workers to end.
pub struct Ender {
    stop: Arc<Bell>,
    waker: Waker,
}

impl Ender {
    /// No batch is begun any more.
    pub fn end(&self) {
        self.stop.ring();
        self.waker.wake();
    }
}

/// The threads that apply imports.
pub struct Runner {
    workers: Vec<JoinHandle<()>>,
    heart: Option<JoinHandle<()>>,
    waker: Waker,
    stop: Arc<Bell>,
    stop_heart: Arc<Bell>,
}

impl Runner {
    /// Starts the threads. They begin with what an earlier process left behind.
    pub fn start(
        db: &Db,
        config: &Config,
        metrics: &Metrics,
        clock: Clock,
    ) -> Result<(Self, Waker), StartError> {
        let webhooks = Webhooks::new(config)?;
        if db.is_alone() {
            write_tx(&mut *db.get()?, None, |connection| {
                Ok::<_, DbError>(job::end_all_turns(connection)?)
            })?;
        }
        let lease = Duration::from_secs(config.job_lease_seconds);
        let heart = Arc::new(Heart::default());
        let mut runner = Self {
            workers: Vec::new(),
            heart: None,
            waker: Waker(Arc::default()),
            stop: Arc::default(),
            stop_heart: Arc::default(),
        };
        let (beating, beats, stop) = (heart.clone(), db.clone(), runner.stop_heart.clone());
        runner.heart = Some(spawn("heart", move || beating.beat(&beats, lease, &stop))?);
        for n in 1..=config.job_workers {
            let worker = Worker {
                db: db.clone(),
                limits: config.limits,
                name: format!("{} {n}", process()),
                lease,
                retry: Duration::from_secs(config.job_retry_seconds),
                heart: heart.clone(),
                takeovers: metrics.takeovers.clone(),
                ahead: Cell::default(),
            };
            let (bell, stop) = (runner.waker.0.clone(), runner.stop.clone());
            let thread = spawn(&format!("apply {n}"), move || work(&worker, &bell, &stop))?;
            runner.workers.push(thread);
        }
        let (swept, stop) = (db.clone(), runner.stop.clone());
        let pause = Duration::from_secs(config.sweep_seconds);
        let sweeper = spawn("sweep", move || {
            while stop.rings() == 0 {
                if let Err(cause) = sweep::sweep(&swept, &clock) {
                    tracing::error!(%cause, "the sweep broke off");
                }
                stop.wait(0, pause);
            }
        })?;
        runner.workers.push(sweeper);
        if let Some(webhooks) = webhooks {
            let (told, stop) = (db.clone(), runner.stop.clone());
            let thread = spawn("webhooks", move || webhooks.run(&told, &stop))?;
            runner.workers.push(thread);
        }
        let waker = runner.waker.clone();
        Ok((runner, waker))
    }

    /// What has the threads end after the batches in hand.
    pub fn ender(&self) -> Ender {
        Ender {
            stop: self.stop.clone(),
            waker: self.waker.clone(),
        }
    }

    /// Waits until the threads have ended, after the batches in hand.
    pub fn stop(self) {
        self.ender().end();
        join(self.workers);
        self.stop_heart.ring();
        join(self.heart);
    }
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, StartError> {
    let thread = std::thread::Builder::new().name(name.into());
    thread
        .spawn(body)
        .map_err(|error| StartError::System(format!("can't start a thread: {error}")))
}

fn join(threads: impl IntoIterator<Item = JoinHandle<()>>) {
    for thread in threads {
        if thread.join().is_err() {
            tracing::error!("a thread ended badly");
        }
    }
}

/// What operators know this process by.
fn process() -> String {
    let host = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
    format!("{}:{}", host.trim(), std::process::id())
}

fn work(worker: &Worker, bell: &Bell, stop: &Bell) {
    while stop.rings() == 0 {
        let rings = bell.rings();
        match catch_unwind(AssertUnwindSafe(|| worker.turn())) {
            Ok(Ok(true)) => continue,
            Ok(Ok(false)) => {}
            Ok(Err(cause)) => tracing::error!(%cause, "no turn could be taken"),
            Err(_) => tracing::error!("no turn could be taken: panic"),
        }
        bell.wait(rings, NAP);
    }
}
