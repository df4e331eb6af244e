//! How the commands talk and call others: each step is one calm line with its seconds, and what a program had to say
//! is shown only when it failed.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, bail};

/// Prints a line.
#[expect(clippy::print_stdout, reason = "a command speaks to whoever typed it")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}

/// Does something that may take a while, on one line: `building the page … 3.1 s`.
pub(crate) fn step<T>(what: &str, work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    // The standard output is for results.
    let mut out = std::io::stderr();
    let _ = write!(out, "{what} … ");
    let start = Instant::now();
    let result = work();
    let _ = match result {
        Ok(_) => writeln!(out, "{:.1} s", start.elapsed().as_secs_f32()),
        Err(_) => writeln!(out, "failed"),
    };
    result
}

/// Runs a program to its end and gives what it printed; where it fails, that is the error.
pub(crate) fn quiet(command: &mut Command) -> anyhow::Result<String> {
    let name = describe(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot run {name}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        bail!(
            "{name} failed:\n{text}{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(text)
}

/// Whether a program is there and content.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    quiet(command).is_ok()
}

/// The program and its arguments as one would type them.
pub(crate) fn describe(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy()];
    words.extend(command.get_args().map(|word| word.to_string_lossy()));
    words.join(" ")
}
