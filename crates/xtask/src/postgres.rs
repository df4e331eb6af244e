//! A PostgreSQL of our own for tests: in a folder that goes with it, on a socket that nobody else knows.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::run::{quiet, step};
use crate::tools;

/// A running PostgreSQL.
pub(crate) struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
    user: Option<(u32, u32)>,
    server: Child,
}

impl Postgres {
    /// Starts it, empty. What is in it when the machine stops is a test's, and lost.
    pub(crate) fn start() -> anyhow::Result<Self> {
        Self::start_with(&["fsync=off", "full_page_writes=off"])
    }

    /// Starts it, empty, as it is installed: what is committed is on the disk.
    pub(crate) fn start_durable() -> anyhow::Result<Self> {
        Self::start_with(&[])
    }

    fn start_with(settings: &[&str]) -> anyhow::Result<Self> {
        let programs = tools::postgres()?;
        step("starting a PostgreSQL", || {
            Self::start_from(programs, settings)
        })
    }

    fn start_from(programs: PathBuf, settings: &[&str]) -> anyhow::Result<Self> {
        // A socket's path has to be short.
        let folder = std::env::temp_dir().join(format!("muster-postgres-{}", std::process::id()));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir(&folder)?;
        // PostgreSQL refuses to run as root.
        let user = if id(&["-u"])? == 0 {
            let user = (id(&["-u", "postgres"])?, id(&["-g", "postgres"])?);
            chown(&folder, Some(user.0), Some(user.1))?;
            Some(user)
        } else {
            None
        };
        let data = folder.join("data");
        quiet(
            program(&programs, "initdb", user)
                .current_dir(&folder)
                .args(["--auth=trust", "--username=postgres", "--encoding=UTF8"])
                .args(["--locale=C.UTF-8", "--no-sync", "--pgdata"])
                .arg(&data),
        )?;
        let log = fs::File::create(folder.join("log"))?;
        let server = program(&programs, "postgres", user)
            .current_dir(&folder)
            .arg("-D")
            .arg(&data)
            .args(settings.iter().flat_map(|setting| ["-c", setting]))
            .args(["-c", "max_connections=200", "-c", "listen_addresses="])
            .arg("-c")
            .arg(format!("unix_socket_directories={}", folder.display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()?;
        let mut started = Self {
            programs,
            folder,
            user,
            server,
        };
        started.wait()?;
        Ok(started)
    }

    /// The URL of its database `postgres`.
    pub(crate) fn url(&self) -> String {
        format!(
            "postgres:///postgres?user=postgres&host={}",
            self.folder.display()
        )
    }

    fn wait(&mut self) -> anyhow::Result<()> {
        let pid_file = self.folder.join("data/postmaster.pid");
        let patience = Instant::now() + Duration::from_secs(30);
        loop {
            // Its eighth line says how far the server is.
            if fs::read_to_string(&pid_file).is_ok_and(|text| {
                text.lines()
                    .nth(7)
                    .is_some_and(|line| line.trim() == "ready")
            }) {
                return Ok(());
            }
            if self.server.try_wait()?.is_some() || Instant::now() > patience {
                let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                bail!("PostgreSQL does not start:\n{log}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let stopped = quiet(
            program(&self.programs, "pg_ctl", self.user)
                .current_dir(&self.folder)
                .args(["stop", "-m", "immediate", "-D"])
                .arg(self.folder.join("data")),
        );
        if stopped.is_err() {
            // It may be gone already.
            let _ = self.server.kill();
        }
        let _ = self.server.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn program(programs: &Path, name: &str, user: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(programs.join(name));
    if let Some((user, group)) = user {
        command.uid(user).gid(group);
    }
    command
}

fn id(arguments: &[&str]) -> anyhow::Result<u32> {
    let id = quiet(Command::new("id").args(arguments))?;
    id.trim().parse().context("a user without a number")
}
