//! What tests have to show for themselves: through how many cases they went, and that somebody may ask for fewer.

use std::fmt::Display;

/// As many cases as a test goes through, or fewer where `MUSTER_CASES` bounds them: mutants are judged one by one.
pub(crate) fn cases(full: u32) -> u32 {
    let bound = std::env::var("MUSTER_CASES").ok();
    let bound = bound.and_then(|bound| bound.parse().ok());
    full.min(bound.unwrap_or(u32::MAX))
}

/// Leaves a line for the table that `cargo xtask test` prints, if it asked for one.
pub(crate) fn count(many: impl Display, what: &str, found: &str) {
    let Some(folder) = std::env::var_os("MUSTER_COUNTS") else {
        return;
    };
    let name: String = what
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .collect();
    let line = format!("{many}\t{what}\t{found}");
    let written = std::fs::write(std::path::Path::new(&folder).join(name), line);
    assert!(written.is_ok(), "the folder of counts can be written to");
}
