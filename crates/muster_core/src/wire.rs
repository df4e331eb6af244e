//! The bytes of lookups and batches: the only module that knows them.
//!
//! Version 1 is a plain layout: a header (magic, version, kind, length of the body, SHA-256 cut to 8 bytes), then
//! LEB128 integers, little-endian 64-bit words and length-prefixed UTF-8. Every decoder knows its bounds before it
//! allocates, borrows text from the bytes, and refuses what is left over.

use std::borrow::Cow;

use crate::field::Identifier;
use crate::issue::Code;

/// The version of the layouts in this module.
pub const VERSION: u16 = 1;

/// Which contacts have these identifiers? `POST /contacts/match`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MatchRequest {
    /// Keys of the asked fields, in the order in which they are hashed.
    pub fields: Vec<String>,
    /// Fingerprints, ascending and distinct, by kind ([`Identifier::ALL`]).
    pub prints: [Vec<u64>; 3],
}

/// The answer to a [`MatchRequest`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MatchAnswer {
    /// The key of this answer's hashes, freshly drawn.
    pub hash_key: [u8; 16],
    /// Names of the tags in `tag_sets`.
    pub tags: Vec<String>,
    /// Distinct sets, as ascending positions in `tags`.
    pub tag_sets: Vec<Vec<u32>>,
    /// The contacts found, each once, ascending by id.
    pub contacts: Vec<MatchedContact>,
    /// By kind: (position in the request's prints, position in `contacts`), ascending. A print that nobody has is absent.
    pub found: [Vec<(u32, u32)>; 3],
}

/// A contact in a [`MatchAnswer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatchedContact {
    /// The contact's id.
    pub id: u64,
    /// Rises with every change.
    pub version: u32,
    /// Position in [`MatchAnswer::tag_sets`].
    pub tag_set: u32,
    /// [`crate::identity::fields_hash`] over the asked fields, empty ones included.
    pub hash: u64,
}

/// What do these contacts hold? `POST /contacts/values`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValuesRequest {
    /// Keys of the asked fields.
    pub fields: Vec<String>,
    /// Contact ids, ascending and distinct.
    pub ids: Vec<u64>,
}

/// The answer to a [`ValuesRequest`]. Contacts that are gone by now are absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValuesAnswer {
    /// Names of the tags in `tag_sets`.
    pub tags: Vec<String>,
    /// Distinct sets, as ascending positions in `tags`.
    pub tag_sets: Vec<Vec<u32>>,
    /// The contacts, ascending by id.
    pub contacts: Vec<ContactValues>,
}

/// A contact in a [`ValuesAnswer`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactValues {
    /// The contact's id.
    pub id: u64,
    /// Its version when the values were read.
    pub version: u32,
    /// Position in [`ValuesAnswer::tag_sets`].
    pub tag_set: u32,
    /// Values in the request's order of fields; empty means none.
    pub values: Vec<String>,
}

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

/// How much a decoder takes at most.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Bytes of the whole message.
    pub bytes: usize,
    /// Rows, fingerprints, ids or contacts.
    pub items: usize,
}

/// Why bytes are not a message of this module.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Not the magic, or another kind of message.
    #[error("these bytes are not the expected kind of message")]
    Kind,
    /// Another version.
    #[error("version {0} of the layout is not known here")]
    Version(u16),
    /// Length or digest don't fit.
    #[error("the message is damaged or incomplete")]
    Damaged,
    /// More than the bounds.
    #[error("the message is larger than allowed")]
    TooLarge,
    /// Well delivered, but not what the layout says.
    #[error("the message is malformed: {0}")]
    Malformed(&'static str),
}

macro_rules! message {
    ($name:ty, $decoded:ty, $lifetime:lifetime) => {
        impl $name {
            /// The message's bytes.
            pub fn encode(&self) -> Vec<u8> {
                todo!()
            }

            /// Reads the bytes of one message.
            pub fn decode<$lifetime>(_bytes: &$lifetime [u8], _bounds: Bounds) -> Result<$decoded, WireError> {
                todo!()
            }
        }
    };
}
message!(MatchRequest, Self, 'a);
message!(MatchAnswer, Self, 'a);
message!(ValuesRequest, Self, 'a);
message!(ValuesAnswer, Self, 'a);
message!(Batch<'_>, Batch<'a>, 'a);
