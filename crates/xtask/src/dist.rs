//! `cargo xtask dist`: what an operator needs, in one archive.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::run::{quiet, say, step};
use crate::{page, server};

/// What the program carries of others, with the terms under which it may: path in the project, name in the archive.
const TERMS: [(&str, &str); 5] = [
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
];

pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    page::build(root, false)?;
    let program = server::build(root, true)?;
    let name = format!(
        "muster-{}-{}",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::ARCH
    );
    let dist = root.join("target/dist");
    let folder = dist.join(&name);
    fs::create_dir_all(&folder)?;
    fs::copy(program, folder.join("muster_server"))?;
    for (path, name) in TERMS {
        fs::copy(root.join(path), folder.join(name))?;
    }
    let archive = dist.join(format!("{name}.tar.gz"));
    step("packing", || {
        quiet(
            Command::new("tar")
                .arg("--create")
                .arg("--gzip")
                .arg("--file")
                .arg(&archive)
                .args(["--owner=0", "--group=0"])
                .arg("--directory")
                .arg(&dist)
                .arg(&name),
        )
    })?;
    say(&format!(
        "{} ({:.1} MB)",
        archive.display(),
        fs::metadata(&archive)?.len() as f64 / 1e6
    ));
    Ok(())
}
