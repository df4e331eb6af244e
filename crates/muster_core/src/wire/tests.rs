//! Every message comes back as it went, and no bytes make a decoder panic.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

use super::*;
use crate::field::Identifier;
use crate::issue::Code;

const WIDE: Bounds = Bounds {
    bytes: 1 << 20,
    items: 1 << 16,
};

fn text() -> impl Strategy<Value = String> {
    "\\PC{0,6}"
}

fn small() -> impl Strategy<Value = u32> {
    prop_oneof![0..300_u32, any::<u32>()]
}

fn id() -> impl Strategy<Value = u64> {
    prop_oneof![0..300_u64, 0..u64::MAX]
}

fn prints() -> impl Strategy<Value = Vec<u64>> {
    btree_set(any::<u64>(), 0..6).prop_map(|set| set.into_iter().collect())
}

fn code() -> impl Strategy<Value = Code> {
    (0..Code::ALL.len()).prop_map(|at| Code::ALL[at])
}

fn kind() -> impl Strategy<Value = Identifier> {
    (0..3_usize).prop_map(|at| Identifier::ALL[at])
}

fn match_request() -> impl Strategy<Value = MatchRequest> {
    (vec(text(), 0..4), [prints(), prints(), prints()])
        .prop_map(|(fields, prints)| MatchRequest { fields, prints })
}

/// Tags, sets of them, and contacts: id to version, set and whatever else.
type Found<T> = (Vec<String>, Vec<Vec<u32>>, BTreeMap<u64, (u32, u32, T)>);

fn found<T: Strategy>(other: T) -> impl Strategy<Value = Found<T::Value>>
where
    T::Value: Clone,
{
    let tags = vec(text(), 1..4);
    let sets = vec(vec(0..4_u32, 0..4), 1..3);
    (tags, sets, btree_map(id(), (small(), small(), other), 0..5)).prop_map(
        |(tags, sets, mut contacts)| {
            let sets: Vec<Vec<u32>> = sets
                .into_iter()
                .map(|set| {
                    let set: BTreeSet<u32> =
                        set.iter().map(|tag| tag % tags.len() as u32).collect();
                    set.into_iter().collect()
                })
                .collect();
            for (_, set, _) in contacts.values_mut() {
                *set %= sets.len() as u32;
            }
            (tags, sets, contacts)
        },
    )
}

fn match_answer() -> impl Strategy<Value = MatchAnswer> {
    let pairs = || btree_set((small(), small()), 0..5);
    (
        found(any::<u64>()),
        any::<[u8; 16]>(),
        [pairs(), pairs(), pairs()],
    )
        .prop_map(|((tags, tag_sets, contacts), hash_key, pairs)| {
            let many = contacts.len() as u32;
            MatchAnswer {
                hash_key,
                tags,
                tag_sets,
                contacts: contacts
                    .into_iter()
                    .map(|(id, (version, tag_set, hash))| MatchedContact {
                        id,
                        version,
                        tag_set,
                        hash,
                    })
                    .collect(),
                found: pairs.map(|pairs| {
                    let known: BTreeSet<(u32, u32)> = pairs
                        .into_iter()
                        .filter(|_| many > 0)
                        .map(|(print, contact)| (print, contact % many.max(1)))
                        .collect();
                    known.into_iter().collect()
                }),
            }
        })
}

fn values_request() -> impl Strategy<Value = ValuesRequest> {
    (vec(text(), 0..4), prints()).prop_map(|(fields, ids)| ValuesRequest { fields, ids })
}

fn values_answer() -> impl Strategy<Value = ValuesAnswer> {
    found(proptest::array::uniform3(text())).prop_map(|(tags, tag_sets, contacts)| ValuesAnswer {
        tags,
        tag_sets,
        contacts: contacts
            .into_iter()
            .map(|(id, (version, tag_set, values))| ContactValues {
                id,
                version,
                tag_set,
                values: values.to_vec(),
            })
            .collect(),
    })
}

fn plan() -> impl Strategy<Value = RowPlan<'static>> {
    let tags = || vec(text().prop_map(Into::into), 0..3);
    let value = || text().prop_map(Into::into);
    let write = (small(), proptest::option::of(value()), any::<u64>()).prop_map(
        |(slot, value, previewed)| Write {
            slot,
            value,
            previewed,
        },
    );
    let issue = (
        code(),
        proptest::option::of(small()),
        value(),
        vec(id(), 0..3),
        proptest::option::of(small()),
    )
        .prop_map(|(code, column, value, ids, kept_row)| RowIssue {
            code,
            column,
            value,
            ids,
            kept_row,
        });
    prop_oneof![
        (
            vec((small(), value()), 0..4),
            tags(),
            proptest::option::of(kind())
        )
            .prop_map(|(values, tags, key)| RowPlan::New { values, tags, key }),
        (
            id(),
            small(),
            (kind(), any::<u64>()),
            vec(write, 0..4),
            tags()
        )
            .prop_map(|(id, version, key, writes, tags)| RowPlan::Updated {
                id,
                version,
                key,
                writes,
                tags
            }),
        id().prop_map(|id| RowPlan::Unchanged { id }),
        (
            code(),
            proptest::option::of(id()),
            value(),
            proptest::option::of(small())
        )
            .prop_map(|(reason, id, identifier, kept_row)| RowPlan::Skipped {
                reason,
                id,
                identifier,
                kept_row
            }),
        vec(issue, 0..3).prop_map(|issues| RowPlan::Error { issues }),
    ]
}

fn batch() -> impl Strategy<Value = Batch<'static>> {
    let warnings = vec((code(), proptest::option::of(small())), 0..3);
    let row = (small(), plan(), warnings).prop_map(|(row, plan, warnings)| Row {
        row,
        plan,
        warnings,
    });
    (small(), vec(row, 0..6)).prop_map(|(number, rows)| Batch { number, rows })
}

/// Whatever decodes is a message that encodes to the same bytes; whatever doesn't is an error. Nothing panics.
fn decode_all(bytes: &[u8]) {
    if let Ok(message) = MatchRequest::decode(bytes, WIDE) {
        assert_eq!(message.encode(), bytes);
    }
    let _ = MatchAnswer::decode(bytes, WIDE).map(|message| assert_eq!(message.encode(), bytes));
    let _ = ValuesRequest::decode(bytes, WIDE).map(|message| assert_eq!(message.encode(), bytes));
    let _ = ValuesAnswer::decode(bytes, WIDE);
    let _ = Batch::decode(bytes, WIDE);
}

/// Makes the header fit a changed body, so that the change reaches the decoder of the body.
fn reseal(bytes: &mut [u8]) {
    if let Some((header, body)) = bytes.split_at_mut_checked(19) {
        header[7..11].copy_from_slice(&(body.len() as u32).to_le_bytes());
        header[11..19].copy_from_slice(&Sha256::digest(body)[..8]);
    }
}

/// One message in every way: as it is, cut short, with a changed byte, within too narrow bounds.
fn check(bytes: &[u8], at: prop::sample::Index, byte: u8) {
    decode_all(bytes);
    let at = at.index(bytes.len());
    decode_all(&bytes[..at]);
    let mut cut = bytes[..at].to_vec();
    reseal(&mut cut);
    decode_all(&cut);
    let mut changed = bytes.to_vec();
    changed[at] ^= byte;
    decode_all(&changed);
    reseal(&mut changed);
    decode_all(&changed);
    let narrow = Bounds {
        bytes: bytes.len() - 1,
        items: 1_000,
    };
    assert_eq!(
        MatchRequest::decode(bytes, narrow),
        Err(WireError::TooLarge)
    );
}

proptest! {
    #[test]
    fn messages_come_back(
        request in match_request(), answer in match_answer(), values in values_request(), stored in values_answer(), batch in batch(),
        at: prop::sample::Index, byte in 1..=255_u8,
    ) {
        prop_assert!(MatchRequest::decode(&request.encode(), WIDE).is_ok_and(|back| back == request));
        prop_assert!(MatchAnswer::decode(&answer.encode(), WIDE).is_ok_and(|back| back == answer));
        prop_assert!(ValuesRequest::decode(&values.encode(), WIDE).is_ok_and(|back| back == values));
        prop_assert!(ValuesAnswer::decode(&stored.encode(), WIDE).is_ok_and(|back| back == stored));
        prop_assert!(Batch::decode(&batch.encode(), WIDE).is_ok_and(|back| back == batch));
        for bytes in [request.encode(), answer.encode(), values.encode(), stored.encode(), batch.encode()] {
            check(&bytes, at, byte);
        }
    }

    #[test]
    fn random_bytes_are_refused(kind in 0..7_u8, body in vec(any::<u8>(), 0..200)) {
        let mut bytes = [b"MSTR\x01\0".as_slice(), &[kind], &[0; 12], &body].concat();
        decode_all(&body);
        decode_all(&bytes);
        reseal(&mut bytes);
        decode_all(&bytes);
    }
}

#[test]
fn headers_are_checked_in_order() {
    let good = ValuesRequest {
        fields: vec!["email".into()],
        ids: vec![1, 2, 300],
    }
    .encode();
    let with = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        ValuesRequest::decode(&bytes, WIDE)
    };
    assert_eq!(with(0, b'X'), Err(WireError::Kind));
    assert_eq!(with(4, 2), Err(WireError::Version(2)));
    assert_eq!(with(6, 1), Err(WireError::Kind));
    assert_eq!(with(11, good[11] ^ 1), Err(WireError::Damaged));
    assert_eq!(
        ValuesRequest::decode(&good[..good.len() - 1], WIDE),
        Err(WireError::Damaged)
    );
    let narrow = Bounds {
        bytes: 1_000,
        items: 2,
    };
    assert_eq!(
        ValuesRequest::decode(&good, narrow),
        Err(WireError::TooLarge)
    );
}

#[test]
fn counts_beyond_the_message_are_refused_before_allocation() {
    // A request that claims 2^60 fields in a body of nine bytes.
    let mut bytes = [b"MSTR\x01\0\x01".as_slice(), &[0; 12], &[0x80; 8], &[0x10]].concat();
    reseal(&mut bytes);
    assert_eq!(
        MatchRequest::decode(&bytes, WIDE),
        Err(WireError::Malformed("it ends too early"))
    );
}
