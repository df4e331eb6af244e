//! Cells without quotes, sixty-four bytes at a time: where a splitter has to stop.
//!
//! The same comparison twice: for WebAssembly with `simd128`, where people wait for it, and in plain words for
//! everything else, which needs nothing unsafe.

use super::{End, MOST_PLAIN, SPACE, Splitter, State, is_plain};

/// Bytes that are looked at together: a bit each.
const BLOCK: usize = 64;

/// Where in a block the bytes are that end something. Bit 0 is the first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stops {
    quotes: u64,
    /// Delimiters and line breaks.
    breaks: u64,
    /// Whatever isn't printable ASCII.
    rough: u64,
}

impl Splitter {
    /// Reads unquoted cells in whole blocks, up to the next quote or to where no whole block is left. Wherever it
    /// stops, the state is the one that byte by byte would have led there.
    pub(super) fn pass_blocks(&mut self, bytes: &[u8]) {
        if bytes.len().saturating_sub(self.pos) < BLOCK {
            return;
        }
        // Where the bytes begin that the state knows nothing of.
        let mut from = self.pos;
        let mut is_quote = false;
        let mut start = self.cell_start();
        let mut plain = is_plain(&bytes[start..self.pos]);
        while let Some(block) = bytes.get(self.pos..).and_then(<[u8]>::first_chunk) {
            let stops = find(block, self.delimiter);
            let first_quote = stops.quotes & stops.quotes.wrapping_neg();
            let before_quote = first_quote.wrapping_sub(1);
            let mut breaks = stops.breaks & before_quote;
            let mut rough = stops.rough & before_quote;
            while breaks != 0 {
                let bit = breaks & breaks.wrapping_neg();
                let at = self.pos + bit.trailing_zeros() as usize;
                breaks ^= bit;
                from = at + 1;
                let byte = bytes[at];
                if byte == b'\n' && at == self.start && self.is_after_cr() {
                    self.start = at + 1;
                    self.state = State::Record { after_cr: false };
                } else {
                    plain &= rough & (bit - 1) == 0 && at - start <= MOST_PLAIN;
                    self.records.ends.push(End::new(at, plain));
                    if byte == self.delimiter {
                        self.state = State::Cell;
                    } else {
                        self.end_record(bytes, at, byte == b'\r');
                    }
                }
                // What belongs to the cells behind.
                rough &= !(bit | (bit - 1));
                plain = true;
                start = from;
            }
            plain &= rough == 0;
            is_quote = first_quote != 0;
            if is_quote {
                self.pos += first_quote.trailing_zeros() as usize;
                break;
            }
            self.pos += BLOCK;
        }
        if self.state == State::Plain {
            return;
        }
        let blanks = &bytes[from..self.pos];
        if blanks
            .iter()
            .any(|&byte| self.classes[usize::from(byte)] != SPACE)
        {
            self.state = State::Plain;
        } else if is_quote || !blanks.is_empty() {
            self.state = State::Cell;
        }
    }

    fn is_after_cr(&self) -> bool {
        self.state == State::Record { after_cr: true }
    }
}

/// Looks at a block.
fn find(block: &[u8; BLOCK], delimiter: u8) -> Stops {
    let (lanes, _) = block.as_chunks::<{ lane::BYTES }>();
    let quote = lane::splat(b'"');
    let delimiter = lane::splat(delimiter);
    let cr = lane::splat(b'\r');
    let lf = lane::splat(b'\n');
    let mut stops = Stops {
        quotes: 0,
        breaks: 0,
        rough: 0,
    };
    for (at, bytes) in lanes.iter().enumerate() {
        let bytes = lane::load(bytes);
        let shift = at * lane::BYTES;
        stops.quotes |= lane::equal(bytes, quote) << shift;
        let breaks =
            lane::equal(bytes, delimiter) | lane::equal(bytes, cr) | lane::equal(bytes, lf);
        stops.breaks |= breaks << shift;
        stops.rough |= lane::rough(bytes) << shift;
    }
    stops
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod lane {
    use core::arch::wasm32::{
        i8x16_bitmask, i8x16_lt, i8x16_splat, u8x16_add, u8x16_bitmask, u8x16_eq, u8x16_splat,
        u64x2, v128,
    };

    pub(super) const BYTES: usize = 16;

    pub(super) fn splat(byte: u8) -> v128 {
        u8x16_splat(byte)
    }

    pub(super) fn load(bytes: &[u8; BYTES]) -> v128 {
        let word = u128::from_le_bytes(*bytes);
        u64x2(word as u64, (word >> 64) as u64)
    }

    pub(super) fn equal(bytes: v128, other: v128) -> u64 {
        u64::from(u8x16_bitmask(u8x16_eq(bytes, other)))
    }

    /// A bit for each byte that isn't printable ASCII.
    pub(super) fn rough(bytes: v128) -> u64 {
        // With one more, DEL is beyond the signed numbers like all that isn't ASCII.
        let next = u8x16_add(bytes, u8x16_splat(1));
        u64::from(i8x16_bitmask(i8x16_lt(next, i8x16_splat(0x21))))
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod lane {
    pub(super) const BYTES: usize = 8;

    const LOW: u64 = u64::from_le_bytes([0x7f; 8]);

    pub(super) fn splat(byte: u8) -> u64 {
        u64::from_le_bytes([byte; 8])
    }

    pub(super) fn load(bytes: &[u8; BYTES]) -> u64 {
        u64::from_le_bytes(*bytes)
    }

    /// A bit for each byte that is the same in both.
    pub(super) fn equal(bytes: u64, other: u64) -> u64 {
        let differs = bytes ^ other;
        // The top bit of each byte says that it isn't nought, then that it is.
        gather(!(((differs & LOW) + LOW) | differs | LOW))
    }

    /// A bit for each byte that isn't printable ASCII.
    pub(super) fn rough(bytes: u64) -> u64 {
        let low = bytes & LOW;
        // The top bit of each byte: it is set, no blank or beyond, or DEL.
        let not_blank = !(low + splat(0x60));
        let is_del = low + splat(1);
        gather((bytes | not_blank | is_del) & !LOW)
    }

    /// The top bits of the bytes, of which the others are nought.
    fn gather(tops: u64) -> u64 {
        (tops >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What [`find`] finds, byte by byte.
    fn slowly(block: &[u8; BLOCK], delimiter: u8) -> Stops {
        let bits = |is_one: &dyn Fn(u8) -> bool| {
            (0..BLOCK).fold(0, |bits, at| bits | u64::from(is_one(block[at])) << at)
        };
        Stops {
            quotes: bits(&|byte| byte == b'"'),
            breaks: bits(&|byte| matches!(byte, b'\r' | b'\n') || byte == delimiter),
            rough: bits(&|byte| !matches!(byte, b' '..=b'~')),
        }
    }

    #[test]
    fn every_byte_at_every_place() {
        for delimiter in *b",;\t|" {
            for byte in 0..=u8::MAX {
                for at in 0..BLOCK {
                    let mut block = [b'a'; BLOCK];
                    block[at] = byte;
                    block[(at + 1) % BLOCK] = delimiter;
                    assert_eq!(find(&block, delimiter), slowly(&block, delimiter));
                }
            }
        }
    }
}
