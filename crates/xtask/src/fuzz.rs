//! `cargo xtask fuzz`: throws invented inputs at everything that reads what others wrote.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};

use crate::run::{quiet, say, step, succeeds};

const TARGETS: [&str; 5] = ["splitter", "decoder", "values", "wire", "session"];
/// Bytes of an input at most: rules meet in small files.
const LONGEST: u32 = 2_000;
/// Megabytes that one allocation may take: a few bytes mustn't cost more.
const ALLOCATION: u32 = 256;
/// Seconds that one input may take.
const SLOWEST: u32 = 10;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Seconds for each target
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// One target; all of them when it is left out
    target: Option<String>,
    /// Targets that run at once
    #[arg(long, default_value_t = 1)]
    jobs: usize,
}

pub(crate) fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    install()?;
    let targets: Vec<&str> = match &options.target {
        Some(target) => vec![target],
        None => TARGETS.to_vec(),
    };
    let folder = root.join("target/fuzz");
    step("compiling the fuzzers", || {
        quiet(
            Command::new("cargo")
                .current_dir(root)
                .args(["+nightly", "fuzz", "build", "--fuzz-dir", "tests/fuzz"])
                .env("CARGO_TARGET_DIR", &folder),
        )
    })?;
    let mut failed = 0;
    for some in targets.chunks(options.jobs.max(1)) {
        let started: Vec<_> = some
            .iter()
            .map(|target| start(root, &folder, target, options.seconds))
            .collect::<anyhow::Result<_>>()?;
        for (target, child) in some.iter().zip(started) {
            let output = child.wait_with_output()?;
            let said = String::from_utf8_lossy(&output.stderr);
            let executed = statistic(&said, "number_of_executed_units");
            if output.status.success() {
                say(&format!("{target}: {executed} executions, nothing found"));
            } else {
                failed += 1;
                say(&format!(
                    "{said}\n{target}: stopped after {executed} executions"
                ));
            }
        }
    }
    ensure!(
        failed == 0,
        "{failed} of {} targets found something: see above, and keep the input in tests/fixtures/fuzz",
        targets.len()
    );
    Ok(())
}

fn install() -> anyhow::Result<()> {
    if !succeeds(Command::new("cargo").args(["+nightly", "--version"])) {
        step("installing the nightly compiler (rustup)", || {
            let mut rustup = Command::new("rustup");
            quiet(rustup.args(["toolchain", "install", "nightly", "--profile=minimal"])).map(drop)
        })?;
    }
    if !succeeds(Command::new("cargo").args(["fuzz", "--version"])) {
        step("installing cargo-fuzz", || {
            quiet(Command::new("cargo").args(["install", "--locked", "cargo-fuzz"])).map(drop)
        })?;
    }
    Ok(())
}

/// Starts a fuzzer from what the last run learned, the inputs that were found, and the example files.
fn start(
    root: &Path,
    folder: &Path,
    target: &str,
    seconds: u32,
) -> anyhow::Result<std::process::Child> {
    let corpus = folder.join("corpus").join(target);
    let found = root.join("tests/fixtures/fuzz").join(target);
    let artifacts = folder.join("artifacts").join(target);
    for folder in [&corpus, &artifacts] {
        fs::create_dir_all(folder)?;
    }
    seed(root, &corpus)?;
    let program = PathBuf::from(host()?).join("release").join(target);
    let mut command = Command::new(folder.join(program));
    command
        .arg(&corpus)
        .args(found.is_dir().then_some(&found))
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={LONGEST}"))
        .arg(format!("-malloc_limit_mb={ALLOCATION}"))
        .arg(format!("-timeout={SLOWEST}"))
        .arg("-print_final_stats=1")
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command
        .spawn()
        .with_context(|| format!("cannot run the fuzzer {target}"))
}

fn host() -> anyhow::Result<String> {
    let version = quiet(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc names no host")?.to_owned())
}

/// Gives the fuzzer real files to begin with: each behind a line of choices.
fn seed(root: &Path, corpus: &Path) -> anyhow::Result<()> {
    let real = root.join("tests/fixtures/real");
    for entry in fs::read_dir(real)?.flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "csv") {
            let mut input = fs::read(&path)?;
            input.truncate(LONGEST as usize - 100);
            let line = [
                b"\x00\x01\x02\x03\x04\x05\x06\x07".as_slice(),
                b"\n",
                &input,
            ];
            fs::write(corpus.join(entry.file_name()), line.concat())?;
        }
    }
    Ok(())
}

/// A figure of libFuzzer's closing lines.
fn statistic(said: &str, name: &str) -> u64 {
    let line = said
        .lines()
        .rev()
        .find(|line| line.starts_with("stat::") && line.contains(name));
    line.and_then(|line| line.rsplit(' ').next()?.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    #[test]
    fn executions_are_read_from_the_closing_lines() {
        let said =
            "#3 DONE\nstat::number_of_executed_units: 30976\nstat::average_exec_per_sec:     673\n";
        assert_eq!(super::statistic(said, "number_of_executed_units"), 30_976);
        assert_eq!(super::statistic("", "number_of_executed_units"), 0);
    }
}
