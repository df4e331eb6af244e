//! The message of the plan: a numbered part of an import. Rows in memory, columns on the wire.

mod decode;
mod encode;

use std::borrow::Cow;

use crate::field::Identifier;
use crate::issue::Code;

pub use decode::BatchColumns;

const NEW: u8 = 0;
const UPDATED: u8 = 1;
const UNCHANGED: u8 = 2;
const SKIPPED: u8 = 3;
const ERROR: u8 = 4;

/// A numbered part of an import: a contiguous range of rows, every row of it listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch<'a> {
    /// Position in the import, from 0.
    pub number: u32,
    /// Its rows, ascending by row number.
    pub rows: Vec<Row<'a>>,
}

/// A row of a [`Batch`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// The spreadsheet's row number.
    pub row: u32,
    /// What is to become of it.
    pub plan: RowPlan<'a>,
    /// Warnings of a row that is not an error: code and column.
    pub warnings: Vec<(Code, Option<u32>)>,
}

/// What is to become of a row. `slot` is a position in the import's `columns`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowPlan<'a> {
    /// A contact to be created.
    New {
        /// Canonical values by slot, ascending; empty ones absent; never the slot of the tags or the contact id.
        values: Vec<(u32, Cow<'a, str>)>,
        /// Names of its tags, the row's and the import's.
        tags: Vec<Cow<'a, str>>,
        /// The identifier that was looked for; none where the row has none ("add all").
        key: Option<Identifier>,
    },
    /// A contact to be changed.
    Updated {
        /// The contact.
        id: u64,
        /// Its version in the preview.
        version: u32,
        /// The row's key: kind and fingerprint.
        key: (Identifier, u64),
        /// Fields to be written, by slot, ascending.
        writes: Vec<Write<'a>>,
        /// Names of the tags that it gains.
        tags: Vec<Cow<'a, str>>,
    },
    /// A contact that is as the row says already.
    Unchanged {
        /// The contact.
        id: u64,
    },
    /// A row that is not imported, on purpose.
    Skipped {
        /// Why: [`Code::AlreadyExists`], [`Code::NotFound`], [`Code::DuplicateInFile`] or [`Code::LeftOut`].
        reason: Code,
        /// The contact, where one is known.
        id: Option<u64>,
        /// The identifier's canonical value, where no contact is known.
        identifier: Cow<'a, str>,
        /// [`Code::DuplicateInFile`]: the row that is kept.
        kept_row: Option<u32>,
    },
    /// A row that can't be imported.
    Error {
        /// Its errors, in order; at least one.
        issues: Vec<RowIssue<'a>>,
    },
}

/// A field to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write<'a> {
    /// Position in the import's `columns`.
    pub slot: u32,
    /// The canonical value; none clears.
    pub value: Option<Cow<'a, str>>,
    /// [`crate::identity::value_print`] of the value in the preview (empty for none).
    pub previewed: u64,
}

/// An error of a row, as it travels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowIssue<'a> {
    /// What is wrong.
    pub code: Code,
    /// The column's index in the file.
    pub column: Option<u32>,
    /// The value, cut to [`crate::limits::Limits::issue_value_chars`].
    pub value: Cow<'a, str>,
    /// [`Code::AmbiguousMatch`]: the contacts, ten at most.
    pub ids: Vec<u64>,
    /// [`Code::DuplicateInFile`]: the row that is kept or came first.
    pub kept_row: Option<u32>,
}
