//! The server's program as a process: started, told to stop, killed, looked at from outside.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use muster_tests::{Data, SECRET};

use crate::harness::PATIENCE;

/// The server's program, which cargo leaves two folders above this one.
pub(crate) fn program() -> PathBuf {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    path.push("muster_server");
    assert!(
        path.exists(),
        "{} is missing: run `cargo build -p muster_server` first",
        path.display()
    );
    path
}

/// The running program. A test that fails leaves none behind: an orphan would hold the port and the output.
pub(crate) struct Server {
    child: Child,
    port: u16,
}

impl Server {
    /// Starts the program, told more by variables; what it logs goes to a file.
    pub(crate) fn spawn(data: &Data, port: u16, told: &[(&str, &str)], log: Option<&Path>) -> Self {
        let mut command = Command::new(program());
        match data.url() {
            Some(url) => command.env("DATABASE_URL", url),
            None => command.env_remove("DATABASE_URL"),
        };
        if let Some(log) = log {
            command.stderr(File::create(log).unwrap());
        }
        let child = command
            .args(["--port", &port.to_string(), "--data"])
            .arg(data.folder())
            .env("MUSTER_JWT_SECRET", SECRET)
            .env("MUSTER_JOB_LEASE_SECONDS", "1")
            .env("MUSTER_JOB_RETRY_SECONDS", "0")
            .env("MUSTER_TOKEN_RATE", "0")
            .env("MUSTER_WORKSPACE_RATE", "0")
            .env("RUST_LOG", "warn")
            .envs(told.iter().copied())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        Self { child, port }
    }

    /// Waits until it listens.
    pub(crate) fn wait(&mut self) {
        assert!(self.listens(), "the server ended before it listened");
    }

    /// Waits until it listens, or has ended: a planned death may come before.
    pub(crate) fn listens(&mut self) -> bool {
        let patience = Instant::now() + PATIENCE;
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            if self.child.try_wait().unwrap().is_some() {
                return false;
            }
            assert!(Instant::now() < patience, "the server does not listen");
            std::thread::sleep(Duration::from_millis(5));
        }
        true
    }

    /// Sends it a signal, by `kill`.
    pub(crate) fn signal(&self, name: &str) {
        signal(self.child.id(), name);
    }

    /// Kills it.
    pub(crate) fn kill(&self) {
        kill(self.child.id());
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for its end, which has to be a good one.
    pub(crate) fn wait_for_end(&mut self, patience: Duration) {
        let until = Instant::now() + patience;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                assert!(status.success(), "{status}");
                return;
            }
            assert!(Instant::now() < until, "it does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Whether it ended, within a moment.
    pub(crate) fn has_ended(&mut self) -> bool {
        let patience = Instant::now() + Duration::from_secs(1);
        while Instant::now() < patience {
            if self.child.try_wait().unwrap().is_some() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        false
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a process a signal.
pub(crate) fn signal(process: u32, name: &str) {
    let sent = Command::new("kill")
        .args(["-s", name, &process.to_string()])
        .status();
    assert!(sent.unwrap().success(), "no signal to {process}");
}

/// The memory that a process has, and the most that it had, in kB.
pub(crate) fn memory(process: u32) -> [u64; 2] {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    ["VmRSS:", "VmHWM:"].map(|name| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let number = line.unwrap().trim().trim_end_matches(" kB");
        number.parse().unwrap()
    })
}

/// Kills a process, and waits until it can answer nobody any more.
pub(crate) fn kill(process: u32) {
    signal(process, "KILL");
    let patience = Instant::now() + PATIENCE;
    while !is_dead(process) {
        assert!(Instant::now() < patience, "{process} does not die");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Whether nothing is left of a process but its name, until whoever started it asks after it.
fn is_dead(process: u32) -> bool {
    let threads = std::fs::read_dir(format!("/proc/{process}/task"));
    let state = std::fs::read_to_string(format!("/proc/{process}/stat"));
    let (Ok(threads), Ok(state)) = (threads, state) else {
        return true;
    };
    let state = state.rsplit_once(") ").map(|(_, state)| state);
    threads.count() <= 1 && state.is_none_or(|state| state.starts_with(['Z', 'X']))
}
