//! `cargo xtask dist`: what an operator needs, as an archive and as a Debian package.

mod deb;
mod trial;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{quiet, say, step};
use crate::{page, server};

/// What the program carries of others, with the terms under which it may: path in the project, name in the archive.
const TERMS: [(&str, &str); 8] = [
    ("LICENSE", "LICENSE"),
    ("README.md", "README.md"),
    (
        "crates/muster_core/src/value/phone/NOTICE",
        "phone-metadata-NOTICE",
    ),
    (
        "crates/muster_core/src/value/phone/LICENSE-APACHE",
        "phone-metadata-LICENSE",
    ),
    (
        "crates/muster_core/src/value/data/LICENSE-UNICODE",
        "country-and-language-names-LICENSE",
    ),
    ("crates/muster_server/LICENSE-LIBPQ", "libpq-LICENSE"),
    ("crates/muster_server/LICENSE-JEMALLOC", "jemalloc-LICENSE"),
    (
        "crates/muster_core/src/value/unicode/LICENSE-UNICODE",
        "character-data-LICENSE",
    ),
];

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Install the package here, as root, import through it as its own user, and remove it again
    #[arg(long = "try")]
    trial: bool,
}

pub(crate) fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    page::build(root, false)?;
    let program = server::build(root, true)?;
    let dist = root.join("target/dist");
    fs::create_dir_all(&dist)?;
    let archive = step("packing the archive", || pack(root, &program, &dist))?;
    let package = step("packing the Debian package", || {
        deb::build(root, &program, &dist)
    })?;
    for path in [&archive, &package] {
        let size = fs::metadata(path)?.len();
        say(&format!("{} ({:.1} MB)", path.display(), size as f64 / 1e6));
    }
    if options.trial {
        trial::run(root, &package)?;
    }
    Ok(())
}

fn pack(root: &Path, program: &Path, dist: &Path) -> anyhow::Result<PathBuf> {
    let name = format!(
        "muster-{}-{}",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::ARCH
    );
    let folder = dist.join(&name);
    fs::create_dir_all(&folder)?;
    fs::copy(program, folder.join("muster_server"))?;
    fs::write(folder.join("muster.service"), deb::SERVICE)?;
    fs::write(folder.join("muster.toml"), deb::configuration(program)?)?;
    copy_terms(root, &folder)?;
    set_modes(&folder)?;
    let archive = dist.join(format!("{name}.tar.gz"));
    tar(&archive, dist, &name)?;
    Ok(archive)
}

fn copy_terms(root: &Path, folder: &Path) -> anyhow::Result<()> {
    for (path, name) in TERMS {
        fs::copy(root.join(path), folder.join(name))?;
    }
    Ok(())
}

/// For everybody to read, and the programs to run, whatever the mask of whoever packs.
fn set_modes(folder: &Path) -> anyhow::Result<()> {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        if metadata.is_dir() {
            set_modes(&entry.path())?;
        } else {
            let runs = metadata.permissions().mode() & 0o100 != 0;
            let mode = if runs { 0o755 } else { 0o644 };
            fs::set_permissions(entry.path(), fs::Permissions::from_mode(mode))?;
        }
    }
    Ok(())
}

/// Packs what lies below the folder: the same bytes for the same files, whoever packs them and when.
fn tar(archive: &Path, folder: &Path, name: &str) -> anyhow::Result<()> {
    quiet(
        Command::new("tar")
            .env("GZIP", "--no-name")
            .args(["--create", "--gzip", "--format=gnu", "--sort=name"])
            .args(["--owner=0", "--group=0", "--numeric-owner", "--mtime=@0"])
            .arg("--file")
            .arg(archive)
            .arg("--directory")
            .arg(folder)
            .arg(name),
    )
    .map(drop)
}
