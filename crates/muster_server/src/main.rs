//! The server as a program.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use muster_server::seed::{self, Seed};
use muster_server::{Config, StartError, run, telemetry};

#[derive(Parser)]
#[command(version, about = "Checks, applies and remembers contact imports.")]
struct Cli {
    #[command(flatten)]
    config: Config,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Load contacts into a database that no server is using.
    Seed(Seed),
}

#[actix_web::main]
async fn main() -> ExitCode {
    telemetry::start();
    let cli = Cli::parse();
    let ended = match cli.command {
        Some(Command::Seed(what)) => load(&cli.config, &what),
        None => serve(cli.config).await,
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn load(config: &Config, what: &Seed) -> Result<(), StartError> {
    let contacts = seed::run(&config.data, what)?;
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
