//! Digests that say something about a file without giving it away.

use std::fmt::Write as _;

use muster_core::identity::Key;
use muster_core::mapping;
use muster_core::parse::Table;
use sha2::{Digest as _, Sha256};

/// HMAC-SHA-256 (RFC 2104) under the workspace's key, in hexadecimal.
pub fn keyed<'a>(key: &Key, parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let padded = |pad: u8| {
        let mut block = [pad; 64];
        for (byte, key) in block.iter_mut().zip(key) {
            *byte ^= key;
        }
        Sha256::new_with_prefix(block)
    };
    let mut inner = padded(0x36);
    for part in parts {
        inner.update(part);
    }
    hex(&padded(0x5C).chain_update(inner.finalize()).finalize())
}

/// The digest of the file as it lies on the disk, in whatever encoding.
pub fn file(key: &Key, table: &Table) -> String {
    keyed(key, [table.digest().as_slice()])
}

/// The digest of what files with the same columns have in common, if the file names its columns.
pub fn signature(key: &Key, table: &Table) -> Option<String> {
    let names = mapping::signature(table)?;
    Some(keyed(key, [names.as_bytes()]))
}

/// In hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes of 32 hexadecimal digits.
pub fn key(text: &str) -> Option<Key> {
    let mut key = Key::default();
    if text.len() != 2 * key.len() || !text.is_ascii() {
        return None;
    }
    for (at, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(key)
}
