//! The server as a program.

use std::process::ExitCode;

use clap::Parser as _;
use muster_server::{Config, run, telemetry};

#[actix_web::main]
async fn main() -> ExitCode {
    telemetry::start();
    let config = Config::parse();
    let demo = config.demo;
    let ended = run(config, |address, _| {
        tracing::info!(
            "listening on http://{address}{}",
            if demo { " (demo)" } else { "" }
        );
    });
    match ended.await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}
