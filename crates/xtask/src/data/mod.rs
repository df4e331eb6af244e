//! `cargo xtask data`: a file of contacts, the contacts that a workspace has before, and the true outcome of importing
//! the one into the other. The truth is known from how each row was made; no rule of the core is asked.

#[cfg(test)]
mod agreement;
mod country;
mod damage;
mod defect;
mod generator;
mod manifest;
mod person;
mod random;
mod stored;
mod words;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::Context as _;
use serde_json::json;

use crate::run;
use crate::stamp::Stamp;
use generator::Generator;
use person::COLUMNS;

/// Makes a CSV with its import, stored contacts and true outcome.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Options {
    /// Data rows of the file.
    #[arg(long)]
    pub(crate) rows: u64,
    /// The same seed gives the same files.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Share of the rows that have a defect, in per cent.
    #[arg(long, default_value = "0")]
    pub(crate) dirty: Percent,
    /// Contacts that the workspace has; the first rows are about them.
    #[arg(long, default_value_t = 0)]
    pub(crate) existing: u64,
    /// Share of the matched rows that change their contact, in per cent.
    #[arg(long, default_value = "0")]
    pub(crate) changed: Percent,
    /// Folder for data.csv, import.json, contacts.json and manifest.json.
    #[arg(long)]
    pub(crate) out: PathBuf,
}

impl Options {
    /// Rows with a defect; at most as many as there are rows.
    fn broken_rows(&self) -> u64 {
        self.rows * self.dirty.per_myriad() / 10_000
    }
}

/// A share, kept in hundredths of a per cent: `1`, `0.25` and `1%` are read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Percent(u64);

impl Percent {
    /// So many of a hundred.
    pub(crate) const fn whole(percent: u64) -> Self {
        Self(percent * 100)
    }

    const fn per_myriad(self) -> u64 {
        self.0
    }
}

impl FromStr for Percent {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.strip_suffix('%').unwrap_or(text);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if fraction.len() > 2 {
            return Err("at most two decimals".into());
        }
        let hundredths = format!("{whole}{fraction:0<2}")
            .parse::<u64>()
            .map_err(|error| error.to_string())?;
        if hundredths > 10_000 {
            return Err("at most 100 per cent".into());
        }
        Ok(Self(hundredths))
    }
}

/// Does it.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    let label = format!("making {} rows in {}", options.rows, options.out.display());
    run::step(&label, || write(options))
}

/// Makes the files unless they are there, made of the same options by the same generator.
pub(crate) fn run_once(options: &Options) -> anyhow::Result<()> {
    let program = std::env::current_exe()?;
    fs::create_dir_all(&options.out)?;
    let choice = options.out.join("options");
    fs::write(&choice, format!("{options:?}"))?;
    let stamp = Stamp::new(options.out.join(".made-of"), &[choice, program])?;
    if stamp.is_fresh() {
        return Ok(());
    }
    run(options)?;
    stamp.write()
}

/// Writes the four files.
fn write(options: &Options) -> anyhow::Result<()> {
    let out = &options.out;
    fs::create_dir_all(out).with_context(|| format!("cannot make {}", out.display()))?;
    let mut generator = Generator::new(options.clone());
    let mut csv = create(&out.join("data.csv"))?;
    let mut bytes = 0;
    generator.write_rows(&mut |record| {
        bytes += record.len() as u64;
        csv.write_all(record)
    })?;
    csv.flush()?;
    generator.manifest.file.bytes = bytes;

    write_contacts(&generator, &mut create(&out.join("contacts.json"))?)?;
    write_json(&out.join("import.json"), &import(options.existing == 0))?;
    write_json(&out.join("manifest.json"), &generator.manifest)
}

/// The import that the truth is about. Where nobody is stored yet the custom fields are created with it.
fn import(create: bool) -> serde_json::Value {
    let columns: Vec<_> = (0..)
        .zip(COLUMNS)
        .map(|(index, (_, field)): (u32, _)| json!({ "index": index, "field": field }))
        .collect();
    let field = |key: &str, name: &str, kind: &str| json!({ "key": key, "name": name, "type": kind, "create": create });
    json!({
        "purpose": "add_and_update",
        "identifiers": ["phone", "email"],
        "duplicates": "keep_first",
        "fields": [
            field("company", "Company", "text"),
            field("birthday", "Birthday", "date"),
            field("city", "City", "text"),
            field("notes", "Notes", "text"),
        ],
        "columns": columns,
    })
}

fn write_contacts(generator: &Generator, file: &mut impl Write) -> anyhow::Result<()> {
    file.write_all(b"[")?;
    for (index, contact) in generator.contacts.iter().enumerate() {
        file.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *file, &contact.to_json(index + 1))?;
    }
    file.write_all(b"\n]\n")?;
    Ok(file.flush()?)
}

fn write_json(path: &Path, value: &impl serde::Serialize) -> anyhow::Result<()> {
    let mut file = create(path)?;
    serde_json::to_writer_pretty(&mut file, value)?;
    file.write_all(b"\n")?;
    Ok(file.flush()?)
}

fn create(path: &Path) -> io::Result<BufWriter<File>> {
    Ok(BufWriter::with_capacity(1 << 20, File::create(path)?))
}
