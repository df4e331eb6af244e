//! Bytes of an old encoding to UTF-8, in pieces.

use encoding_rs::{DecoderResult, Encoding};

/// Room that a piece of text is given at least.
const ROOM: usize = 1024;
/// Bytes that may still turn out to be malformed: the longest sequence of any encoding has four.
const KEPT: usize = 8;

/// Turns a file into UTF-8, piece by piece; the pieces together are the same however the file is cut.
#[derive(Debug)]
pub struct Decoder {
    decoder: encoding_rs::Decoder,
    /// The last bytes taken, from which malformed ones are told.
    last: Vec<u8>,
}

impl Decoder {
    /// A decoder of one of the WHATWG's encodings, by any of its labels. A byte-order mark is no exception to it.
    pub fn new(encoding: &str) -> Option<Self> {
        let encoding = Encoding::for_label_no_replacement(encoding.as_bytes())?;
        Some(Self {
            decoder: encoding.new_decoder_without_bom_handling(),
            last: Vec::with_capacity(2 * KEPT),
        })
    }

    /// The text of the next bytes.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.decode(bytes, false)
    }

    /// The text of what is left when all bytes were pushed. To be called once.
    pub fn finish(&mut self) -> Vec<u8> {
        self.decode(&[], true)
    }

    fn decode(&mut self, mut bytes: &[u8], last: bool) -> Vec<u8> {
        let mut text = Vec::new();
        loop {
            let from = text.len();
            let needed = self
                .decoder
                .max_utf8_buffer_length_without_replacement(bytes.len());
            text.resize(from + needed.unwrap_or(bytes.len()).max(ROOM), 0);
            let (result, read, written) =
                self.decoder
                    .decode_to_utf8_without_replacement(bytes, &mut text[from..], last);
            text.truncate(from + written);
            self.remember(&bytes[..read]);
            bytes = &bytes[read..];
            match result {
                DecoderResult::InputEmpty => return text,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(length, after) => {
                    let end = self.last.len().saturating_sub(usize::from(after));
                    let start = end.saturating_sub(usize::from(length));
                    for &byte in &self.last[start..end] {
                        text.extend(escape(byte));
                    }
                }
            }
        }
    }

    fn remember(&mut self, bytes: &[u8]) {
        self.last
            .extend_from_slice(&bytes[bytes.len().saturating_sub(KEPT)..]);
        let old = self.last.len().saturating_sub(KEPT);
        self.last.drain(..old);
    }
}

/// A byte that is no text, as bytes that are no UTF-8: a sequence of four without its end, one for each byte. Whoever
/// shows it sees one U+FFFD, and whoever wants the byte finds it in there.
///
/// ```
/// let escaped = muster_legacy::escape(0x81);
/// assert_eq!(String::from_utf8_lossy(&escaped), "\u{FFFD}");
/// assert_eq!((escaped[1] & 3) << 6 | escaped[2] & 63, 0x81);
/// ```
pub const fn escape(byte: u8) -> [u8; 3] {
    [0xF0, 0x90 | byte >> 6, 0x80 | byte & 63]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(encoding: &str, bytes: &[u8], expected: &[u8]) {
        let whole = crate::decode(encoding, bytes).unwrap();
        assert_eq!(whole, expected, "{encoding} {bytes:X?}");
    }

    fn in_pieces(encoding: &str, bytes: &[u8], length: usize) -> Vec<u8> {
        let mut decoder = Decoder::new(encoding).unwrap();
        let mut text: Vec<u8> = bytes
            .chunks(length)
            .flat_map(|piece| decoder.push(piece))
            .collect();
        text.extend(decoder.finish());
        text
    }

    #[test]
    fn what_is_no_character_stays_as_what_is_no_text() {
        let bad = |before: &str, bytes: &[u8], after: &str| -> Vec<u8> {
            let escaped: Vec<u8> = bytes.iter().flat_map(|byte| escape(*byte)).collect();
            [before.as_bytes(), &escaped, after.as_bytes()].concat()
        };
        check("shift_jis", b"a\x83\x41b", "aアb".as_bytes());
        // A lead byte before a line break, at the end, and a byte that leads nothing.
        check("shift_jis", b"a\x83\nb", &bad("a", b"\x83", "\nb"));
        check("shift_jis", b"a,\x83", &bad("a,", b"\x83", ""));
        check("shift_jis", b"\xFDx", &bad("", b"\xFD", "x"));
        check("windows-1253", b"\xAA\xE1", &bad("", b"\xAA", "α"));
        check("big5", b"\x87\x40,\xA4", &bad("䏰,", b"\xA4", ""));
        check("gb18030", b"\x81\x30,", &bad("", b"\x81", "0,"));
        check("gb18030", b"\x81\x30\x81\x30", "\u{80}".as_bytes());
        check(
            "gb18030",
            b"\xFE\x39\xFE\x39z",
            &bad("", b"\xFE\x39\xFE\x39", "z"),
        );
        check("euc-jp", b"\x8F\xA1\xA1,", &bad("", b"\x8F\xA1\xA1", ","));
        check("euc-kr", b"\xB0\xA1\xC9\xA1", &bad("가", b"\xC9\xA1", ""));
        check("latin1", b"\x80\xE9", "€é".as_bytes());
    }

    #[test]
    fn what_cannot_be_decoded_is_no_encoding() {
        for label in ["", "klingon", "replacement", "iso-2022-kr"] {
            assert!(Decoder::new(label).is_none(), "{label}");
        }
    }

    proptest! {
        /// Every byte is there, as a character or as itself, and it doesn't matter how the file is cut.
        #[test]
        fn any_cut_gives_the_same(
            bytes in prop::collection::vec(prop_oneof![any::<u8>(), 0x80_u8..=0xFF], 0..60),
            length in 1_usize..9,
            encoding in prop::sample::select(vec![
                "shift_jis", "euc-jp", "gb18030", "big5", "euc-kr", "iso-2022-jp", "windows-1252", "windows-1255", "koi8-r",
            ]),
        ) {
            let whole = crate::decode(encoding, &bytes).unwrap();
            prop_assert_eq!(in_pieces(encoding, &bytes, 1), whole.clone());
            prop_assert_eq!(in_pieces(encoding, &bytes, length), whole.clone());
            // What encoding_rs replaces and what is escaped are the same places.
            let encoding = Encoding::for_label(encoding.as_bytes()).unwrap();
            let (text, malformed) = encoding.decode_without_bom_handling(&bytes);
            prop_assert_eq!(std::str::from_utf8(&whole).is_err(), malformed);
            if !malformed {
                prop_assert_eq!(text.as_bytes(), whole);
            }
        }
    }
}
