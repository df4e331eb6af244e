//! The server as a program.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use muster_server::config::Flags;
use muster_server::maintain;
use muster_server::operate::{self, Jobs};
use muster_server::seed::{self, Seed};
use muster_server::{Config, StartError, run, telemetry};

/// Also SQLite's, and with little put aside (`.cargo/config.toml`). The C library's allocator keeps a place for nearly
/// each thread, where what it once needed stays: twice the memory during an import, and a tenth more time.
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

#[derive(Parser)]
#[command(version, about = "Checks, applies and remembers contact imports.")]
struct Cli {
    #[command(flatten)]
    config: Flags,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Load contacts into a database that no server is using.
    Seed(Seed),
    /// See and steer the jobs, beside a running server or without one.
    #[command(subcommand)]
    Jobs(Jobs),
    /// Copy the SQLite database into a new file, beside a running server or without one.
    Backup {
        /// The new file.
        file: PathBuf,
    },
    /// Check that the database is whole and that its parts agree.
    Check,
    /// Print the configuration in effect, with the source of each value and without secrets.
    Config,
}

#[actix_web::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    match perform(cli).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn perform(cli: Cli) -> Result<(), StartError> {
    let loaded = cli.config.load();
    telemetry::start(loaded.as_ref().is_ok_and(|loaded| loaded.config.log_json));
    let loaded = loaded?;
    match cli.command {
        Some(Command::Seed(what)) => load(&loaded.config, &what),
        Some(Command::Jobs(what)) => print(&operate::jobs(&loaded.config, &what)?),
        Some(Command::Backup { file }) => maintain::backup(&loaded.config, &file),
        Some(Command::Check) => match maintain::check(&loaded.config)? {
            (report, true) => print(&report),
            (report, false) => Err(StartError::System(format!("the data is damaged\n{report}"))),
        },
        Some(Command::Config) => print(&loaded.show()),
        None => serve(loaded.config).await,
    }
}

fn print(text: &str) -> Result<(), StartError> {
    std::io::stdout()
        .write_all(text.as_bytes())
        .map_err(|error| StartError::System(error.to_string()))
}

fn load(config: &Config, what: &Seed) -> Result<(), StartError> {
    let contacts = seed::run(config, what)?;
    tracing::info!("{contacts} contacts loaded");
    Ok(())
}

async fn serve(config: Config) -> Result<(), StartError> {
    let demo = if config.demo { " (demo)" } else { "" };
    run(config, |address, _| {
        tracing::info!("listening on http://{address}{demo}");
    })
    .await
}
