//! A session of the core, for JavaScript.

use js_sys::{Function, Uint8Array};
use muster_core::diff::Outcome;
use muster_core::import::{FileChoice, Import};
use muster_core::issue::Issue;
use muster_core::session as core;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::contents::Contents;
use crate::convert::{Failure, Workspace, give};
use crate::digest;
use crate::summary::{Opening, Summary};
use crate::take::take;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
import type { ColumnFacts, FieldGuess, FileChoice, FileFacts, Import, Issue, Outcome, RowView, Verdict, Workspace } from '../session/types';

/** What is known of a file from its bytes. */
export type Contents = Omit<FileFacts, 'name' | 'bytes'>;

/** What is known from the verdicts alone. */
export type Summary = Omit<Verdict, 'bytes_looked_up'>;

/** What of a file goes into the opening of its import. */
export interface Opening {
  file_digest: string;
  signature: string | null;
  rows: number;
  /** That of the module, which wrote the batches: the server may be of another one. */
  wire_version: number;
  import: Import;
}
"#;

/// One file on its way to an import.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Session {
    pub(crate) core: core::Session,
    workspace: core::Workspace,
    /// SHA-256 of every batch that was given out.
    digests: Vec<[u8; 32]>,
}

#[derive(Serialize)]
struct Page {
    total: usize,
    rows: Vec<core::RowView>,
}

#[wasm_bindgen]
impl Session {
    /// A session for a file of this workspace, which is read as was chosen.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_param_type = "Workspace")] workspace: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "FileChoice")] choice: JsValue,
    ) -> Result<Session, JsValue> {
        let workspace: Workspace = take(workspace).map_err(|message| Failure::other(&message))?;
        let choice = if choice.is_undefined() {
            FileChoice::default()
        } else {
            take(choice).map_err(|message| Failure::Invalid { message })?
        };
        Ok(Self {
            core: core::Session::reading(workspace.limits, &choice),
            workspace: workspace.into_core()?,
            digests: Vec::new(),
        })
    }

    /// Makes room for a file of so many bytes.
    pub fn expect(&mut self, bytes: u32) {
        self.core.expect(bytes.into());
    }

    /// Takes the next bytes of the file. `false`: it is refused, no more is needed.
    pub fn push(&mut self, chunk: &[u8]) -> bool {
        self.core.push(chunk);
        self.core.refused().is_none()
    }

    /// Data rows seen so far.
    pub fn rows_read(&self) -> u32 {
        self.core.progress().1
    }

    /// The file is complete. `null`: it has to be decoded first, see `foreign`.
    #[wasm_bindgen(unchecked_return_type = "Contents | null")]
    pub fn finish(&mut self) -> Result<JsValue, JsValue> {
        self.core.finish().map_err(Failure::from)?;
        let suggestions = self.core.suggest(&self.workspace);
        let contents = self
            .core
            .table()
            .map(|table| Contents::new(table, suggestions));
        give(&contents)
    }

    /// The encoding that the file has to be decoded from, `auto` if that is to be found out.
    pub fn foreign(&self) -> Option<String> {
        let foreign = self.core.foreign()?;
        Some(foreign.encoding().unwrap_or("auto").to_owned())
    }

    /// What is pushed from now on is the file's text, decoded from this encoding. `false`: nobody asked for it.
    pub fn decode(&mut self, encoding: &str) -> bool {
        self.core.decode(encoding)
    }

    /// The type of a custom field that would take a column as it is.
    #[wasm_bindgen(unchecked_return_type = "FieldGuess | null")]
    pub fn guess(&self, column: usize) -> Result<JsValue, JsValue> {
        give(&self.core.guess(column))
    }

    /// Takes a description and validates every mapped cell.
    #[wasm_bindgen(unchecked_return_type = "ColumnFacts[]")]
    pub fn configure(
        &mut self,
        #[wasm_bindgen(unchecked_param_type = "Import")] import: JsValue,
    ) -> Result<JsValue, JsValue> {
        let said = |key: &str| {
            let value = js_sys::Reflect::get(&import, &key.into());
            value.is_ok_and(|value| !value.is_undefined())
        };
        let (repairs, rows) = (said("repairs"), said("edits") || said("left_out"));
        let mut import: Import = take(import).map_err(|message| Failure::Invalid { message })?;
        if let Some(now) = self.core.description().filter(|_| !repairs || !rows) {
            // What isn't spoken of stays as it is.
            if !repairs {
                import.repairs = now.repairs;
            }
            if !rows {
                (import.edits, import.left_out) = (now.edits, now.left_out);
            }
        }
        self.core
            .configure(&import, &self.workspace)
            .map_err(Failure::from)?;
        give(self.core.columns())
    }

    /// The countries to which the phone numbers of a mapped column belong, the most frequent first.
    #[wasm_bindgen(unchecked_return_type = "[country: string, numbers: number][]")]
    pub fn phone_countries(&self, column: u32) -> Result<JsValue, JsValue> {
        give(&self.core.phone_countries(column))
    }

    /// The requests by which the rows' identifiers are looked up: to be asked for again until there are none.
    pub fn lookups(&mut self) -> Vec<Uint8Array> {
        arrays(&self.core.lookups())
    }

    /// How many fingerprints the lookups have asked for.
    pub fn fingerprints(&self) -> usize {
        self.core.fingerprints()
    }

    /// Takes the answer to a lookup, by its position among those of the moment.
    pub fn matched(&mut self, lookup: usize, answer: &[u8]) -> Result<(), JsValue> {
        Ok(self.core.matched(lookup, answer).map_err(Failure::from)?)
    }

    /// The requests for values of contacts that differ from their rows; to be asked when every lookup is answered.
    pub fn wanted(&mut self) -> Vec<Uint8Array> {
        arrays(&self.core.wanted())
    }

    /// Takes the answer to one of the requests for values.
    pub fn valued(&mut self, answer: &[u8]) -> Result<(), JsValue> {
        Ok(self.core.valued(answer).map_err(Failure::from)?)
    }

    /// Gives every row its outcome.
    #[wasm_bindgen(unchecked_return_type = "Summary")]
    pub fn diff(&mut self) -> Result<JsValue, JsValue> {
        self.core.diff();
        self.digests.clear();
        give(&Summary::new(&self.core))
    }

    /// Some of the rows with one outcome, or of all rows, in the file's order.
    #[wasm_bindgen(unchecked_return_type = "{ total: number; rows: RowView[] }")]
    pub fn page(
        &self,
        #[wasm_bindgen(unchecked_param_type = "Outcome | null")] outcome: Option<String>,
        offset: usize,
        count: usize,
    ) -> Result<JsValue, JsValue> {
        let outcome = outcome.map(|name| named(&name)).transpose()?;
        let rows = self.core.rows_of(outcome);
        let end = offset.saturating_add(count).min(rows.len());
        give(&Page {
            total: rows.len(),
            rows: (offset..end)
                .filter_map(|at| self.core.row(rows.get(at)?))
                .collect(),
        })
    }

    /// The rows with errors as CSV. `sentence` puts an issue into words.
    pub fn error_rows(
        &self,
        #[wasm_bindgen(unchecked_param_type = "(issue: Issue) => string")] sentence: &Function,
    ) -> Vec<u8> {
        self.core.error_rows(|issue: &Issue| {
            give(issue)
                .and_then(|issue| sentence.call1(&JsValue::NULL, &issue))
                .ok()
                .and_then(|text| text.as_string())
                .unwrap_or_else(|| issue.code.slug().to_owned())
        })
    }

    /// By what a file that was read is told again in this workspace.
    pub fn file_digest(&self) -> Option<String> {
        let table = self.core.table()?;
        Some(digest::file(&self.workspace.key, table))
    }

    /// By what files with the same header are told again in this workspace; none without a header.
    pub fn signature(&self) -> Option<String> {
        digest::signature(&self.workspace.key, self.core.table()?)
    }

    /// What of the file goes into the opening of its import.
    #[wasm_bindgen(unchecked_return_type = "Opening")]
    pub fn opening(&self) -> Result<JsValue, JsValue> {
        self.core.check_creations().map_err(Failure::from)?;
        give(&Opening::new(&self.core, &self.workspace.key))
    }

    /// How many batches there are.
    pub fn batches(&self) -> usize {
        self.core.batches()
    }

    /// The bytes of a batch.
    pub fn batch(&mut self, number: usize) -> Vec<u8> {
        let batch = self.core.batch(number);
        if self.digests.len() <= number {
            self.digests.resize(number + 1, [0; 32]);
        }
        self.digests[number] = Sha256::digest(&batch).into();
        batch
    }

    /// Counts the bytes of one more batch. Whether there was one.
    pub fn weigh(&mut self) -> bool {
        self.core.weigh()
    }

    /// The bytes of all batches.
    pub fn bytes_to_send(&mut self) -> usize {
        self.core.bytes_to_send()
    }

    /// SHA-256 over the digests of the batches in order, once all were given out.
    pub fn commit_digest(&self) -> String {
        digest::hex(&Sha256::digest(self.digests.as_flattened()))
    }
}

fn arrays(messages: &[Vec<u8>]) -> Vec<Uint8Array> {
    messages
        .iter()
        .map(|message| Uint8Array::from(message.as_slice()))
        .collect()
}

pub(crate) fn named(name: &str) -> Result<Outcome, Failure> {
    match name {
        "new" => Ok(Outcome::New),
        "updated" => Ok(Outcome::Updated),
        "unchanged" => Ok(Outcome::Unchanged),
        "skipped" => Ok(Outcome::Skipped),
        "error" => Ok(Outcome::Error),
        other => Err(Failure::other(&format!("no outcome is called {other}"))),
    }
}
