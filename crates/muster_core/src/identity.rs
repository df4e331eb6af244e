//! Keyed fingerprints of identifiers and values. (SipHash-2-4: Aumasson and Bernstein, 2012.)

use siphasher::sip::{SipHasher13, SipHasher24};

use crate::field::Identifier;

/// The 128-bit key of a workspace or of one answer.
pub type Key = [u8; 16];

/// A map by keys from files: its hash is fast, and not as easily attacked as faster ones.
pub(crate) type Map<K, V> = hashbrown::HashMap<K, V, foldhash::fast::FixedState>;

/// A set of such keys.
pub(crate) type Set<K> = hashbrown::HashSet<K, foldhash::fast::FixedState>;

/// The fingerprint of an identifier: SipHash-2-4 of `kind:canonical` with the workspace's key.
///
/// ```
/// use muster_core::{field::Identifier, identity::fingerprint};
/// let key = [7; 16];
/// assert_eq!(fingerprint(&key, Identifier::Phone, "+60123456789"), fingerprint(&key, Identifier::Phone, "+60123456789"));
/// assert_ne!(fingerprint(&key, Identifier::Phone, "12"), fingerprint(&key, Identifier::ContactId, "12"));
/// ```
pub fn fingerprint(key: &Key, kind: Identifier, canonical: &str) -> u64 {
    value_print(key, kind.key(), canonical)
}

/// The hash of `field:value` with the workspace's key, by which the server knows whether a field still is as previewed.
pub fn value_print(key: &Key, field: &str, value: &str) -> u64 {
    Prints::new(key, field).print(value)
}

/// The hashes of many values of one field. Each is hashed in one piece: that takes half the time of piece by piece.
pub(crate) struct Prints {
    hasher: SipHasher24,
    /// `field:`, then the value of the moment.
    buffer: Vec<u8>,
    prefix: usize,
}

impl Prints {
    pub(crate) fn new(key: &Key, field: &str) -> Self {
        let mut buffer = Vec::with_capacity(64);
        buffer.extend_from_slice(field.as_bytes());
        buffer.push(b':');
        Self {
            hasher: SipHasher24::new_with_key(key),
            prefix: buffer.len(),
            buffer,
        }
    }

    /// [`value_print`] of a value.
    pub(crate) fn print(&mut self, value: &str) -> u64 {
        self.buffer.truncate(self.prefix);
        append(&mut self.buffer, value.as_bytes());
        self.hasher.hash(&self.buffer)
    }
}

/// The hash over the compared fields of a contact or row, empty ones included, with the key of one answer: the
/// fingerprint that was looked for, then per field the length in bytes as a little-endian u32 and the value.
///
/// SipHash-1-3: it holds against whoever doesn't know the key, and takes half the time of SipHash-2-4.
pub fn fields_hash<'a>(key: &Key, print: u64, values: impl IntoIterator<Item = &'a str>) -> u64 {
    let values = values.into_iter().map(str::as_bytes);
    fields_hash_by(key, &mut Vec::with_capacity(128), print, values)
}

/// The same for many contacts, one after the other in the same buffer.
pub(crate) fn fields_hash_by<'a>(
    key: &Key,
    buffer: &mut Vec<u8>,
    print: u64,
    values: impl IntoIterator<Item = &'a [u8]>,
) -> u64 {
    buffer.clear();
    buffer.extend_from_slice(&print.to_le_bytes());
    for value in values {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a value is far below 4 GiB"
        )]
        buffer.extend_from_slice(&(value.len() as u32).to_le_bytes());
        append(buffer, value);
    }
    SipHasher13::new_with_key(key).hash(buffer)
}

/// Appends few bytes, a word at a time: in WebAssembly a copy of any length is a call, which takes longer than they do.
#[inline]
fn append(buffer: &mut Vec<u8>, bytes: &[u8]) {
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        buffer.extend_from_slice(word);
    }
    let (halves, rest) = rest.as_chunks::<4>();
    for half in halves {
        buffer.extend_from_slice(half);
    }
    for &byte in rest {
        buffer.push(byte);
    }
}
