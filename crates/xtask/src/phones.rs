//! `cargo xtask phones`: writes the tables by which the core reads phone numbers, from libphonenumber's metadata.
//!
//! Every number plan becomes states of one minimal automaton: the patterns of the countries that share a calling code
//! are run together, and a state's label says for which of them the digits so far are a number. So are the prefixes that
//! a country's people dial. What is left to do at run time is a table look-up a digit; no regular expression is left.

mod automaton;
mod metadata;
mod pattern;
mod tables;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use crate::run::say;

/// Where the tables lie.
const FOLDER: &str = "crates/muster_core/src/value/phone";

/// What to do with the tables.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Write nothing; fail if the tables aren't up to date
    #[arg(long)]
    check: bool,
}

/// Writes the tables and their notice.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    if options.check {
        return check(root);
    }
    let tables = make(root)?;
    for (name, bytes) in &tables.files {
        let path = root.join(FOLDER).join(name);
        fs::write(&path, bytes).with_context(|| path.display().to_string())?;
    }
    say(&format!("{}: {} states", tables.source, tables.states));
    Ok(())
}

/// Fails if the tables aren't those of the library's metadata.
pub(crate) fn check(root: &Path) -> Result<()> {
    for (name, bytes) in make(root)?.files {
        let path = root.join(FOLDER).join(name);
        let present = fs::read(&path).with_context(|| path.display().to_string())?;
        ensure!(
            present == bytes,
            "{FOLDER}/{name} is out of date: run `cargo xtask phones`"
        );
    }
    Ok(())
}

struct Made {
    source: String,
    states: usize,
    files: [(&'static str, Vec<u8>); 2],
}

fn make(root: &Path) -> Result<Made> {
    let metadata = metadata::read(root)?;
    let tables = tables::build(&metadata)?;
    let notice = notice(&metadata.source).into_bytes();
    Ok(Made {
        source: metadata.source,
        states: tables.states,
        files: [("tables.bin", tables.bytes), ("NOTICE", notice)],
    })
}

fn notice(source: &str) -> String {
    format!(
        "`tables.bin` is derived by `cargo xtask phones` from the phone number metadata of {source}:\n\
         the regular expressions of its number plans, compiled to one automaton, and its possible lengths and prefixes.\n\
         \n\
         Copyright (C) 2009 The Libphonenumber Authors\n\
         Copyright (C) 2025 Kashin Vladislav (Rust adaptation)\n\
         \n\
         Licensed under the Apache License, Version 2.0 (the \"License\"); you may not use this file except in compliance\n\
         with the License. You may obtain a copy of the License in the file LICENSE-APACHE beside this one, or at\n\
         http://www.apache.org/licenses/LICENSE-2.0\n\
         \n\
         Unless required by applicable law or agreed to in writing, software distributed under the License is distributed\n\
         on an \"AS IS\" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the License for\n\
         the specific language governing permissions and limitations under the License.\n"
    )
}
