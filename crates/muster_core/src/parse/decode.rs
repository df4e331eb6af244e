//! What the bytes are as text: marks and patterns at the beginning, what a person chose, and what is left to others.

use super::utf16::{Order, Utf16};

/// Decisions about the whole file look at this many bytes, or at all if there are fewer: no cut can change them.
pub(super) const PREFIX: usize = 64 * 1024;

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// The encodings that a file can be in, a line each: the WHATWG's name, then its other labels.
const ENCODINGS: &str = include_str!("encodings.txt");

/// The name of an encoding by one of the WHATWG's labels.
///
/// ```
/// use muster_core::parse::encoding;
/// assert_eq!(encoding(" Latin1 "), Some("windows-1252"));
/// assert_eq!(encoding("klingon"), None);
/// ```
pub fn encoding(label: &str) -> Option<&'static str> {
    let label = label.trim_matches(|c: char| c.is_ascii_whitespace());
    let mut lines = ENCODINGS.lines().map(str::split_ascii_whitespace);
    lines
        .find(|labels| {
            labels
                .clone()
                .any(|known| label.eq_ignore_ascii_case(known))
        })?
        .next()
}

/// The names of all encodings that can be chosen.
///
/// ```
/// assert!(muster_core::parse::encodings().any(|name| name == "shift_jis"));
/// ```
pub fn encodings() -> impl Iterator<Item = &'static str> {
    let lines = ENCODINGS.lines().map(str::split_ascii_whitespace);
    lines.filter_map(|mut labels| labels.next())
}

/// What a file was before it became text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    /// The name of its encoding.
    pub(super) encoding: &'static str,
    /// Its length.
    pub(super) bytes: u64,
    /// SHA-256 of its bytes, where they are not those of the text.
    pub(super) digest: Option<[u8; 32]>,
}

impl Default for Origin {
    fn default() -> Self {
        Self {
            encoding: "utf-8",
            bytes: 0,
            digest: None,
        }
    }
}

/// How bytes become text.
#[derive(Clone, Debug)]
pub(super) enum Decoder {
    /// They are UTF-8, or will be found not to be when all are there.
    Utf8,
    Utf16(Utf16),
    /// By tables that are elsewhere.
    Foreign,
    /// They were decoded elsewhere.
    Text,
}

impl Decoder {
    /// The decoder of a file with this beginning. What a person chose goes before everything, then a mark, then zeros.
    pub(super) fn find(prefix: &[u8], chosen: Option<&'static str>) -> (Self, &'static str) {
        let utf16 = |order| Self::Utf16(Utf16::new(order));
        let name = chosen.unwrap_or_else(|| match prefix {
            [0xFF, 0xFE, ..] => "utf-16le",
            [0xFE, 0xFF, ..] => "utf-16be",
            _ if prefix.starts_with(BOM) => "utf-8",
            _ => without_mark(prefix),
        });
        let decoder = match name {
            "utf-8" => Self::Utf8,
            "utf-16le" => utf16(Order::Little),
            "utf-16be" => utf16(Order::Big),
            _ => Self::Foreign,
        };
        (decoder, name)
    }
}

/// Text in two-byte units without a mark: what separates cells and records is ASCII in any language, and so has a zero
/// beside it, always on the same side. UTF-8 has no zeros, and Chinese has few on the other side.
fn without_mark(prefix: &[u8]) -> &'static str {
    let (mut little, mut big, mut breaks) = (0_usize, 0_usize, [0_usize; 2]);
    let is_text = |byte: u8| matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n');
    let is_break = |byte: u8| usize::from(matches!(byte, b'\r' | b'\n'));
    for pair in prefix.chunks_exact(2) {
        match *pair {
            [text, 0] if is_text(text) => {
                little += 1;
                breaks[0] += is_break(text);
            }
            [0, text] if is_text(text) => {
                big += 1;
                breaks[1] += is_break(text);
            }
            _ => {}
        }
    }
    let plain = |these: usize, others: usize, breaks: usize| {
        breaks > 0 && these >= 4 * others && these * 40 >= prefix.len() / 2
    };
    match () {
        () if plain(little, big, breaks[0]) => "utf-16le",
        () if plain(big, little, breaks[1]) => "utf-16be",
        () => "utf-8",
    }
}

/// Where the text starts: behind the byte-order mark.
pub(super) fn text_start(text: &[u8]) -> usize {
    if text.starts_with(BOM) { BOM.len() } else { 0 }
}

/// Whether a file that isn't all UTF-8 is meant to be, and was damaged in places.
///
/// It is if at least as many stretches of bytes above ASCII are well-formed as are not. In another encoding hardly any
/// stretch happens to be well-formed: one letter of Western text never is, and a Chinese word of two characters one
/// time in twenty. In a damaged file hardly any is not.
pub(super) fn is_damaged_utf8(bytes: &[u8]) -> bool {
    if bytes.starts_with(BOM) {
        return true;
    }
    let stretches = bytes
        .split(u8::is_ascii)
        .filter(|stretch| !stretch.is_empty());
    let (mut well, mut ill) = (0_usize, 0_usize);
    for stretch in stretches {
        match str::from_utf8(stretch) {
            Ok(_) => well += 1,
            Err(_) => ill += 1,
        }
    }
    well >= ill
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_those_that_can_be_decoded() {
        for line in ENCODINGS.lines() {
            let name = line.split(' ').next().unwrap();
            for label in line.split(' ') {
                assert_eq!(encoding(&label.to_uppercase()), Some(name));
                #[cfg(feature = "legacy")]
                assert!(muster_legacy::decode(label, b"x").is_some(), "{label}");
            }
        }
        assert_eq!(encodings().count(), 38);
        assert_eq!(encoding("auto"), None);
        assert_eq!(encoding("utf-16le unicode"), None);
        assert_eq!(encoding(""), None);
    }

    #[test]
    fn zeros_beside_ascii_tell_the_order_of_bytes() {
        let check = |pairs: [(&[u8], usize); 3], expected: &str| {
            let bytes = pairs.map(|(pair, many)| pair.repeat(many)).concat();
            assert_eq!(without_mark(&bytes), expected, "{pairs:?}");
        };
        for (line, letter, other, name) in [
            (b"\n\0", b"x\0", b"\0x", "utf-16le"),
            (b"\0\r", b"\0x", b"x\0", "utf-16be"),
        ] {
            // Four times as many on the one side as on the other.
            check([(line, 8), (other, 2), (b"ab", 0)], name);
            check([(line, 7), (other, 2), (b"ab", 0)], "utf-8");
            // One unit in forty.
            check([(line, 1), (letter, 1), (b"ab", 78)], name);
            check([(line, 1), (letter, 1), (b"ab", 79)], "utf-8");
            // A line's end among them.
            check([(letter, 9), (other, 0), (b"ab", 0)], "utf-8");
            check([(letter, 9), (line, 1), (b"\0\0", 4)], name);
        }
        check([(b"", 0); 3], "utf-8");
    }

    #[test]
    fn damage_is_told_from_another_encoding() {
        let check = |bytes: &[u8], expected: bool| {
            let text = String::from_utf8_lossy(bytes);
            assert_eq!(is_damaged_utf8(bytes), expected, "{text}");
        };
        check("José,Zoë\nBjö\u{0}rn".as_bytes(), true);
        check(b"Jos\xE9,1", false);
        check(b"Jos\xC3\xA9,Bob\xFF", true);
        check(b"\xEF\xBB\xBFJos\xE9,Zo\xEB", true);
        // Names in Shift_JIS, GBK, Windows-1251, TIS-620.
        check(b"\x8E\x52\x93\x63\x91\xBE\x98\x59,\x97\xE9\x96\xD8", false);
        check(b"\xD5\xC5\xCE\xB0,\xC0\xEE\xC4\xC8", false);
        check(b"\xCE\xEB\xFC\xE3\xE0,\xC8\xE2\xE0\xED", false);
        check(b"\xCA\xC1\xAA\xD2\xC2,\xE1\xC5\xE9\xC7", false);
        // A long text that was cut once.
        check(&"Łódź,".repeat(9).as_bytes()[..63], true);
    }
}
