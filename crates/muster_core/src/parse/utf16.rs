//! UTF-16, which Excel calls "Unicode text", to UTF-8.

use sha2::{Digest as _, Sha256};

/// Which of a unit's two bytes comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

/// Turns a file into UTF-8, piece by piece. What is no character becomes what is no UTF-8, so that its cell is refused.
#[derive(Clone, Debug)]
pub(super) struct Utf16 {
    order: Order,
    /// The first byte of a unit whose second is still to come.
    half: Option<u8>,
    /// The first unit of a pair.
    high: Option<u16>,
    digest: Sha256,
}

impl Utf16 {
    pub(super) fn new(order: Order) -> Self {
        Self {
            order,
            half: None,
            high: None,
            digest: Sha256::new(),
        }
    }

    /// Appends the text of the next bytes.
    pub(super) fn push(&mut self, mut bytes: &[u8], text: &mut Vec<u8>) {
        self.digest.update(bytes);
        if let (Some(first), [second, rest @ ..]) = (self.half, bytes) {
            self.half = None;
            self.unit([first, *second], text);
            bytes = rest;
        }
        let mut pairs = bytes.chunks_exact(2);
        for pair in &mut pairs {
            self.unit([pair[0], pair[1]], text);
        }
        if let [half] = pairs.remainder() {
            self.half = Some(*half);
        }
    }

    /// Appends what is left at the end of the file, and gives the digest of all its bytes.
    pub(super) fn finish(mut self, text: &mut Vec<u8>) -> [u8; 32] {
        if let Some(high) = self.high.take() {
            text.extend(surrogate(high));
        }
        if let Some(half) = self.half {
            text.extend(byte(half));
        }
        self.digest.finalize().into()
    }

    fn unit(&mut self, bytes: [u8; 2], text: &mut Vec<u8>) {
        let unit = match self.order {
            Order::Little => u16::from_le_bytes(bytes),
            Order::Big => u16::from_be_bytes(bytes),
        };
        match (self.high.take(), unit) {
            (None, 0..0x80) => text.push(unit as u8),
            (Some(high), 0xDC00..0xE000) => {
                let code = 0x10000 + (u32::from(high & 0x3FF) << 10 | u32::from(unit & 0x3FF));
                extend(text, char::from_u32(code), unit);
            }
            (before, _) => {
                text.extend(before.into_iter().flat_map(surrogate));
                match unit {
                    0xD800..0xDC00 => self.high = Some(unit),
                    _ => extend(text, char::from_u32(unit.into()), unit),
                }
            }
        }
    }
}

fn extend(text: &mut Vec<u8>, character: Option<char>, unit: u16) {
    match character {
        Some(character) => text.extend(character.encode_utf8(&mut [0; 4]).bytes()),
        None => text.extend(surrogate(unit)),
    }
}

/// Half of a pair as bytes that are no UTF-8: a sequence of four without its end, which is shown as one U+FFFD.
fn surrogate(unit: u16) -> [u8; 3] {
    let [high, low] = (unit & 0x7FF).to_be_bytes();
    [0xF1, 0x80 | high << 2 | low >> 6, 0x80 | low & 63]
}

/// Half of a unit likewise, as `muster_legacy` writes bytes.
fn byte(half: u8) -> [u8; 3] {
    [0xF0, 0x90 | half >> 6, 0x80 | half & 63]
}
