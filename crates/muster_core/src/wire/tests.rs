//! Every message comes back as it went, and no bytes make a decoder panic or take more than its bounds.

mod layouts;
mod messages;

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;

use super::bytes::{Kind, Reader, Writer, digest};
use super::*;
use messages::{
    batch, compare_answer, compare_request, match_answer, match_request, messages, texts,
    values_answer, values_request,
};

const WIDE: Bounds = Bounds {
    bytes: 1 << 20,
    items: 1 << 16,
};

/// Decodes bytes as every message there is. Whether they are one.
fn decode(bytes: &[u8], bounds: Bounds) -> bool {
    [
        Lookup::decode(bytes, bounds).is_ok(),
        CompareAnswer::decode(bytes, bounds).is_ok(),
        MatchAnswer::decode(bytes, bounds).is_ok(),
        ValuesRequest::decode(bytes, bounds).is_ok(),
        ValuesAnswer::decode(bytes, bounds).is_ok(),
        BatchColumns::decode(bytes, bounds).is_ok_and(|columns| {
            let batch = columns.batch();
            assert_eq!(
                BatchColumns::decode(&batch.encode(), WIDE).unwrap().batch(),
                batch
            );
            true
        }),
        unseal(bytes, bounds).is_ok(),
    ]
    .contains(&true)
}

/// Makes the header fit a changed body, so that the change reaches the decoder of the body.
fn reseal(bytes: &mut [u8]) {
    if let Some((header, body)) = bytes.split_at_mut_checked(19) {
        header[7..11].copy_from_slice(&(body.len() as u32).to_le_bytes());
        let digest = digest(VERSION, header[6], body);
        header[11..19].copy_from_slice(&digest.to_le_bytes());
    }
}

proptest! {
    #[test]
    fn messages_come_back(
        compare in compare_request(), compared in compare_answer(), find in match_request(), found in match_answer(),
        values in values_request(), stored in values_answer(), batch in batch(), bytes in vec(any::<u8>(), 0..99),
    ) {
        prop_assert_eq!(Lookup::decode(&compare.encode(), WIDE), Ok(Lookup::Compare(compare)));
        prop_assert_eq!(CompareAnswer::decode(&compared.encode(), WIDE), Ok(compared));
        prop_assert_eq!(Lookup::decode(&find.encode(), WIDE), Ok(Lookup::Match(find)));
        prop_assert_eq!(MatchAnswer::decode(&found.encode(), WIDE), Ok(found));
        prop_assert_eq!(ValuesRequest::decode(&values.encode(), WIDE), Ok(values));
        prop_assert_eq!(ValuesAnswer::decode(&stored.encode(), WIDE), Ok(stored));
        let columns = BatchColumns::decode(&batch.encode(), WIDE).unwrap();
        prop_assert_eq!(columns.batch(), batch);
        prop_assert_eq!(unseal(&seal(&bytes), WIDE), Ok(bytes));
    }

    #[test]
    fn columns_come_back(
        numbers in prop_oneof![vec(any::<u64>(), 0..60), vec(0..9_u64, 0..60), vec(Just(7_u64), 0..60)],
        rising in btree_set(prop_oneof![any::<u64>(), 0..200_u64], 0..60),
        texts in (0..60_usize).prop_flat_map(texts),
    ) {
        let steps: Vec<u64> = numbers.iter().scan(0_u64, |sum, step| { *sum = sum.wrapping_add(step % 3); Some(*sum) }).collect();
        let rising: Vec<u64> = rising.into_iter().collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut writer = Writer::new(Kind::Sealed);
        writer.numbers(&numbers);
        writer.numbers(&steps);
        writer.ascending(&rising);
        writer.texts(&texts);
        let bytes = writer.finish();
        let mut reader = Reader::open(Kind::Sealed, &bytes, WIDE).unwrap();
        prop_assert_eq!(reader.numbers(numbers.len()), Ok(numbers));
        prop_assert_eq!(reader.numbers(steps.len()), Ok(steps));
        prop_assert_eq!(reader.ascending(rising.len()), Ok(rising));
        prop_assert!(reader.texts(texts.len()).unwrap().iter().eq(texts));
        prop_assert_eq!(reader.finish(), Ok(()));
    }

    /// The digest sees every change; the decoders of the bodies bear every one.
    #[test]
    fn every_changed_byte_and_every_cut_is_refused(messages in messages(), bit in 0..8_u32) {
        for message in messages {
            prop_assert!(decode(&message, WIDE));
            for at in 0..message.len() {
                let mut changed = message.clone();
                changed[at] ^= 1 << bit;
                prop_assert!(!decode(&changed, WIDE));
                reseal(&mut changed);
                decode(&changed, WIDE);
                let mut cut = message[..at].to_vec();
                prop_assert!(!decode(&cut, WIDE));
                reseal(&mut cut);
                prop_assert!(!decode(&cut, WIDE), "cut at {} of {}", at, message.len());
            }
            let mut longer = [message.as_slice(), &[0]].concat();
            prop_assert!(!decode(&longer, WIDE));
            reseal(&mut longer);
            prop_assert!(!decode(&longer, WIDE));
            let narrow = Bounds { bytes: message.len() - 1, items: 1_000 };
            prop_assert!(!decode(&message, narrow));
        }
    }

    #[test]
    fn random_bytes_are_refused(kind in 0..10_u8, body in vec(any::<u8>(), 0..200)) {
        let mut bytes = [b"MSTR\x03\0".as_slice(), &[kind], &[0; 12], &body].concat();
        decode(&body, WIDE);
        decode(&bytes, WIDE);
        reseal(&mut bytes);
        decode(&bytes, WIDE);
    }
}

#[test]
fn texts_lie_end_to_end() {
    let texts: Texts = ["Ann", "", "Ben"].into_iter().collect();
    assert!(!texts.is_empty() && Texts::default().is_empty());
    assert_ne!(texts, ["Ann", "Ben"].into_iter().collect());
    assert!(texts.iter().eq(["Ann", "", "Ben"]));
    assert_eq!((texts.len(), texts.get(2), texts.get(3)), (3, "Ben", ""));
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
    assert_eq!(
        with(4, 2),
        Err(WireError::Version(2)),
        "the second version is gone"
    );
    assert_eq!(with(4, 4), Err(WireError::Version(4)));
    assert_eq!(with(6, 1), Err(WireError::Kind));
    assert_eq!(with(11, good[11] ^ 1), Err(WireError::Damaged));
    let cut = &good[..good.len() - 1];
    assert_eq!(ValuesRequest::decode(cut, WIDE), Err(WireError::Damaged));
    let narrow = Bounds {
        bytes: 1_000,
        items: 2,
    };
    assert_eq!(
        ValuesRequest::decode(&good, narrow),
        Err(WireError::TooLarge)
    );
}

/// Bodies that say something else than they are.
#[test]
fn what_is_declared_has_to_be_true() {
    fn check(kind: Kind, body: &[u8], want: WireError) {
        let mut bytes = Writer::new(kind);
        bytes.raw(body);
        let bytes = bytes.finish();
        let found = match kind {
            Kind::Sealed => unseal(&bytes, WIDE).err(),
            Kind::MatchRequest => Lookup::decode(&bytes, WIDE).err(),
            Kind::ValuesRequest => ValuesRequest::decode(&bytes, WIDE).err(),
            _ => BatchColumns::decode(&bytes, WIDE).err(),
        };
        assert_eq!(found, Some(want), "{body:?}");
    }
    let malformed = WireError::Malformed;
    let large = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10];
    let with = |before: &[u8], after: &[u8]| [before, large.as_slice(), after].concat();
    // Fingerprints, rows, unpacked bytes: more than anybody may send.
    check(Kind::MatchRequest, &large, WireError::TooLarge);
    check(Kind::Batch, &with(&[0], &[]), WireError::TooLarge);
    check(Kind::Sealed, &with(&[], &[0]), WireError::TooLarge);
    // Names: more than there are bytes.
    check(Kind::ValuesRequest, &large, malformed("it ends too early"));
    // A number that is longer than it has to be.
    check(
        Kind::MatchRequest,
        &[0x80, 0],
        malformed("a number is too long"),
    );
    // As many bytes as may be, packed into fewer than can hold them.
    check(
        Kind::Sealed,
        &[0x80, 0x80, 0x20, 3, 3, 0, 0],
        malformed("it ends too early"),
    );
    // Fewer and more bytes than were said; bytes behind the packed ones.
    let packed = miniz_oxide::deflate::compress_to_vec(&[7; 100], 5);
    let sealed = |plain: u8, packed: &[u8]| [&[plain, packed.len() as u8], packed].concat();
    for plain in [99, 101] {
        check(
            Kind::Sealed,
            &sealed(plain, &packed),
            malformed("packed bytes can't be unpacked"),
        );
    }
    let longer = [packed.as_slice(), &[0]].concat();
    check(
        Kind::Sealed,
        &sealed(100, &longer),
        malformed("packed bytes can't be unpacked"),
    );
    // Ten fingerprints in a byte of bits.
    check(
        Kind::MatchRequest,
        &[10, 7, 1, 1, 0, 0, 0],
        malformed("it ends too early"),
    );
    // Two fingerprints of which so many bits are written as they are.
    check(
        Kind::MatchRequest,
        &[2, 64, 1, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        malformed("a number is too wide"),
    );
    // A run that is longer than its column: 3 rows, 4 times.
    check(
        Kind::Batch,
        &[0, 3, 0, 2, 0, 3, 2],
        malformed("a run is too long"),
    );
}

/// Spelled texts that say something else than they are.
#[test]
fn texts_are_spelled_by_codes_that_are_whole() {
    #[track_caller]
    fn check(
        count: usize,
        table: &[u8],
        bytes: u8,
        bits: &[u8],
        want: Result<&[&str], &'static str>,
    ) {
        let mut writer = Writer::new(Kind::Sealed);
        writer.raw(&[7, 0, 1]); // spelled, nothing is frequent, all positions the same
        writer.raw(&[0, 0]);
        writer.raw(&[table.len() as u8, 0]);
        writer.raw(table);
        writer.raw(&[bytes, bits.len() as u8]);
        writer.raw(bits);
        let message = writer.finish();
        let mut reader = Reader::open(Kind::Sealed, &message, WIDE).unwrap();
        let found = reader
            .texts(count)
            .and_then(|texts| reader.finish().map(|()| texts));
        let want = want.map(|texts| texts.iter().collect::<Texts>());
        assert_eq!(found, want.map_err(WireError::Malformed), "{table:?}");
    }
    // The letters `a` and the end, one code for both, each of one bit.
    let good = [2, b'a', 0xff, 0, 0, 1, 1];
    check(2, &good, 2, &[0b1100], Ok(&["aa", ""]));
    check(3, &good, 1, &[0b1101], Ok(&["", "a", ""]));
    let refused = |table: &[u8], sentence| check(2, table, 2, &[0b1100], Err(sentence));
    refused(&[0, 0, 0], "an alphabet has no end");
    refused(&[2, b'a', b'b', 0, 0, 1, 1], "an alphabet has no end");
    refused(
        &[3, b'b', b'a', 0xff, 0, 0, 1, 2, 2],
        "an alphabet has no end",
    );
    refused(&[9, b'a', 0xff, 0, 0, 1, 1], "it ends too early");
    refused(&[2, b'a', 0xff, 9, 0, 1, 1], "it ends too early");
    refused(&[2, b'a', 0xff, 1, 2, 0, 1, 1, 1, 1], "a code has no place");
    refused(&[2, b'a', 0xff, 0, 1, 4, 1, 1, 1, 1], "a code has no place");
    refused(
        &[2, b'a', 0xff, 0, 2, 1, 0, 1, 1, 1, 1, 1, 1],
        "a code has no place",
    );
    refused(&[2, b'a', 0xff, 1, 1, 0, 1, 1], "a code is missing");
    refused(&[2, b'a', 0xff, 0, 0, 1, 1, 1], "a code is missing");
    refused(&[2, b'a', 0xff, 0, 0, 10, 1], "a code is too long");
    refused(&[2, b'a', 0xff, 0, 0, 2, 2], "a code is not whole");
    refused(&[2, b'a', 0xff, 0, 0, 2, 0], "a code is not whole");
    refused(&[3, b'a', b'b', 0xff, 0, 0, 1, 1, 1], "a code is not whole");
    // No symbol at all; one that takes no bits and never ends; other bytes than were said; too few bits, too many.
    refused(&[2, b'a', 0xff, 0, 0, 0, 0], "it ends too early");
    refused(&[2, b'a', 0xff, 0, 0, 1, 0], "bytes are left over");
    check(2, &good, 1, &[0b1100], Err("bytes are left over"));
    check(2, &good, 3, &[0b1100], Err("it ends too early"));
    check(9, &good, 2, &[0b1100], Err("bytes are left over"));
    check(9, &good, 9, &[0b1100], Err("it ends too early"));
    check(2, &good, 2, &[0b1100, 0], Err("bytes are left over"));
    check(2, &good, 2, &[0b1_1100], Err("bytes are left over"));
    // What is no text, and a text that ends within a letter.
    let split = [3, 0xa9, 0xc3, 0xff, 0, 0, 2, 2, 1];
    check(1, &split, 2, &[0b0_1101], Err("a text is not UTF-8"));
    check(2, &split, 2, &[0b00_1011], Err("a text has no end"));
}

#[test]
fn the_fields_from_the_64th_on_share_a_bit() {
    for (field, shift) in [(0, 0), (1, 1), (62, 62), (63, 63), (64, 63), (4_000, 63)] {
        assert_eq!(field_bit(field), 1 << shift, "{field}");
    }
}
