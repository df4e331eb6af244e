//! The bytes of lookups and batches: the only module that knows them.
//!
//! Version 3 lies in columns. A message is a header (magic, version, kind, length of the body, XXH3 of it) and columns:
//! numbers as runs, at a fixed width or as bytes, whichever is smallest; texts end to end, through a dictionary where
//! they repeat, spelled in codes of their letters, as numbers where they are phone numbers or dates; what that leaves is deflated, column by column.
//! Every decoder measures what a message declares against its bounds, and against the bytes that are really there,
//! before it allocates; it refuses what is left over. No bytes make one panic.
//!
//! ```
//! use muster_core::wire::{Bounds, ValuesRequest};
//! let request = ValuesRequest { fields: vec!["email".into()], ids: vec![3, 7] };
//! let bounds = Bounds { bytes: 1_000, items: 10 };
//! assert_eq!(ValuesRequest::decode(&request.encode(), bounds), Ok(request));
//! ```

mod batch;
mod bytes;
mod contacts;
mod huffman;
mod lookup;
mod numbers;
mod pack;
mod texts;
mod values;

#[cfg(test)]
mod tests;

pub use batch::{Batch, BatchColumns, Row, RowIssue, RowPlan, Write};
pub use contacts::Found;
pub use lookup::{
    Asked, CompareAnswer, CompareRequest, Compared, Equal, Holder, LOOKUP_ITEMS, Lookup,
    MatchAnswer, MatchRequest, field_bit, prefix,
};
pub use pack::{seal, unseal};
pub use texts::Texts;
pub use values::{ValuesAnswer, ValuesRequest};

/// The version of the layouts in this module.
pub const VERSION: u16 = 3;

/// How much a decoder takes at most.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Bytes of the whole message; and, once more, bytes of its texts when they are unpacked.
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

/// Refuses a message of which something doesn't hold.
fn check(holds: bool, sentence: &'static str) -> Result<(), WireError> {
    if holds {
        Ok(())
    } else {
        Err(WireError::Malformed(sentence))
    }
}
