//! `cargo xtask start`: everything built, the server run with its demonstration workspace.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::run::{describe, say};
use crate::{page, server};

/// How long the server may take until it answers: a first start fills the demonstration workspace.
const PATIENCE: Duration = Duration::from_secs(120);

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The port on this machine
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Folder of the database
    #[arg(long, default_value = "data")]
    data: PathBuf,
    /// Build faster what then runs slower
    #[arg(long)]
    debug: bool,
}

pub(crate) fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    page::build(root, options.debug)?;
    let program = server::build(root, !options.debug)?;
    let mut command = Command::new(program);
    command
        .current_dir(root)
        .arg("--demo")
        .args(["--port", &options.port.to_string()])
        .arg("--data")
        .arg(&options.data);
    let name = describe(&command);
    // Ctrl+C reaches the server too: both are in the terminal's foreground group.
    let mut child = command
        .spawn()
        .with_context(|| format!("cannot run {name}"))?;
    wait_until_ready(&mut child, options.port)?;
    say(&format!(
        "Muster is ready: http://localhost:{} (Ctrl+C stops it)",
        options.port
    ));
    let status = child.wait()?;
    if status.success() || status.code().is_none() {
        return Ok(());
    }
    bail!("the server ended: {status}");
}

fn wait_until_ready(child: &mut Child, port: u16) -> anyhow::Result<()> {
    let start = Instant::now();
    loop {
        // First whether it still runs: another program may answer on the port that it could not have.
        if let Some(status) = child.try_wait()? {
            bail!("the server ended before it was ready: {status}");
        }
        if is_ready(port) {
            return Ok(());
        }
        if start.elapsed() > PATIENCE {
            child.kill()?;
            bail!("the server was not ready within {} s", PATIENCE.as_secs());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn is_ready(port: u16) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream.write_all(b"GET /health/ready HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
        let mut start = [0; 12];
        stream.read_exact(&mut start)?;
        Ok(String::from_utf8_lossy(&start).into_owned())
    };
    ask().is_ok_and(|answer| answer.ends_with(" 200"))
}
