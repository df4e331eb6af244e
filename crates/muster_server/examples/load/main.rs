//! What a server makes of a database: imports into it what the database alone is then given raw, round by round, and
//! prints the seconds of both. `cargo xtask bench server` runs it, and shows what comes out.

mod client;
mod floor;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use clap::Parser;
use muster_server::db::Target;
use serde::Serialize;

use client::{File, Server};
use floor::Floor;

/// Measures a server beside its database.
#[derive(Parser)]
struct Options {
    /// The server's program
    #[arg(long)]
    program: PathBuf,
    /// The folder of a generated file, without contacts or defects
    #[arg(long)]
    data: PathBuf,
    /// A folder for what is written meanwhile
    #[arg(long)]
    folder: PathBuf,
    /// The URL of the database `postgres` of a PostgreSQL; without it, SQLite is measured
    #[arg(long)]
    postgres: Option<String>,
    /// How often
    #[arg(long, default_value_t = 1)]
    rounds: usize,
}

/// What one round took, in milliseconds.
#[derive(Serialize)]
struct Round {
    /// The server adds all rows, from the commit to its end.
    new: f64,
    /// The database alone is given the same contacts and tags.
    new_floor: f64,
    /// The server changes one field of each contact, from the commit to its end.
    updated: f64,
    /// The database alone is.
    updated_floor: f64,
    /// All fingerprints of the file are looked up, from the first request to the last byte.
    matched: f64,
    /// How many those were.
    prints: u64,
    /// The server starts on what is there.
    start: f64,
    /// The most memory that the server took above what it takes when it has nothing to do.
    memory_bytes: u64,
    /// Rows in one transaction.
    rows_together: usize,
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let file = File::read(&options.data)?;
    let changed = file.with_first_names_changed()?;
    for number in 0..options.rounds {
        let round = round(&options, number, &file, &changed)?;
        println(&serde_json::to_string(&round)?);
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "this is what it is for")]
fn println(line: &str) {
    println!("{line}");
}

fn round(options: &Options, number: usize, file: &File, changed: &File) -> anyhow::Result<Round> {
    let served = Place::new(options, &format!("served_{number}"))?;
    let server = Server::start(&options.program, &served, file)?;
    let added = server.import(file)?;
    ensure!(added.counts() == [file.rows, 0], "not all rows are new");
    let revised = server.import(changed)?;
    let all = [0, file.rows];
    ensure!(revised.counts() == all, "not all rows change their contact");
    let memory_bytes = server.memory_above_idle()?;
    server.stop()?;

    let begun = Instant::now();
    let server = Server::start(&options.program, &served, file)?;
    let start = milliseconds(begun.elapsed());
    server.stop()?;

    let raw = Place::new(options, &format!("raw_{number}"))?;
    let contents = floor::read(served.target()?)?;
    let mut floor = Floor::open(&raw.target()?, contents, added.rows_together)?;
    Ok(Round {
        new: milliseconds(added.applied),
        new_floor: milliseconds(floor.insert()?),
        updated: milliseconds(revised.applied),
        updated_floor: milliseconds(floor.update()?),
        matched: milliseconds(revised.matched),
        prints: revised.prints,
        start,
        memory_bytes,
        rows_together: added.rows_together,
    })
}

fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 100_000.0).round() / 100.0
}

/// A database of its own, gone with the value.
struct Place {
    folder: PathBuf,
    database: Option<(String, String, String)>,
}

impl Place {
    fn new(options: &Options, name: &str) -> anyhow::Result<Self> {
        let folder = options.folder.join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        let database = match &options.postgres {
            Some(server) => {
                floor::execute(server, &format!("DROP DATABASE IF EXISTS {name}"))?;
                floor::execute(server, &format!("CREATE DATABASE {name}"))?;
                let url = server.replacen("/postgres", &format!("/{name}"), 1);
                Some((server.clone(), name.to_owned(), url))
            }
            None => None,
        };
        Ok(Self { folder, database })
    }

    fn url(&self) -> Option<&str> {
        self.database.as_ref().map(|(_, _, url)| url.as_str())
    }

    fn folder(&self) -> &Path {
        &self.folder
    }

    fn target(&self) -> anyhow::Result<Target> {
        Target::new(self.url(), &self.folder).context("no such database")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let dropped = match &self.database {
            Some((server, name, _)) => {
                floor::execute(server, &format!("DROP DATABASE {name} WITH (FORCE)"))
            }
            None => Ok(()),
        };
        if let Err(cause) = dropped {
            eprintln!("a database is left over: {cause:#}");
        }
        // What is left over is in a folder that the next run empties.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
