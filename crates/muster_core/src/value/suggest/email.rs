//! Addresses with something around them, or with a slip that everybody makes.

/// Providers whose addresses all end in `.com`.
const COM: [&str; 5] = ["gmail", "hotmail", "outlook", "yahoo", "icloud"];

pub(super) fn candidates(value: &str) -> Vec<String> {
    let mut all = Vec::new();
    all.extend(first_of_several(value));
    let bare = bare(value);
    all.push(bare.to_owned());
    let spelt = spelt_out(bare);
    if let Some((local, domain)) = spelt.rsplit_once('@') {
        let local = local.trim_end_matches('@');
        let domain = repaired(domain);
        all.push(format!("{local}@{domain}"));
    }
    all
}

/// `a@x.my; b@x.my`
fn first_of_several(value: &str) -> Option<String> {
    let is_between = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '/' | '|');
    let parts: Vec<&str> = value
        .split(is_between)
        .filter(|part| !part.is_empty())
        .collect();
    let are_addresses = parts.len() > 1 && parts.iter().all(|part| part.matches('@').count() == 1);
    are_addresses.then(|| bare(parts.first().unwrap_or(&"")).to_owned())
}

/// Without a name in front, brackets, `mailto:` and punctuation around.
fn bare(value: &str) -> &str {
    let inner = value
        .rsplit_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    let mut value = inner.map_or(value, |(address, _)| address).trim();
    let scheme = value.get(.."mailto:".len());
    if scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:")) {
        value = value.get("mailto:".len()..).unwrap_or_default();
        value = value.split('?').next().unwrap_or_default();
    }
    value.trim_matches(|c: char| c.is_whitespace() || "\"'<>()[],;:.“”‘’`".contains(c))
}

/// `name (at) example (dot) com`, and blanks around `@` and dots.
fn spelt_out(value: &str) -> String {
    let mut text = value.to_ascii_lowercase().replace(['＠', '﹫'], "@");
    for (word, mark) in [("at", "@"), ("dot", ".")] {
        for (open, close) in [("(", ")"), ("[", "]"), ("{", "}")] {
            text = text.replace(&format!("{open}{word}{close}"), mark);
        }
        // A word alone is one only where the mark is missing.
        if !text.contains(mark) {
            text = text.replace(&format!(" {word} "), mark);
        }
    }
    for mark in ['@', '.'] {
        let parts: Vec<&str> = text.split(mark).map(str::trim).collect();
        text = parts.join(&mark.to_string());
    }
    text
}

/// `gmail,com`, `gmail..com`, `gmail`, `gmailcom`
fn repaired(domain: &str) -> String {
    let mut domain = domain.replace([',', ';'], ".");
    while domain.contains("..") {
        domain = domain.replace("..", ".");
    }
    let name = domain.strip_suffix("com").unwrap_or(&domain);
    if COM.contains(&name) {
        return format!("{name}.com");
    }
    domain
}
