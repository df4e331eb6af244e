//! `cargo xtask bench size`: what the main module weighs, and which crate and which table how much of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use crate::run::{quiet, say, step};
use crate::{tools, wasm};

/// Bytes as brotli that the main module should have at most.
const GOAL: u64 = 200_000;
/// Bytes as brotli that it may have meanwhile. Whoever makes it lighter lowers this.
const MOST: u64 = 345_000;
/// Tables of ours, which lie in the module as they lie here.
const TABLES: [&str; 3] = ["data", "phone", "unicode"];
const VALUES: &str = "crates/muster_core/src/value";
const HEADERS: &str = "crates/muster_core/src/mapping/headers.tsv";

/// Fails where the module is too heavy.
pub(crate) fn check(root: &Path) -> anyhow::Result<()> {
    let module = BTreeMap::from([(WHOLE.to_owned(), wasm::released(root, false)?)]);
    for (_, _, weight) in packed(root, &module)? {
        ensure!(
            weight <= MOST,
            "the module weighs {weight} bytes as brotli, {MOST} are allowed: `cargo xtask bench size` says of what"
        );
    }
    Ok(())
}

/// Prints the breakdown.
pub(crate) fn run(root: &Path, as_json: bool) -> anyhow::Result<()> {
    tools::wasm_target()?;
    tools::node_packages(root, "www")?;
    let (module, named) = step("building the module", || {
        anyhow::Ok((wasm::released(root, false)?, wasm::released(root, true)?))
    })?;
    let sections = Sections::new(&named)?;
    let mut parts: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for (name, code) in sections.functions() {
        let part = format!("code of {}", owner(name));
        parts.entry(part).or_default().extend(code);
    }
    parts.insert("all code".into(), sections.code.concat());
    parts.insert("all data".into(), sections.data.to_vec());
    for (name, bytes) in tables(root)? {
        parts.insert(format!("table {name}"), bytes);
    }
    parts.insert(WHOLE.into(), module);
    let mut rows = packed(root, &parts)?;
    rows.sort_by_key(|(_, _, packed)| std::cmp::Reverse(*packed));
    say(&if as_json {
        let rows = rows
            .iter()
            .map(|(name, bytes, packed)| json!({"name": name, "bytes": bytes, "brotli": packed}));
        json!({ "goal": GOAL, "most": MOST, "parts": rows.collect::<Vec<Value>>() }).to_string()
    } else {
        let mut text = "| part | bytes | brotli |\n| --- | ---: | ---: |\n".to_owned();
        for (name, bytes, packed) in &rows {
            let _ = writeln!(text, "| {name} | {bytes} | {packed} |");
        }
        text + "\nEach part is packed by itself: together they weigh a little less. What a function has taken in of others counts as its own."
    });
    Ok(())
}

const WHOLE: &str = "the module";

/// The crate of a function: the first in its name that isn't the standard library's, modules of the core apart.
fn owner(name: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut owner = "";
    let mut at = 0;
    while let Some(end) = name[at..].find("::").map(|end| at + end) {
        let start = name[..end]
            .rfind(|c| !is_part(c))
            .map_or(0, |place| place + 1);
        let is_first = !name[..start].ends_with("::");
        let path = &name[start..end];
        if is_first && path.starts_with(|c: char| c.is_ascii_lowercase()) {
            if !matches!(path, "core" | "alloc" | "std") {
                let module = name[end + 2..].split(|c| !is_part(c)).next();
                return match module.filter(|_| path == "muster_core") {
                    Some(module) => format!("{path}::{module}"),
                    None => path.to_owned(),
                };
            }
            if owner.is_empty() {
                owner = path;
            }
        }
        at = end + 2;
    }
    match owner {
        "" if name.starts_with("session_") => "muster_wasm and what it calls".into(),
        "" => "others".into(),
        owner => owner.into(),
    }
}

/// Our tables, as they are compiled in.
fn tables(root: &Path) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let mut tables = Vec::new();
    for folder in TABLES {
        for entry in fs::read_dir(root.join(VALUES).join(folder))? {
            let path = entry?.path();
            let extension = path.extension().unwrap_or_default();
            if extension == "tsv" || extension == "bin" {
                let name = path.strip_prefix(root.join(VALUES))?.display().to_string();
                tables.push((name, fs::read(&path)?));
            }
        }
    }
    // The languages are notes for whoever reads the file.
    let headers = fs::read_to_string(root.join(HEADERS))?;
    let lines = headers.lines().filter_map(|line| line.rsplit_once('\t'));
    let headers: String = lines.map(|(line, _)| format!("{line}\n")).collect();
    tables.push(("headers.tsv".into(), headers.into_bytes()));
    Ok(tables)
}

/// Each part's name, bytes, and bytes as brotli.
fn packed(
    root: &Path,
    parts: &BTreeMap<String, Vec<u8>>,
) -> anyhow::Result<Vec<(String, u64, u64)>> {
    const SCRIPT: &str = "const fs = require('fs'), zlib = require('zlib');\
        for (const path of process.argv.slice(1)) console.log(zlib.brotliCompressSync(fs.readFileSync(path)).length);";
    let folder = root.join("target/size/parts");
    fs::create_dir_all(&folder)?;
    let mut command = Command::new("node");
    command.args(["-e", SCRIPT]);
    for (number, bytes) in parts.values().enumerate() {
        let path = folder.join(number.to_string());
        fs::write(&path, bytes)?;
        command.arg(path);
    }
    let sizes = quiet(&mut command)?;
    let rows = parts.iter().zip(sizes.lines());
    rows.map(|((name, bytes), size)| Ok((name.clone(), bytes.len() as u64, size.parse()?)))
        .collect()
}

/// The parts of a module that weigh.
struct Sections<'a> {
    /// Functions that are called and not in it: the names are numbered from them on.
    imported: u32,
    code: Vec<&'a [u8]>,
    data: &'a [u8],
    names: BTreeMap<u32, &'a str>,
}

impl<'a> Sections<'a> {
    fn new(module: &'a [u8]) -> anyhow::Result<Self> {
        let mut found = Self {
            imported: 0,
            code: Vec::new(),
            data: &[],
            names: BTreeMap::new(),
        };
        let mut rest = Bytes(module.get(8..).context("no module")?);
        while !rest.0.is_empty() {
            let kind = rest.take(1)?[0];
            let mut section = rest.sized()?;
            match kind {
                0 if section.sized()?.0 == b"name" => found.names = names(section)?,
                // Nothing but functions comes from JavaScript.
                2 => found.imported = section.number()?,
                10 => {
                    for _ in 0..section.number()? {
                        found.code.push(section.sized()?.0);
                    }
                }
                11 => found.data = section.0,
                _ => {}
            }
        }
        Ok(found)
    }

    fn functions(&self) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        let name = |number| self.names.get(&number).copied().unwrap_or_default();
        (self.imported..)
            .zip(&self.code)
            .map(move |(number, code)| (name(number), *code))
    }
}

/// The names of the functions.
fn names(mut section: Bytes<'_>) -> anyhow::Result<BTreeMap<u32, &str>> {
    while !section.0.is_empty() {
        let kind = section.take(1)?[0];
        let mut names = section.sized()?;
        if kind == 1 {
            let count = names.number()?;
            let entry = |_| Ok((names.number()?, str::from_utf8(names.sized()?.0)?));
            return (0..count).map(entry).collect();
        }
    }
    Ok(BTreeMap::new())
}

/// What is left of a module's bytes.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, length: usize) -> anyhow::Result<&'a [u8]> {
        let (taken, rest) = self
            .0
            .split_at_checked(length)
            .context("the module is cut")?;
        self.0 = rest;
        Ok(taken)
    }

    /// A number in seven bits a byte.
    fn number(&mut self) -> anyhow::Result<u32> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.take(1)?[0];
            number |= u32::from(byte & 0x7F).checked_shl(shift).unwrap_or(0);
            if byte < 0x80 {
                break;
            }
        }
        Ok(number)
    }

    /// Bytes behind their number.
    fn sized(&mut self) -> anyhow::Result<Self> {
        let length = self.number()?;
        self.take(length as usize).map(Bytes)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn functions_belong_to_crates() {
        let check = |name: &str, owner: &str| assert_eq!(super::owner(name), owner, "{name}");
        check("muster_core::mapping::suggest::h1", "muster_core::mapping");
        check("core::slice::sort::quicksort::h2", "core");
        check("<url::Url as core::fmt::Display>::fmt::h3", "url");
        check("<core::iter::Map<I,F> as alloc::Spec>::next", "core");
        check(
            "core::ptr::drop_in_place<muster_core::session::Session>::h4",
            "muster_core::session",
        );
        check(
            "session_configure multivalue shim",
            "muster_wasm and what it calls",
        );
        check("__wbindgen_malloc", "others");
    }
}
