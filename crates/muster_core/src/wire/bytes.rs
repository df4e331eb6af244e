//! The header, and the few shapes that every message is made of.

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::{Bounds, VERSION, WireError};

const MAGIC: &[u8; 4] = b"MSTR";
const HEADER: usize = 4 + 2 + 1 + 4 + 8;

/// The kind of a message, as it stands in the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    MatchRequest = 1,
    MatchAnswer = 2,
    ValuesRequest = 3,
    ValuesAnswer = 4,
    Batch = 5,
    CompareRequest = 6,
    CompareAnswer = 7,
    Sealed = 8,
}

/// The digest of a body, which knows its header too.
pub(super) fn digest(version: u16, kind: u8, body: &[u8]) -> u64 {
    let seed = body.len() as u64 | u64::from(kind) << 40 | u64::from(version) << 48;
    xxh3_64_with_seed(body, seed)
}

/// Writes one message.
pub(super) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(super) fn new(kind: Kind) -> Self {
        let mut bytes = Vec::with_capacity(256);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.push(kind as u8);
        bytes.resize(HEADER, 0);
        Self { bytes }
    }

    /// A part that may become one of a message.
    pub(super) fn part() -> Self {
        Self { bytes: Vec::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn append(&mut self, part: &Self) {
        self.raw(&part.bytes);
    }

    pub(super) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    pub(super) fn number(&mut self, number: impl Into<u64>) {
        put_number(&mut self.bytes, number.into());
    }

    pub(super) fn count(&mut self, count: usize) {
        self.number(count as u64);
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Words that look random: nothing is gained by packing them.
    pub(super) fn words(&mut self, words: impl IntoIterator<Item = u64>) {
        for word in words {
            self.raw(&word.to_le_bytes());
        }
    }

    pub(super) fn text(&mut self, text: &str) {
        self.count(text.len());
        self.raw(text.as_bytes());
    }

    /// The finished message: length and digest take their places in the header.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let body = &self.bytes[HEADER..];
        let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
        let digest = digest(VERSION, self.bytes[6], body);
        self.bytes[7..11].copy_from_slice(&length.to_le_bytes());
        self.bytes[11..HEADER].copy_from_slice(&digest.to_le_bytes());
        self.bytes
    }
}

/// A number of any size in as many bytes as it needs (LEB128).
pub(super) fn put_number(bytes: &mut Vec<u8>, mut rest: u64) {
    while rest >= 0x80 {
        bytes.push((rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
}

/// Takes a number in its shortest form.
pub(super) fn take_number(bytes: &mut &[u8]) -> Result<u64, WireError> {
    const LONG: WireError = WireError::Malformed("a number is too long");
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first().ok_or(ENDS)?;
        *bytes = rest;
        let part = u64::from(byte & 0x7f);
        if (part << shift) >> shift != part || (byte == 0 && shift > 0) {
            return Err(LONG);
        }
        number |= part << shift;
        if byte & 0x80 == 0 {
            return Ok(number);
        }
    }
    Err(LONG)
}

/// The kind that a message says it has.
pub(super) fn is_kind(kind: Kind, bytes: &[u8]) -> bool {
    bytes.get(6) == Some(&(kind as u8))
}

/// Reads one message; every method is total.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    items: usize,
    /// Bytes that may still be unpacked.
    pub(super) unpacked: usize,
}

impl<'a> Reader<'a> {
    /// Checks the header and the digest, and stands at the start of the body.
    pub(super) fn open(kind: Kind, bytes: &'a [u8], bounds: Bounds) -> Result<Self, WireError> {
        if bytes.len() > bounds.bytes {
            return Err(WireError::TooLarge);
        }
        let (magic, rest) = bytes.split_first_chunk::<4>().ok_or(WireError::Kind)?;
        if magic != MAGIC {
            return Err(WireError::Kind);
        }
        let (version, rest) = rest.split_first_chunk::<2>().ok_or(WireError::Damaged)?;
        let version = u16::from_le_bytes(*version);
        if version != VERSION {
            return Err(WireError::Version(version));
        }
        let (&found, rest) = rest.split_first().ok_or(WireError::Damaged)?;
        if found != kind as u8 {
            return Err(WireError::Kind);
        }
        let (length, rest) = rest.split_first_chunk::<4>().ok_or(WireError::Damaged)?;
        let (expected, body) = rest.split_first_chunk::<8>().ok_or(WireError::Damaged)?;
        if u32::from_le_bytes(*length) as usize != body.len()
            || digest(version, found, body) != u64::from_le_bytes(*expected)
        {
            return Err(WireError::Damaged);
        }
        Ok(Self {
            rest: body,
            items: bounds.items,
            unpacked: bounds.bytes,
        })
    }

    pub(super) fn byte(&mut self) -> Result<u8, WireError> {
        let (&byte, rest) = self.rest.split_first().ok_or(ENDS)?;
        self.rest = rest;
        Ok(byte)
    }

    pub(super) fn number(&mut self) -> Result<u64, WireError> {
        take_number(&mut self.rest)
    }

    pub(super) fn small(&mut self) -> Result<u32, WireError> {
        u32::try_from(self.number()?).map_err(|_| LARGE)
    }

    /// How many bytes follow: never more than there are.
    pub(super) fn length(&mut self) -> Result<usize, WireError> {
        let length = usize::try_from(self.number()?).map_err(|_| ENDS)?;
        if length > self.rest.len() {
            return Err(ENDS);
        }
        Ok(length)
    }

    /// How many of the things follow that the caller's bounds are about.
    pub(super) fn items(&mut self) -> Result<usize, WireError> {
        let count = usize::try_from(self.number()?).map_err(|_| WireError::TooLarge)?;
        self.spend(count)?;
        Ok(count)
    }

    /// So many items more are going to be held.
    pub(super) fn spend(&mut self, items: usize) -> Result<(), WireError> {
        self.items = self.items.checked_sub(items).ok_or(WireError::TooLarge)?;
        Ok(())
    }

    /// So many bytes more are going to be held.
    pub(super) fn spend_bytes(&mut self, bytes: usize) -> Result<(), WireError> {
        self.unpacked = self
            .unpacked
            .checked_sub(bytes)
            .ok_or(WireError::TooLarge)?;
        Ok(())
    }

    /// So many numbers or places of texts more, of which runs make many of few bytes.
    pub(super) fn spend_cells(&mut self, cells: usize) -> Result<(), WireError> {
        self.spend_bytes(cells.saturating_mul(8))
    }

    pub(super) fn raw(&mut self, length: usize) -> Result<&'a [u8], WireError> {
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or(ENDS)?;
        self.rest = rest;
        Ok(bytes)
    }

    pub(super) fn words(&mut self, count: usize) -> Result<Vec<u64>, WireError> {
        let bytes = self.raw(count.checked_mul(8).ok_or(ENDS)?)?;
        let (words, _) = bytes.as_chunks::<8>();
        Ok(words.iter().map(|word| u64::from_le_bytes(*word)).collect())
    }

    pub(super) fn key(&mut self) -> Result<[u8; 16], WireError> {
        let (key, rest) = self.rest.split_first_chunk::<16>().ok_or(ENDS)?;
        self.rest = rest;
        Ok(*key)
    }

    pub(super) fn text(&mut self) -> Result<&'a str, WireError> {
        let length = self.length()?;
        std::str::from_utf8(self.raw(length)?).map_err(|_| NOT_TEXT)
    }

    /// The message is read; whatever is left does not belong here.
    pub(super) fn finish(self) -> Result<(), WireError> {
        finished(self.rest)
    }
}

/// Nothing is left of what is read.
pub(super) fn finished(rest: &[u8]) -> Result<(), WireError> {
    if rest.is_empty() {
        Ok(())
    } else {
        Err(WireError::Malformed("bytes are left over"))
    }
}

pub(super) const ENDS: WireError = WireError::Malformed("it ends too early");
pub(super) const LARGE: WireError = WireError::Malformed("a number is too large");
pub(super) const NOT_TEXT: WireError = WireError::Malformed("a text is not UTF-8");

/// Whether numbers rise, each above the one before.
pub(super) fn ascends<T: PartialOrd>(numbers: impl IntoIterator<Item = T>) -> bool {
    let mut last = None;
    numbers.into_iter().all(|number| {
        let rises = last.as_ref().is_none_or(|last| *last < number);
        last = Some(number);
        rises
    })
}
