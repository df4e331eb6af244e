//! The bytes of lookups and batches: the only module that knows them.
//!
//! Version 1 is a plain layout: a header (magic, version, kind, length of the body, SHA-256 cut to 8 bytes), then
//! LEB128 integers, little-endian 64-bit words and length-prefixed UTF-8. Every decoder knows its bounds before it
//! allocates, borrows text from the bytes where it can, and refuses what is left over. No bytes make one panic.
//!
//! ```
//! use muster_core::wire::{Bounds, MatchRequest};
//! let request = MatchRequest { fields: vec!["email".into()], prints: [vec![], vec![3, 7], vec![]] };
//! let bounds = Bounds { bytes: 1_000, items: 10 };
//! assert_eq!(MatchRequest::decode(&request.encode(), bounds), Ok(request));
//! ```

mod batch;
mod bytes;
mod lookup;
#[cfg(test)]
mod tests;

pub use batch::{Batch, Row, RowIssue, RowPlan, Write};
pub(crate) use lookup::ReadValues;
pub use lookup::{
    ContactValues, MatchAnswer, MatchRequest, MatchedContact, ValuesAnswer, ValuesRequest,
};

/// The version of the layouts in this module.
pub const VERSION: u16 = 1;

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
