//! `cargo xtask …`: every command of the project, one file each.

mod data;
mod dist;
mod lint;
mod page;
mod run;
mod server;
mod stamp;
mod start;
mod test;
mod tools;
mod wasm;

use std::path::Path;

use clap::{Parser, Subcommand};

/// The commands of Muster.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build everything and open Muster with a demonstration workspace
    Start(start::Options),
    /// Run every test, or one part of them
    Test(test::Options),
    /// Check format, lints, types, documentation and the project's own rules
    Lint,
    /// Make a file of contacts with its import, stored contacts and true outcome
    Data(data::Options),
    /// Pack what an operator needs
    Dist,
}

fn main() -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()?;
    match Cli::parse().command {
        Command::Start(options) => start::run(&root, &options),
        Command::Test(options) => test::run(&root, &options),
        Command::Lint => lint::run(&root),
        Command::Data(options) => data::run(&options),
        Command::Dist => dist::run(&root),
    }
}
