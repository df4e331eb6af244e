//! What operators do about jobs, beside a running server or without one.

use clap::{Args, Subcommand};

use crate::config::{Config, Secret, StartError};
use crate::db::models::job::{self, Listed};
use crate::db::models::progress::{self, Left};
use crate::db::models::{undo, workspace};
use crate::db::{Db, DbError, Target, write_tx};

/// Why an import failed that an operator ended.
pub const BY_OPERATOR: &str = "ended_by_operator";

/// What to do about jobs.
#[derive(Subcommand)]
pub enum Jobs {
    /// Show all jobs: committed imports that have not ended, and what is being undone.
    List,
    /// Let a job rest after the batch in hand; the workspace's next one goes on.
    Pause(Which),
    /// Let a paused job go on, or one that waits for its next attempt.
    Resume(Which),
    /// End an import after the batch in hand as failed; its people may continue it.
    Fail(Which),
}

/// Which job.
#[derive(Args)]
pub struct Which {
    /// The workspace's name in tokens.
    workspace: String,
    /// The import.
    import: i64,
}

/// Does it; gives what is to be printed.
pub fn jobs(config: &Config, what: &Jobs) -> Result<String, StartError> {
    let target = Target::new(
        config.database_url.as_ref().map(Secret::expose),
        &config.data,
    )?;
    let db = Db::attach(target)?;
    let mut connection = db.get()?;
    let (which, done) = match what {
        Jobs::List => {
            let jobs = job::list(&mut connection).map_err(DbError::from)?;
            return Ok(table(&jobs));
        }
        Jobs::Pause(which) | Jobs::Resume(which) | Jobs::Fail(which) => {
            let found = workspace::find(&mut connection, &which.workspace)?;
            let Some(workspace) = found.map(|workspace| workspace.id) else {
                return Err(unknown(which));
            };
            let done = write_tx(&mut connection, workspace, |connection| {
                let import = which.import;
                Ok::<_, DbError>(match what {
                    Jobs::Pause(_) => job::pause(connection, workspace, import, true)?,
                    Jobs::Resume(_) => job::pause(connection, workspace, import, false)?,
                    _ => {
                        let left = Left::NotApplied(BY_OPERATOR);
                        job::remove(connection, workspace, import)?
                            && (progress::give_up(connection, workspace, import, left)?
                                || undo::fail(connection, workspace, import).map(|()| true)?)
                    }
                })
            })?;
            (which, done)
        }
    };
    if done {
        Ok(String::new())
    } else {
        Err(unknown(which))
    }
}

fn unknown(which: &Which) -> StartError {
    let Which { workspace, import } = which;
    StartError::System(format!(
        "there is no job {import} in the workspace “{workspace}”"
    ))
}

fn table(jobs: &[Listed]) -> String {
    let mut out = String::from("workspace\timport\tjob\tbatch\tattempts\tseconds\tstate\n");
    for job in jobs {
        let state = match (job.leased, job.paused) {
            (true, _) => format!("in hand of {}", job.leased_by),
            (false, true) => "paused".into(),
            (false, false) => "waiting".into(),
        };
        out.push_str(&format!(
            "{}\t{}\t{}\t{} of {}\t{}\t{}\t{state}\n",
            job.workspace,
            job.import,
            job.kind,
            job.next_batch,
            job.batches,
            job.attempts,
            job.waiting_seconds
        ));
    }
    out
}
