//! Any bytes as any message: refused, or what they say comes back as it is.

use std::fmt::Debug;

use muster_core::wire::{
    BatchColumns, Bounds, CompareAnswer, CompareRequest, Lookup, MatchAnswer, MatchRequest,
    VERSION, ValuesAnswer, ValuesRequest, WireError, seal, unseal,
};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::Choices;

const BOUNDS: Bounds = Bounds {
    bytes: 1 << 16,
    items: 1 << 12,
};

/// Decodes the bytes as they are, and as the body of a message that arrived whole.
pub fn check(data: &[u8]) {
    decode_all(data);
    let mut choices = Choices(data);
    let kind = 1 + choices.byte() % 9;
    let version = match choices.byte() {
        0..200 => VERSION,
        older => VERSION.wrapping_sub(u16::from(older % 3)),
    };
    decode_all(&sealed(version, kind, choices.rest()));
}

/// A body with the header that its length and digest ask for.
fn sealed(version: u16, kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
    let seed = u64::from(length) | u64::from(kind) << 40 | u64::from(version) << 48;
    [
        b"MSTR",
        version.to_le_bytes().as_slice(),
        &[kind],
        &length.to_le_bytes(),
        &xxh3_64_with_seed(body, seed).to_le_bytes(),
        body,
    ]
    .concat()
}

fn decode_all(bytes: &[u8]) {
    check_message(bytes, MatchRequest::decode, MatchRequest::encode);
    check_message(bytes, MatchAnswer::decode, MatchAnswer::encode);
    check_message(bytes, ValuesRequest::decode, ValuesRequest::encode);
    check_message(bytes, ValuesAnswer::decode, ValuesAnswer::encode);
    check_message(bytes, CompareRequest::decode, CompareRequest::encode);
    check_message(bytes, CompareAnswer::decode, CompareAnswer::encode);
    check_message(bytes, unseal, |bytes| seal(bytes));
    if let Ok(lookup) = Lookup::decode(bytes, BOUNDS) {
        assert!(lookup.prints() <= BOUNDS.items);
    }
    if let Ok(columns) = BatchColumns::decode(bytes, BOUNDS) {
        let batch = columns.batch();
        let again = batch.encode();
        let columns = BatchColumns::decode(&again, WIDE).expect("it was encoded");
        assert_eq!(columns.batch(), batch);
    }
}

/// What is written anew may be longer than what came.
const WIDE: Bounds = Bounds {
    bytes: 1 << 26,
    items: 1 << 12,
};

fn check_message<T: Debug + PartialEq>(
    bytes: &[u8],
    decode: impl Fn(&[u8], Bounds) -> Result<T, WireError>,
    encode: impl Fn(&T) -> Vec<u8>,
) {
    if let Ok(message) = decode(bytes, BOUNDS) {
        assert_eq!(decode(&encode(&message), WIDE).as_ref(), Ok(&message));
    }
}
