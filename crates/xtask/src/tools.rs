//! What the commands need on the machine: found, installed where that is possible without asking, or named in one line.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail, ensure};

use crate::run::{quiet, step, succeeds};
use crate::stamp::Stamp;

const WASM: &str = "wasm32-unknown-unknown";
/// What Vite asks for.
const NODE_MAJOR: u32 = 20;

/// The compiler's standard library for the browser.
pub(crate) fn wasm_target() -> anyhow::Result<()> {
    let folder = quiet(Command::new("rustc").args(["--print", "target-libdir", "--target", WASM]))?;
    if Path::new(folder.trim()).is_dir() {
        return Ok(());
    }
    ensure!(
        succeeds(Command::new("rustup").arg("--version")),
        "The Rust target {WASM} is missing. Install Rust by rustup (https://rustup.rs) and run this again."
    );
    step(
        &format!("installing the Rust target {WASM} (rustup)"),
        || quiet(Command::new("rustup").args(["target", "add", WASM])).map(drop),
    )
}

/// Node and npm.
pub(crate) fn node() -> anyhow::Result<()> {
    if node_major().is_some_and(|major| major >= NODE_MAJOR)
        && succeeds(Command::new("npm").arg("--version"))
    {
        return Ok(());
    }
    apt("Node and npm", &["nodejs", "npm"])?;
    let major = node_major().context("Node was installed and still cannot be run")?;
    ensure!(
        major >= NODE_MAJOR,
        "Node {major} is too old. Install Node {NODE_MAJOR} or newer (https://nodejs.org) and run this again."
    );
    Ok(())
}

fn node_major() -> Option<u32> {
    let version = quiet(Command::new("node").arg("--version")).ok()?;
    version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .next()?
        .parse()
        .ok()
}

/// The packages of a folder with a lockfile, when it changed since they were installed.
pub(crate) fn node_packages(root: &Path, folder: &str) -> anyhow::Result<()> {
    node()?;
    let folder = root.join(folder);
    let stamp = Stamp::new(
        folder.join("node_modules/.installed"),
        &[folder.join("package-lock.json")],
    )?;
    if stamp.is_fresh() {
        return Ok(());
    }
    let name = folder
        .strip_prefix(root)
        .unwrap_or(&folder)
        .display()
        .to_string();
    step(
        &format!("installing the Node packages of {name} (npm ci)"),
        || {
            quiet(
                Command::new("npm")
                    .args(["ci", "--no-audit", "--no-fund"])
                    .current_dir(&folder),
            )?;
            stamp.write()
        },
    )
}

/// A program among the Node packages of a folder, to be run there.
pub(crate) fn node_program(folder: &Path, name: &str) -> Command {
    let mut command = Command::new(folder.join("node_modules/.bin").join(name));
    command.current_dir(folder);
    command
}

/// A Chromium that a test can drive: its path.
pub(crate) fn chromium() -> anyhow::Result<String> {
    if let Some(path) = find_chromium() {
        return Ok(path);
    }
    apt("Chromium", &["chromium"])?;
    find_chromium().context("Chromium was installed and still cannot be run")
}

fn find_chromium() -> Option<String> {
    let named = std::env::var("MUSTER_CHROMIUM").ok();
    let usual = [
        "chromium",
        "chromium-browser",
        "google-chrome-stable",
        "google-chrome",
    ]
    .map(str::to_owned);
    named.into_iter().chain(usual).find_map(|name| {
        let path = which(&name)?;
        succeeds(Command::new(&path).arg("--version")).then_some(path)
    })
}

fn which(name: &str) -> Option<String> {
    if name.contains('/') {
        return Some(name.to_owned());
    }
    let paths = std::env::var_os("PATH")?;
    std::env::split_paths(&paths)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
        .map(|path| path.display().to_string())
}

/// The folder of PostgreSQL's programs.
pub(crate) fn postgres() -> anyhow::Result<PathBuf> {
    if let Some(folder) = find_postgres() {
        return Ok(folder);
    }
    apt("PostgreSQL", &["postgresql"])?;
    find_postgres().context("PostgreSQL was installed and still cannot be found")
}

/// Debian keeps a folder for each version, out of the path.
fn find_postgres() -> Option<PathBuf> {
    let named = std::env::var_os("MUSTER_POSTGRES").map(PathBuf::from);
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter();
    let mut versions: Vec<(u32, PathBuf)> = versions
        .flatten()
        .flatten()
        .filter_map(|folder| {
            let version = folder.file_name().to_str()?.parse().ok()?;
            Some((version, folder.path().join("bin")))
        })
        .collect();
    versions.sort_unstable();
    let newest = versions.into_iter().rev().map(|(_, folder)| folder);
    let in_path = which("initdb").and_then(|path| Some(Path::new(&path).parent()?.to_path_buf()));
    let mut folders = named.into_iter().chain(newest).chain(in_path);
    folders.find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

/// The proxy before several servers: its program.
pub(crate) fn haproxy() -> anyhow::Result<String> {
    let find = || which("haproxy").or_else(|| which("/usr/sbin/haproxy"));
    let found = || find().filter(|path| succeeds(Command::new(path).arg("-v")));
    if let Some(path) = found() {
        return Ok(path);
    }
    apt("HAProxy", &["haproxy"])?;
    found().context("HAProxy was installed and still cannot be run")
}

/// What the server's parts in C are built with: OpenSSL's headers for the connection to PostgreSQL, and make for the
/// allocator.
pub(crate) fn native() -> anyhow::Result<()> {
    let make = || succeeds(Command::new("make").arg("--version"));
    if !make() {
        apt("make", &["make"])?;
        if !make() {
            bail!("make was installed and still cannot be run");
        }
    }
    let openssl = || {
        std::env::var_os("OPENSSL_DIR").is_some()
            || succeeds(Command::new("pkg-config").args(["--exists", "openssl"]))
    };
    if openssl() {
        return Ok(());
    }
    apt("OpenSSL's headers", &["libssl-dev", "pkg-config"])?;
    if openssl() {
        Ok(())
    } else {
        bail!("OpenSSL's headers were installed and still cannot be found")
    }
}

/// Installs Debian's packages where that can be done without asking, else says in one line what to install.
fn apt(what: &str, packages: &[&str]) -> anyhow::Result<()> {
    let root = quiet(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    if !root || !succeeds(Command::new("apt-get").arg("--version")) {
        bail!(
            "{what} is missing: install {} and run this again (on Debian and Ubuntu: sudo apt-get install {}).",
            packages.join(" and "),
            packages.join(" ")
        );
    }
    step(&format!("installing {what} (apt-get)"), || {
        let install = |packages: &[&str]| {
            quiet(
                Command::new("apt-get")
                    .args(["install", "--yes", "--no-install-recommends"])
                    .args(packages)
                    .env("DEBIAN_FRONTEND", "noninteractive"),
            )
        };
        if install(packages).is_err() {
            quiet(Command::new("apt-get").arg("update"))?;
            install(packages)?;
        }
        Ok(())
    })
}
