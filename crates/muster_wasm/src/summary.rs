//! What is said of a session as a whole.

use std::collections::BTreeMap;

use muster_core::Session;
use muster_core::diff::Counts;
use muster_core::identity::Key;
use muster_core::import::Import;
use muster_core::issue::{Code, Severity};
use muster_core::session::{Step, Total, by_code};
use muster_core::wire::VERSION;
use serde::Serialize;

use crate::digest;

/// What is known from the verdicts.
#[derive(Clone, Debug, Serialize)]
pub struct Summary<'a> {
    counts: Counts,
    errors_by_code: BTreeMap<Code, u32>,
    warnings_by_code: BTreeMap<Code, u32>,
    /// Skipped rows by reason.
    skipped_by_code: BTreeMap<Code, u32>,
    /// All of these by column.
    totals: Vec<Total>,
    new_tags: Vec<&'a str>,
    /// The step that can be taken back, and the one that can be made once more.
    undo: Option<&'a Step>,
    redo: Option<&'a Step>,
}

impl<'a> Summary<'a> {
    /// Of a session that was compared.
    pub fn new(session: &'a Session) -> Self {
        let totals = session.totals();
        Self {
            counts: session.counts(),
            errors_by_code: by_code(&totals, Severity::Error),
            warnings_by_code: by_code(&totals, Severity::Warning),
            skipped_by_code: by_code(&totals, Severity::Info),
            totals,
            new_tags: session.to_create(),
            undo: session.undoable(),
            redo: session.redoable(),
        }
    }
}

/// What of a file goes into the opening of its import.
#[derive(Clone, Debug, Serialize)]
pub struct Opening<'a> {
    file_digest: String,
    signature: Option<String>,
    rows: usize,
    wire_version: u16,
    import: &'a Import,
}

impl<'a> Opening<'a> {
    /// Of a session that was configured.
    pub fn new(session: &'a Session, key: &Key) -> Option<Self> {
        let table = session.table()?;
        Some(Self {
            file_digest: digest::file(key, table),
            signature: digest::signature(key, table),
            rows: table.rows(),
            wire_version: VERSION,
            import: session.to_open()?,
        })
    }
}
