//! `cargo xtask start`: everything built, the server run with its demonstration workspace.

use std::convert::Infallible;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::{CommandExt as _, parent_id};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::Context as _;

use crate::run::{describe, say};
use crate::{page, server};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The port on this machine
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Folder of the database
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// The database instead: postgres://…, of which the demonstration's tables are made
    #[arg(long)]
    database_url: Option<String>,
    /// Build faster what then runs slower
    #[arg(long)]
    debug: bool,
}

/// Becomes the server, so that Ctrl+C and every other signal reach it and nothing is left running. What says that it
/// is ready is a process of its own, see [`announce`].
pub(crate) fn run(root: &Path, options: &Options) -> anyhow::Result<Infallible> {
    let port = options.port.to_string();
    // Before minutes of building.
    drop(
        TcpListener::bind(("127.0.0.1", options.port))
            .with_context(|| format!("Port {port} is taken: choose another one by --port"))?,
    );
    page::build(root, options.debug)?;
    let program = server::build(root, !options.debug)?;
    let mut command = Command::new(program);
    command
        .current_dir(root)
        .args(["--demo", "--port", &port, "--data"])
        .arg(&options.data)
        // Somebody else's, more often than not.
        .env_remove("DATABASE_URL");
    if let Some(url) = &options.database_url {
        command.env("DATABASE_URL", url);
    }
    Command::new(std::env::current_exe()?)
        .args(["announce", &port])
        .spawn()?;
    let name = describe(&command);
    Err(command.exec()).with_context(|| format!("cannot run {name}"))
}

/// Waits until the server, the process that started this one, is ready, and prints its address.
pub(crate) fn announce(port: u16) {
    let server = parent_id();
    // A server that ended has said why.
    while parent_id() == server {
        if is_ready(port) {
            say(&format!(
                "Muster is ready: http://127.0.0.1:{port} (Ctrl+C stops it)"
            ));
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn is_ready(port: u16) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream.write_all(b"GET /health/ready HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")?;
        let mut start = [0; 12];
        stream.read_exact(&mut start)?;
        Ok(String::from_utf8_lossy(&start).into_owned())
    };
    ask().is_ok_and(|answer| answer.ends_with(" 200"))
}
