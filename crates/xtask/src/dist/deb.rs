//! The Debian package: the program, a hardened unit, a configuration in which every key is explained, and an
//! unprivileged user.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use super::{copy_terms, set_modes, tar};
use crate::run::quiet;

/// The unit of systemd.
pub(super) const SERVICE: &str = include_str!("muster.service");

/// What Debian runs around an installation.
const SCRIPTS: [(&str, &str); 3] = [
    ("postinst", include_str!("postinst")),
    ("prerm", include_str!("prerm")),
    ("postrm", include_str!("postrm")),
];

/// What it needs of the system; the databases' own code is inside, but for OpenSSL.
const DEPENDS: &str = "libc6, libgcc-s1, libssl3 | libssl3t64, adduser | passwd";

/// Builds the package and gives its path.
pub(super) fn build(root: &Path, program: &Path, dist: &Path) -> anyhow::Result<PathBuf> {
    let work = dist.join("deb");
    if work.exists() {
        fs::remove_dir_all(&work)?;
    }
    let (data, control) = (work.join("data"), work.join("control"));
    fill(root, program, &data)?;
    let version = env!("CARGO_PKG_VERSION");
    let architecture = architecture()?;
    describe(&data, &control, version, architecture)?;
    let (data_archive, control_archive) = (work.join("data.tar.gz"), work.join("control.tar.gz"));
    tar(&data_archive, &data, ".")?;
    tar(&control_archive, &control, ".")?;
    let package = dist.join(format!("muster_{version}_{architecture}.deb"));
    // The order is the format's.
    let members = [
        ("debian-binary", b"2.0\n".to_vec()),
        ("control.tar.gz", fs::read(control_archive)?),
        ("data.tar.gz", fs::read(data_archive)?),
    ];
    fs::write(&package, archive(&members))?;
    fs::remove_dir_all(&work)?;
    Ok(package)
}

/// What is installed, where it goes.
fn fill(root: &Path, program: &Path, data: &Path) -> anyhow::Result<()> {
    let write = |path: &str, bytes: &[u8]| -> anyhow::Result<PathBuf> {
        let path = data.join(path);
        fs::create_dir_all(path.parent().context("no folder")?)?;
        fs::write(&path, bytes)?;
        Ok(path)
    };
    let installed = write("usr/bin/muster_server", &fs::read(program)?)?;
    fs::set_permissions(installed, fs::Permissions::from_mode(0o755))?;
    let service = "usr/lib/systemd/system/muster.service";
    write(service, SERVICE.as_bytes())?;
    let user = include_bytes!("sysusers.conf");
    write("usr/lib/sysusers.d/muster.conf", user)?;
    let documents = data.join("usr/share/doc/muster");
    fs::create_dir_all(&documents)?;
    copy_terms(root, &documents)?;
    fs::rename(documents.join("LICENSE"), documents.join("copyright"))?;
    let configuration = configuration(program)?;
    let configuration = write("etc/muster/muster.toml", configuration.as_bytes())?;
    set_modes(data)?;
    // It may hold secrets: the script that follows gives it to the user whom it is for.
    Ok(fs::set_permissions(
        configuration,
        fs::Permissions::from_mode(0o640),
    )?)
}

/// The configuration to start from: every key with its default, commented out.
pub(super) fn configuration(program: &Path) -> anyhow::Result<String> {
    let mut command = Command::new(program);
    // What is set where this is built is nobody else's default.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("MUSTER_") {
            command.env_remove(name);
        }
    }
    let shown = quiet(command.arg("config"))?;
    let mut text = String::from(
        "# The configuration of Muster. Each key is explained by `muster_server --help`; `muster_server config` shows\n\
         # what is in effect. It does not start without a way to verify tokens: set one of jwt_secret (32 bytes or\n\
         # more), jwt_public_key and jwt_jwks.\n\n",
    );
    for line in shown.lines() {
        let line = line.trim_end_matches(" # default");
        let mark = if line.is_empty() || line.starts_with('#') {
            ""
        } else {
            "# "
        };
        text.push_str(&format!("{mark}{line}\n"));
    }
    Ok(text)
}

fn architecture() -> anyhow::Result<&'static str> {
    Ok(match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => bail!("Debian's name of {other} is not known here"),
    })
}

fn describe(data: &Path, control: &Path, version: &str, architecture: &str) -> anyhow::Result<()> {
    fs::create_dir_all(control)?;
    let size = kilobytes(data)?;
    let text = format!(
        "Package: muster\nVersion: {version}\nArchitecture: {architecture}\nMaintainer: Muster <muster@localhost>\n\
         Depends: {DEPENDS}\nSection: web\nPriority: optional\nInstalled-Size: {size}\n\
         Description: imports of contacts\n Checks, applies and remembers contact imports. One program with the page \
         inside,\n on SQLite or PostgreSQL.\n"
    );
    fs::write(control.join("control"), text)?;
    fs::write(control.join("conffiles"), "/etc/muster/muster.toml\n")?;
    for (name, script) in SCRIPTS {
        let path = control.join(name);
        fs::write(&path, script)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
    }
    set_modes(control)
}

fn kilobytes(folder: &Path) -> anyhow::Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        sum += if entry.file_type()?.is_dir() {
            kilobytes(&entry.path())?
        } else {
            entry.metadata()?.len().div_ceil(1_024)
        };
    }
    Ok(sum)
}

/// An archive as `ar` makes it: a line of sixty characters before each member, an even number of bytes after.
fn archive(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut out = b"!<arch>\n".to_vec();
    for (name, bytes) in members {
        let (time, user, mode) = (0, 0, "100644");
        let size = bytes.len();
        let line = format!("{name:<16}{time:<12}{user:<6}{user:<6}{mode:<8}{size:<10}`\n");
        out.extend_from_slice(line.as_bytes());
        out.extend_from_slice(bytes);
        if size % 2 == 1 {
            out.push(b'\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_archive_has_a_line_of_sixty_characters_before_each_member() {
        let made = super::archive(&[("a", b"x".to_vec()), ("b", b"yz".to_vec())]);
        let text = String::from_utf8(made).unwrap();
        assert!(text.starts_with(
            "!<arch>\na               0           0     0     100644  1         `\nx\nb "
        ));
        assert!(text.ends_with("2         `\nyz"));
        assert_eq!(text.len(), 8 + 60 + 2 + 60 + 2);
    }
}
