//! `cargo xtask mutants`: do the unit tests of the core notice when a rule is broken? cargo-mutants breaks it in one
//! place at a time, in a copy of the sources. There are thousands of places: a seeded sample of them is taken.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};

use crate::run::{quiet, say, step, succeeds};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Mutants in the sample
    #[arg(long, default_value_t = 200)]
    count: usize,
    /// Decides which
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only mutants whose description has this in it, for instance `src/value/`
    #[arg(long, default_value = "")]
    only: String,
    /// Mutants that are tried at once
    #[arg(long, default_value_t = 1)]
    jobs: u32,
}

/// Seconds after which a test run counts as hanging: an unbroken one takes a few.
const TIMEOUT: u32 = 90;
/// Cases of a test that counts its cases. Far fewer than usual: what they show they show early.
const CASES: u32 = 50;
/// Tests of how long things take: without optimisation they say nothing.
const SLOW: [&str; 3] = [
    "hostile_files_stay_linear",
    "columns_are_bounded",
    "wide_files_are_looked_through_quickly",
];
/// The share that has to be noticed, in per cent.
const CAUGHT: usize = 90;

pub(crate) fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    if !succeeds(Command::new("cargo").args(["mutants", "--version"])) {
        step("installing cargo-mutants", || {
            quiet(Command::new("cargo").args(["install", "--locked", "cargo-mutants"])).map(drop)
        })?;
    }
    let list = quiet(mutants(root).arg("--list"))?;
    let all: Vec<&str> = list
        .lines()
        .filter(|mutant| mutant.contains(&options.only))
        .collect();
    let sample = sample(&all, options.count, options.seed);
    let folder = root.join("target/mutants");
    fs::create_dir_all(&folder)?;
    let config = folder.join("sample.toml");
    fs::write(&config, examine(&sample))?;
    let status = mutants(root)
        .arg("--config")
        .arg(&config)
        .arg("--output")
        .arg(&folder)
        .args(["--no-shuffle", "--colors=never", "--timeout"])
        .arg(TIMEOUT.to_string())
        .args(["--build-timeout", "600", "--jobs"])
        .arg(options.jobs.to_string())
        // What others wrote is compiled already.
        .arg("--copy-target=true")
        // Compiled once each and run once: no time to optimise.
        .arg("--cargo-arg=--config=profile.dev.package.muster_core.opt-level=0")
        .arg("--cargo-arg=--config=profile.dev.package.muster_core.debug=0")
        .args(["--cargo-arg=--lib", "--", "--"])
        .args(SLOW.map(|test| format!("--skip={test}")))
        .env("MUSTER_CASES", CASES.to_string())
        .env("PROPTEST_CASES", CASES.to_string())
        .status()
        .context("cannot run cargo-mutants")?;
    // 2: some were missed. 3: some hung, which is noticed too.
    ensure!(
        matches!(status.code(), Some(0 | 2 | 3)),
        "cargo-mutants broke off"
    );
    report(&folder.join("mutants.out"), all.len())
}

fn mutants(root: &Path) -> Command {
    let mut command = Command::new("cargo");
    command
        .current_dir(root)
        .args(["mutants", "--package=muster_core"]);
    command
}

/// So many of them, in the order in which they were drawn.
fn sample<'a>(all: &[&'a str], count: usize, seed: u64) -> Vec<&'a str> {
    let mut rest = all.to_vec();
    let mut state = seed;
    let mut drawn = Vec::new();
    while drawn.len() < count && !rest.is_empty() {
        // SplitMix64.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = state;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^= x >> 31;
        drawn.push(rest.swap_remove((x % rest.len() as u64) as usize));
    }
    drawn
}

/// The configuration by which cargo-mutants tries these alone.
fn examine(sample: &[&str]) -> String {
    let patterns: Vec<String> = sample
        .iter()
        .map(|mutant| format!("  '''^{}$''',\n", escape(mutant)))
        .collect();
    format!("examine_re = [\n{}]\n", patterns.concat())
}

fn escape(mutant: &str) -> String {
    let mut pattern = String::new();
    for c in mutant.chars() {
        if c.is_ascii_punctuation() && !matches!(c, '_' | '\'' | '"' | '/' | ':' | '<' | '>' | ',')
        {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

fn report(folder: &Path, all: usize) -> anyhow::Result<()> {
    let lines = |name: &str| -> anyhow::Result<Vec<String>> {
        let text = fs::read_to_string(folder.join(name))?;
        Ok(text.lines().map(str::to_owned).collect())
    };
    let caught = lines("caught.txt")?.len() + lines("timeout.txt")?.len();
    let missed = lines("missed.txt")?;
    let unviable = lines("unviable.txt")?.len();
    say("missed:");
    for mutant in &missed {
        say(&format!("  {mutant}"));
    }
    let tried = caught + missed.len();
    ensure!(tried > 0, "no mutant could be compiled");
    say(&format!(
        "{caught} of {tried} mutants caught ({:.1} %), {} missed; {unviable} more could not be compiled; {all} in all",
        100.0 * caught as f64 / tried as f64,
        missed.len()
    ));
    ensure!(
        caught * 100 >= tried * CAUGHT,
        "fewer than {CAUGHT} % were caught"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_of_distinct_mutants_and_the_same_again() {
        let all: Vec<String> = (0..50).map(|number| number.to_string()).collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        let mut drawn = sample(&all, 20, 1);
        assert_eq!(drawn, sample(&all, 20, 1));
        assert_ne!(drawn, sample(&all, 20, 2));
        drawn.sort_unstable();
        drawn.dedup();
        assert_eq!(drawn.len(), 20);
        assert_eq!(sample(&all, 99, 1).len(), 50);
    }

    #[test]
    fn names_are_patterns_of_themselves() {
        let pattern = escape("src/a.rs:1:2: replace f -> Vec<&str> with (0+1)");
        assert_eq!(
            pattern,
            r"src/a\.rs:1:2: replace f \-> Vec<\&str> with \(0\+1\)"
        );
    }
}
