//! `cargo xtask test`: every test of the project, or one part of them, with a plain closing line.

use std::fs;
use std::ops::AddAssign;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, bail};

use crate::data::Percent;
use crate::postgres::Postgres;
use crate::run::{quiet, say, step};
use crate::{data, page, server, tools};

/// One selection for all tests in Rust, so that every dependency is compiled once, with one set of features.
const PACKAGES: [&str; 4] = [
    "--package=muster_core",
    "--package=muster_legacy",
    "--package=muster_server",
    "--package=muster_tests",
];

#[derive(clap::Args)]
pub(crate) struct Options {
    /// One part; all of them when it is left out
    part: Option<Part>,
    /// Try each fault as often as before a release: for hours
    #[arg(skip)]
    long: bool,
}

/// Tries what goes wrong, on SQLite and on PostgreSQL, and prints how often each fault was tried and what came of it.
#[derive(clap::Args)]
pub(crate) struct Faults {
    /// As often as before a release, for hours
    #[arg(long)]
    long: bool,
}

impl From<&Faults> for Options {
    fn from(faults: &Faults) -> Self {
        Self {
            part: Some(Part::Faults),
            long: faults.long,
        }
    }
}

#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// What stands beside the code, the documentation's examples too
    Unit,
    /// The server over HTTP, on SQLite and on PostgreSQL
    Api,
    /// The module gives what the core gives
    Parity,
    /// The verdicts against a second account of them
    Model,
    /// The inputs that fuzzing found
    Fuzz,
    /// The server killed while it applies, on SQLite and on PostgreSQL; a PostgreSQL that goes away
    Faults,
    /// The whole way in a real browser
    E2e,
}

impl Part {
    const ALL: [Self; 7] = [
        Self::Unit,
        Self::Model,
        Self::Fuzz,
        Self::Api,
        Self::Faults,
        Self::Parity,
        Self::E2e,
    ];

    /// Whether it runs once on each database.
    const fn on_both(self) -> bool {
        matches!(self, Self::Api | Self::Faults)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Model => "model",
            Self::Fuzz => "fuzz",
            Self::Api => "api",
            Self::Parity => "parity",
            Self::Faults => "faults",
            Self::E2e => "e2e",
        }
    }
}

/// What runners reported.
#[derive(Clone, Copy, Default)]
struct Tally {
    passed: u64,
    failed: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

pub(crate) fn run(root: &Path, options: &Options) -> anyhow::Result<()> {
    let parts = options.part.map_or(Part::ALL.to_vec(), |part| vec![part]);
    if parts.contains(&Part::E2e) {
        tools::node_packages(root, "tests/e2e")?;
        tools::chromium()?;
    }
    // First of all: the server is compiled with the page inside.
    if parts.contains(&Part::Parity) || parts.contains(&Part::E2e) {
        page::build(root, true)?;
    }
    if parts.iter().any(|&part| part != Part::E2e) {
        tools::native()?;
        step("compiling the tests", || {
            quiet(cargo_test(root).arg("--no-run").arg("--all-targets"))
        })?;
    }
    let proxy = match parts.contains(&Part::Faults) {
        true => tools::haproxy()?,
        false => String::new(),
    };
    let counts = Counts::start(root)?;
    let postgres = if parts.iter().any(|part| part.on_both()) {
        Some(Postgres::start()?)
    } else {
        None
    };
    let mut total = Tally::default();
    for part in parts {
        let mut databases = vec![("", String::new())];
        if let Some(postgres) = postgres.as_ref().filter(|_| part.on_both()) {
            databases[0].0 = " on SQLite";
            databases.push((" on PostgreSQL", postgres.url()));
        }
        for (database, url) in databases {
            let start = Instant::now();
            let tally = match part {
                Part::Unit => unit(root)?,
                Part::E2e => e2e(root)?,
                _ => cargo(
                    cargo_test(root)
                        .args(["--test", part.name()])
                        .env("MUSTER_TEST_DATABASE", url)
                        .env("MUSTER_HAPROXY", &proxy)
                        .envs(options.long.then_some(("MUSTER_FAULTS", "long"))),
                )?,
            };
            say(&format!(
                "{}{database}: {} passed, {} failed, {:.1} s",
                part.name(),
                tally.passed,
                tally.failed,
                start.elapsed().as_secs_f32()
            ));
            total += tally;
        }
    }
    counts.show()?;
    say(&format!("{} passed, {} failed", total.passed, total.failed));
    if total.failed > 0 {
        bail!("some tests failed");
    }
    Ok(())
}

/// Where tests leave a line each on how many cases they went through.
struct Counts(PathBuf);

fn counts_folder(root: &Path) -> PathBuf {
    root.join("target/counts")
}

impl Counts {
    fn start(root: &Path) -> anyhow::Result<Self> {
        let folder = counts_folder(root);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }

    /// Prints a table: how many, of what, and what was found.
    fn show(&self) -> anyhow::Result<()> {
        let mut lines = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            lines.push(fs::read_to_string(entry?.path())?);
        }
        lines.sort_by_key(|line| line.split('\t').nth(1).map(str::to_owned));
        for line in &lines {
            let mut parts = line.splitn(3, '\t').map(str::trim_end);
            let mut part = || parts.next().unwrap_or_default();
            let (many, what, found) = (part(), part(), part());
            say(&format!("{:>11}  {what}: {found}", grouped(many)));
        }
        Ok(())
    }
}

/// `1234567` as `1,234,567`.
fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn unit(root: &Path) -> anyhow::Result<Tally> {
    let mut command = cargo_test(root);
    command.args(["--lib", "--bins", "--examples"]);
    command.args(own_tests(root)?.map(|name| format!("--test={name}")));
    let mut tally = cargo(&mut command)?;
    tally += cargo(cargo_test(root).arg("--doc"))?;
    // Apart, with the features that it is run with.
    tally += cargo(Command::new("cargo").current_dir(root).args([
        "test",
        "--quiet",
        "--package=xtask",
    ]))?;
    Ok(tally)
}

/// The names of the crates' own integration tests.
fn own_tests(root: &Path) -> anyhow::Result<impl Iterator<Item = String>> {
    let crates = fs::read_dir(root.join("crates"))?;
    Ok(crates
        .flatten()
        .flat_map(|folder| fs::read_dir(folder.path().join("tests")))
        .flatten()
        .flatten()
        .filter_map(|file| Some(file.file_name().to_str()?.strip_suffix(".rs")?.to_owned())))
}

pub(crate) fn cargo_test(root: &Path) -> Command {
    let mut command = Command::new("cargo");
    command
        .current_dir(root)
        .env("MUSTER_COUNTS", counts_folder(root))
        .args(["test", "--quiet", "--no-fail-fast"])
        .args(PACKAGES);
    command
}

/// Runs cargo's tests and sums the closing line of every binary. What a failed run said is shown.
fn cargo(command: &mut Command) -> anyhow::Result<Tally> {
    let output = command.output().context("cannot run cargo")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut tally = tally(&text);
    if !output.status.success() {
        say(&format!(
            "{text}{}",
            String::from_utf8_lossy(&output.stderr)
        ));
        // A binary that broke off, or didn't compile, reported nothing.
        tally.failed = tally.failed.max(1);
    }
    Ok(tally)
}

/// The sum over lines such as `test result: ok. 12 passed; 0 failed; …`.
fn tally(text: &str) -> Tally {
    let number = |line: &str, word: &str| {
        line.split(&[' ', ';', '.'])
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .windows(2)
            .find(|pair| pair[1] == word)
            .and_then(|pair| pair[0].parse::<u64>().ok())
            .unwrap_or(0)
    };
    let mut tally = Tally::default();
    for line in text.lines().filter(|line| line.starts_with("test result:")) {
        tally += Tally {
            passed: number(line, "passed"),
            failed: number(line, "failed"),
        };
    }
    tally
}

/// The whole way in a browser, over generated files. What the tests print is shown: they measure.
fn e2e(root: &Path) -> anyhow::Result<Tally> {
    let program = server::build_with(root, &PACKAGES)?;
    let files = root.join("target/data");
    for (name, rows, existing, dirty, changed) in [
        ("small", 2_000, 1_200, 5, 20),
        ("large", 200_000, 200_000, 1, 10),
    ] {
        data::run_once(&data::Options {
            rows,
            seed: 1,
            dirty: Percent::whole(dirty),
            existing,
            changed: Percent::whole(changed),
            out: files.join(name),
        })?;
    }
    let report = root.join("target/e2e.json");
    if report.exists() {
        fs::remove_file(&report)?;
    }
    let status = tools::node_program(&root.join("tests/e2e"), "playwright")
        .args(["test", "--reporter=list,json"])
        .env_remove("DATABASE_URL")
        .env("MUSTER_SERVER_BIN", program)
        .env("MUSTER_CHROMIUM", tools::chromium()?)
        .env("MUSTER_DATA", files)
        .env("PLAYWRIGHT_JSON_OUTPUT_NAME", &report)
        .status()
        .context("cannot run Playwright")?;
    let report = fs::read_to_string(&report).context("Playwright wrote no report")?;
    let report: serde_json::Value = serde_json::from_str(&report)?;
    let stat = |name: &str| report["stats"][name].as_u64().unwrap_or(0);
    // A test that passed only when it was repeated has failed.
    let mut tally = Tally {
        passed: stat("expected"),
        failed: stat("unexpected") + stat("flaky"),
    };
    if !status.success() {
        tally.failed = tally.failed.max(1);
    }
    Ok(tally)
}

#[cfg(test)]
mod tests {
    #[test]
    fn closing_lines_are_summed() {
        let text = "running 3 tests\n...\ntest result: ok. 3 passed; 0 failed; 1 ignored; 0 measured\n\
                    test result: FAILED. 10 passed; 2 failed; 0 ignored";
        let tally = super::tally(text);
        assert_eq!((tally.passed, tally.failed), (13, 2));
    }

    #[test]
    fn digits_are_grouped_in_threes() {
        let grouped = ["7", "123", "1234", "1000000"].map(super::grouped);
        assert_eq!(grouped, ["7", "123", "1,234", "1,000,000"]);
    }
}
