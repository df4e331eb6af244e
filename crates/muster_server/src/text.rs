//! The sentences that people read: the page's own files, so that both say the same.

use std::collections::HashMap;
use std::sync::LazyLock;

use muster_core::issue::Code;
use serde_json::Value;

static ENGLISH: LazyLock<HashMap<String, Value>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../www/src/text/en.json")).unwrap_or_default()
});

/// What a sentence is filled with.
#[derive(Clone, Copy, Debug, Default)]
pub struct Facts<'a> {
    /// The value concerned.
    pub value: &'a str,
    /// The column's name.
    pub column: &'a str,
    /// The contacts concerned.
    pub ids: &'a [u64],
    /// The row that is kept.
    pub kept_row: Option<u32>,
    /// Whether the row is an error by a code that otherwise skips.
    pub rejected: bool,
}

/// The sentence of an issue; where the file lacks it, the table's own line.
pub fn issue(slug: &str, facts: Facts<'_>) -> String {
    let rejected = if facts.rejected { ".rejected" } else { "" };
    let found = ENGLISH
        .get(&format!("issue.{slug}{rejected}"))
        .or_else(|| ENGLISH.get(&format!("issue.{slug}")));
    let sentence = match found {
        Some(Value::String(sentence)) => sentence.as_str(),
        Some(Value::Object(forms)) => forms.get("other").and_then(Value::as_str).unwrap_or(""),
        _ => Code::from_slug(slug).map_or("", Code::meaning),
    };
    if !sentence.contains('{') {
        return sentence.to_owned();
    }
    let ids: Vec<String> = facts.ids.iter().map(u64::to_string).collect();
    let kept = facts
        .kept_row
        .map(|row| row.to_string())
        .unwrap_or_default();
    sentence
        .replace("{column}", facts.column)
        .replace("{ids}", &ids.join(", "))
        .replace("{kept_row}", &kept)
        // Last: what a cell holds is not a place to fill.
        .replace("{value}", facts.value)
}
