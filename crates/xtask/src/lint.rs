//! `cargo xtask lint`: format, lints, types, documentation, and the rules that no compiler knows.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{bail, ensure};

use crate::run::{quiet, say, step};
use crate::{page, phones, size, tools, unicode};

const WASM: &str = "--target=wasm32-unknown-unknown";
/// What the core must not reach: the world, and formats of the world.
const IMPURE: [&str; 4] = ["diesel", "actix", "tokio", "serde_json"];
/// Lines of a file that can be read in one go.
const LONGEST: usize = 400;
/// Files that are longer, each with its reason.
const LONG_FILES: [(&str, &str); 1] = [(
    "crates/muster_core/src/parse/tests.rs",
    "one table of cases through one function",
)];
/// Folders with sources of ours, and those in them that hold results or data.
const SOURCES: [&str; 3] = ["crates", "www", "tests"];
const NOT_SOURCES: [&str; 7] = [
    "node_modules",
    "dist",
    "www/src/wasm",
    "www/types",
    "fixtures",
    "results",
    "target",
];

pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    // The types of the page include the module's, and the server is compiled with the page inside.
    page::build(root, true)?;
    tools::node_packages(root, "tests/e2e")?;
    type Check = fn(&Path) -> anyhow::Result<()>;
    let checks: [(&str, Check); 12] = [
        ("format", |root| cargo(root, &["fmt", "--all", "--check"])),
        ("clippy", |root| {
            cargo(
                root,
                &[
                    "clippy",
                    "--quiet",
                    "--workspace",
                    "--all-targets",
                    "--",
                    "-D",
                    "warnings",
                ],
            )
        }),
        ("clippy for the browser", |root| {
            cargo(
                root,
                &[
                    "clippy",
                    "--quiet",
                    "--package=muster_core",
                    "--package=muster_wasm",
                    "--package=muster_legacy",
                    WASM,
                    "--",
                    "-D",
                    "warnings",
                ],
            )
        }),
        ("purity of the core", check_purity),
        ("tables of phone numbers", phones::check),
        ("tables of characters", unicode::check),
        ("weight of the module", size::check),
        ("documentation", check_documentation),
        ("types of the page", |root| check_types(&root.join("www"))),
        ("types of the browser tests", |root| {
            check_types(&root.join("tests/e2e"))
        }),
        ("links", check_links),
        ("length of files", check_length),
    ];
    let mut failed = 0;
    for (name, check) in checks {
        if let Err(error) = step(name, || check(root)) {
            say(&format!("{error:#}\n"));
            failed += 1;
        }
    }
    ensure!(failed == 0, "{failed} of {} checks failed", checks.len());
    Ok(())
}

fn cargo(root: &Path, arguments: &[&str]) -> anyhow::Result<()> {
    quiet(Command::new("cargo").current_dir(root).args(arguments)).map(drop)
}

fn check_purity(root: &Path) -> anyhow::Result<()> {
    let tree = quiet(Command::new("cargo").current_dir(root).args([
        "tree",
        "--package=muster_core",
        "--edges=normal",
        "--prefix=none",
    ]))?;
    for line in tree.lines() {
        let name = line.split(' ').next().unwrap_or_default();
        ensure!(
            !IMPURE.iter().any(|impure| name.starts_with(impure)),
            "muster_core reaches {line}"
        );
    }
    Ok(())
}

fn check_documentation(root: &Path) -> anyhow::Result<()> {
    let mut command = Command::new("cargo");
    command
        .current_dir(root)
        .args(["doc", "--quiet", "--workspace", "--no-deps"])
        .env("RUSTDOCFLAGS", "-D warnings");
    quiet(&mut command).map(drop)
}

fn check_types(folder: &Path) -> anyhow::Result<()> {
    quiet(tools::node_program(folder, "tsc").arg("--noEmit")).map(drop)
}

/// Every link of our texts to a file leads to one.
fn check_links(root: &Path) -> anyhow::Result<()> {
    let mut texts = files(root, &["md"]);
    texts.push(root.join("README.md"));
    let mut broken = Vec::new();
    for text in texts {
        let folder = text.parent().unwrap_or(root);
        for target in links(&fs::read_to_string(&text)?) {
            if !folder.join(&target).exists() {
                broken.push(format!("{}: {target}", show(root, &text)));
            }
        }
    }
    complain("these links lead nowhere", &broken)
}

/// The files and folders that a Markdown text links to.
fn links(text: &str) -> Vec<String> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .map(|(target, _)| target.split('#').next().unwrap_or_default())
        .filter(|target| !target.is_empty() && !target.contains(':'))
        .map(str::to_owned)
        .collect()
}

fn check_length(root: &Path) -> anyhow::Result<()> {
    let mut long = Vec::new();
    for file in files(root, &["rs", "ts", "css", "html", "js", "mjs"]) {
        let name = show(root, &file);
        let lines = fs::read_to_string(&file)?.lines().count();
        let excused = LONG_FILES.iter().any(|(excused, _)| *excused == name);
        if lines > LONGEST && !excused {
            long.push(format!("{name}: {lines} lines"));
        }
        if lines <= LONGEST && excused {
            long.push(format!("{name}: {lines} lines, take it off the list"));
        }
    }
    complain(
        &format!("files have {LONGEST} lines at most, or a reason"),
        &long,
    )
}

fn complain(rule: &str, offences: &[String]) -> anyhow::Result<()> {
    if offences.is_empty() {
        return Ok(());
    }
    bail!("{rule}:\n  {}", offences.join("\n  "));
}

/// Our own files with one of these extensions, in order.
fn files(root: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = SOURCES.iter().map(|folder| root.join(folder)).collect();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(&folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
        {
            if path.is_dir() {
                if !NOT_SOURCES.iter().any(|other| path.ends_with(other)) {
                    folders.push(path);
                }
            } else if path
                .extension()
                .is_some_and(|extension| extensions.iter().any(|wanted| extension == *wanted))
            {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn show(root: &Path, file: &Path) -> String {
    file.strip_prefix(root)
        .unwrap_or(file)
        .display()
        .to_string()
}

#[cfg(test)]
mod tests {
    #[test]
    fn links_to_files_are_found() {
        let text = "[a](crates/) and [b](https://x.example/y) ![c](www/c.png#top) [d](#here)";
        assert_eq!(super::links(text), ["crates/", "www/c.png"]);
    }
}
