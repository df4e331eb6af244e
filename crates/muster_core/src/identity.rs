//! Keyed fingerprints of identifiers and values. (SipHash-2-4: Aumasson and Bernstein, 2012.)

use std::hash::Hasher as _;

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
/// fingerprint that was looked for, then per field its [words].
///
/// SipHash-1-3: it holds against whoever doesn't know the key, and takes half the time of SipHash-2-4.
pub fn fields_hash<'a>(key: &Key, print: u64, values: impl IntoIterator<Item = &'a str>) -> u64 {
    bytes_hash(key, print, values.into_iter().map(str::as_bytes))
}

/// The same, given bytes.
pub(crate) fn bytes_hash<'a>(
    key: &Key,
    print: u64,
    values: impl IntoIterator<Item = &'a [u8]>,
) -> u64 {
    let mut hasher = SipHasher13::new_with_key(key);
    hasher.write_u64(print);
    for value in values {
        words(value, |word| hasher.write_u64(word));
    }
    hasher.finish()
}

/// A value as little-endian words: its length in bytes below its first four bytes, then eight bytes each, with noughts
/// for those that are missing. Hashed by whole words it need not be copied to where the other fields are.
#[inline]
fn words(value: &[u8], mut call: impl FnMut(u64)) {
    let half = |bytes: &[u8; 4]| u64::from(u32::from_le_bytes(*bytes));
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a value is far below 4 GiB"
    )]
    let length = u64::from(value.len() as u32);
    let Some((first, rest)) = value.split_first_chunk::<4>() else {
        let few = value.iter().rev();
        let few = few.fold(0, |few, &byte| few << 8 | u64::from(byte));
        return call(few << 32 | length);
    };
    call(half(first) << 32 | length);
    let (whole, rest) = rest.as_chunks::<8>();
    for word in whole {
        call(u64::from_le_bytes(*word));
    }
    // The last bytes are taken together with some of those before them, which are shifted out.
    let missing = 8 * (8 - rest.len() as u32);
    match (value.last_chunk::<8>(), value.last_chunk::<4>()) {
        _ if rest.is_empty() => {}
        (Some(last), _) => call(u64::from_le_bytes(*last) >> missing),
        (None, Some(last)) => call(half(last) >> (missing - 32)),
        (None, None) => {}
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_its_length_and_its_bytes() {
        let text = "abcdefghijklmnopqrstuvwxyz";
        for length in 0..=text.len() {
            let value = &text.as_bytes()[..length];
            let mut expected = (length as u32).to_le_bytes().to_vec();
            expected.extend_from_slice(value);
            expected.resize(expected.len().next_multiple_of(8), 0);
            let mut found = Vec::new();
            words(value, |word| found.extend(word.to_le_bytes()));
            assert_eq!(found, expected, "{length}");
        }
    }

    #[test]
    fn fields_that_are_parted_otherwise_have_another_hash() {
        let hash = |values: &[&str]| fields_hash(&[7; 16], 1, values.iter().copied());
        let all = [
            hash(&["ab", "c"]),
            hash(&["a", "bc"]),
            hash(&["abc", ""]),
            hash(&["", "abc"]),
            hash(&["abc"]),
            hash(&["abc\0"]),
            hash(&["abcdefghijkl", ""]),
            hash(&["abcd", "efghijkl"]),
        ];
        let apart: std::collections::BTreeSet<u64> = all.into_iter().collect();
        assert_eq!(apart.len(), all.len());
    }
}
