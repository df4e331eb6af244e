//! Times in the spellings of other places.

/// `14.30`, `14h30`, `14h`, `2:30 p.m.`
pub(super) fn candidates(value: &str) -> Vec<String> {
    let lower = value.to_ascii_lowercase();
    let plain = lower
        .replace("a.m.", "am")
        .replace("p.m.", "pm")
        .replace("a. m.", "am")
        .replace("p. m.", "pm")
        .replace(['.', 'h'], ":");
    let full_hour = plain.strip_suffix(':').map(|hour| format!("{hour}:00"));
    std::iter::once(plain.clone()).chain(full_hour).collect()
}
