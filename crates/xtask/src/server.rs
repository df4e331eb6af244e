//! The server's binary.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};

use crate::run::step;
use crate::tools;

/// Builds it, the page inside, and gives its path.
pub(crate) fn build(root: &Path, release: bool) -> anyhow::Result<PathBuf> {
    let profile = if release {
        "--release"
    } else {
        "--profile=dev"
    };
    build_with(root, &["--package=muster_server", profile])
}

/// The same with cargo's arguments: of these packages, with the features that they have together.
pub(crate) fn build_with(root: &Path, arguments: &[&str]) -> anyhow::Result<PathBuf> {
    program(
        root,
        "building the server",
        &[&["--bin=muster_server"], arguments].concat(),
    )
}

/// Builds what measures it, for the release, and gives its path.
pub(crate) fn build_load(root: &Path) -> anyhow::Result<PathBuf> {
    let arguments = ["--package=muster_server", "--example=load", "--release"];
    program(root, "building what measures it", &arguments)
}

fn program(root: &Path, what: &str, arguments: &[&str]) -> anyhow::Result<PathBuf> {
    tools::native()?;
    let mut command = Command::new("cargo");
    command
        .current_dir(root)
        .args([
            "build",
            "--quiet",
            "--message-format=json-render-diagnostics",
        ])
        .args(arguments);
    // The compiler's complaints go straight to the terminal.
    command.stderr(Stdio::inherit());
    let output = step(what, || Ok(command.output()?))?;
    ensure!(output.status.success(), "{what} failed");
    executable(&String::from_utf8_lossy(&output.stdout)).context("cargo built no program")
}

/// The program among cargo's messages.
fn executable(messages: &str) -> Option<PathBuf> {
    messages.lines().rev().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        Some(PathBuf::from(message.get("executable")?.as_str()?))
    })
}
