//! `cargo xtask …`: every command of the project, one file each.

mod bench;
mod client;
mod data;
mod dist;
mod fuzz;
mod lint;
mod mutants;
mod page;
mod phones;
mod postgres;
mod run;
mod server;
mod size;
mod stamp;
mod start;
mod test;
mod tools;
mod unicode;
mod wasm;

use std::path::Path;
use std::process::ExitCode;

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
    /// Try what goes wrong, and print how often each fault was tried and what came of it
    Faults(test::Faults),
    /// Check format, lints, types, documentation and the project's own rules
    Lint,
    /// Throw invented inputs at everything that reads what others wrote
    Fuzz(fuzz::Options),
    /// Break the core in many places, one at a time, and see whether its unit tests notice
    Mutants(mutants::Options),
    /// Measure, beside others
    Bench(bench::Options),
    /// Make a file of contacts with its import, stored contacts and true outcome
    Data(data::Options),
    /// Make the tables of the world's phone numbers from libphonenumber's metadata
    Phones(phones::Options),
    /// Make the tables by which text is normalised and hosts are named from Unicode's data
    Unicode(unicode::Options),
    /// Pack what an operator needs
    Dist(dist::Options),
    /// Say when the server that started this is ready
    #[command(hide = true)]
    Announce {
        /// Its port
        port: u16,
    },
}

fn main() -> ExitCode {
    match perform(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(command: Command) -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()?;
    match command {
        Command::Start(options) => match start::run(&root, &options)? {},
        Command::Test(options) => test::run(&root, &options),
        Command::Faults(options) => test::run(&root, &test::Options::from(&options)),
        Command::Lint => lint::run(&root),
        Command::Fuzz(options) => fuzz::run(&root, &options),
        Command::Mutants(options) => mutants::run(&root, &options),
        Command::Bench(options) => bench::run(&root, &options),
        Command::Data(options) => data::run(&options),
        Command::Phones(options) => phones::run(&root, &options),
        Command::Unicode(options) => unicode::run(&root, &options),
        Command::Dist(options) => dist::run(&root, &options),
        Command::Announce { port } => {
            start::announce(port);
            Ok(())
        }
    }
}
