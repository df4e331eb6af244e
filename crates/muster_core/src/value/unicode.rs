//! What Unicode says of characters: normal forms (UAX 15), small letters, marks, and names of hosts (UTS 46).

mod case;
pub(super) mod host;
mod normal;
mod punycode;
mod tables;

pub(super) use case::{lower, push_folded};
pub(super) use normal::{nfc, nfd};

/// Whether the character combines with the one before it: an accent, a vowel sign.
pub(super) fn is_mark(c: char) -> bool {
    tables::class(c).is_mark()
}
