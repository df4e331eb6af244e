//! Rows that are looked for, for JavaScript: by what was found in them, or by their text.

use muster_core::session::RowView;
use muster_core::value::fold;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::convert::give;
use crate::session::{Session, named};

#[wasm_bindgen]
impl Session {
    /// The rows in which a code was found, in a column if one is given, and which hold a text, whatever its case, if it is
    /// not empty: as positions among those with an outcome, of a part of these. A file is gone through in parts, so
    /// that other calls get their turn.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "JavaScript hands over strings, not borrows of them"
    )]
    pub fn find(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Outcome | null")] outcome: Option<String>,
        code: Option<String>,
        column: Option<u32>,
        text: &str,
        from: usize,
        to: usize,
    ) -> Result<Vec<u32>, JsValue> {
        let outcome = outcome.map(|name| named(&name)).transpose()?;
        let rows = self.core.rows_of(outcome);
        let text = fold(text);
        let fits = |at: &usize| {
            let view = rows.get(*at).and_then(|row| self.core.row(row));
            view.is_some_and(|view| {
                has_issue(&view, code.as_deref(), column) && has_text(&view, &text)
            })
        };
        Ok((from..to.min(rows.len()))
            .filter(fits)
            .map(|at| at as u32)
            .collect())
    }

    /// The rows at these positions among those with an outcome, or among all rows.
    #[wasm_bindgen(unchecked_return_type = "RowView[]")]
    pub fn rows_at(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Outcome | null")] outcome: Option<String>,
        positions: &[u32],
    ) -> Result<JsValue, JsValue> {
        let outcome = outcome.map(|name| named(&name)).transpose()?;
        let rows = self.core.rows_of(outcome);
        let views: Vec<RowView> = positions
            .iter()
            .filter_map(|&at| self.core.row(rows.get(at as usize)?))
            .collect();
        give(&views)
    }
}

fn has_issue(view: &RowView, code: Option<&str>, column: Option<u32>) -> bool {
    let fits = |found: &str, place: Option<u32>| {
        code.is_none_or(|code| code == found) && (column.is_none() || column == place)
    };
    (code.is_none() && column.is_none())
        || view
            .issues
            .iter()
            .any(|issue| fits(issue.code.slug(), issue.column))
}

/// Whether a cell, a stored value or a tag of the row holds the text, which is folded.
fn has_text(view: &RowView, text: &str) -> bool {
    let stored = view
        .changes
        .0
        .iter()
        .filter_map(|change| change.old.as_ref());
    let mut all = view.cells.iter().chain(stored).chain(&view.tags_added);
    text.is_empty() || all.any(|value| fold(value).contains(text))
}
