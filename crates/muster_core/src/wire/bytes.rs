//! The header and the few shapes that every message is made of.

use sha2::{Digest as _, Sha256};

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
}

fn digest(body: &[u8]) -> [u8; 8] {
    let mut cut = [0; 8];
    cut.copy_from_slice(&Sha256::digest(body)[..8]);
    cut
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

    pub(super) fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// A number of any size in as many bytes as it needs (LEB128).
    pub(super) fn number(&mut self, number: impl Into<u64>) {
        let mut rest: u64 = number.into();
        while rest >= 0x80 {
            self.bytes.push((rest & 0x7f) as u8 | 0x80);
            rest >>= 7;
        }
        self.bytes.push(rest as u8);
    }

    pub(super) fn count(&mut self, count: usize) {
        self.number(count as u64);
    }

    /// A number that may be absent: itself plus one, or nought.
    pub(super) fn optional(&mut self, number: Option<u64>) {
        match number {
            None => self.byte(0),
            Some(number) => self.number(number.saturating_add(1)),
        }
    }

    pub(super) fn word(&mut self, word: u64) {
        self.bytes.extend_from_slice(&word.to_le_bytes());
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(super) fn text(&mut self, text: &str) {
        self.count(text.len());
        self.raw(text.as_bytes());
    }

    pub(super) fn texts<T: AsRef<str>>(&mut self, texts: &[T]) {
        self.count(texts.len());
        for text in texts {
            self.text(text.as_ref());
        }
    }

    /// The finished message: length and digest take their places in the header.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let body = &self.bytes[HEADER..];
        let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
        let digest = digest(body);
        self.bytes[7..11].copy_from_slice(&length.to_le_bytes());
        self.bytes[11..HEADER].copy_from_slice(&digest);
        self.bytes
    }
}

/// Reads one message; every method is total.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    items: usize,
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
        if u32::from_le_bytes(*length) as usize != body.len() || digest(body) != *expected {
            return Err(WireError::Damaged);
        }
        Ok(Self {
            rest: body,
            items: bounds.items,
        })
    }

    pub(super) fn byte(&mut self) -> Result<u8, WireError> {
        let (&byte, rest) = self.rest.split_first().ok_or(ENDS)?;
        self.rest = rest;
        Ok(byte)
    }

    /// A number in its shortest form.
    pub(super) fn number(&mut self) -> Result<u64, WireError> {
        const LONG: WireError = WireError::Malformed("a number is too long");
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
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

    pub(super) fn small(&mut self) -> Result<u32, WireError> {
        u32::try_from(self.number()?).map_err(|_| WireError::Malformed("a number is too large"))
    }

    pub(super) fn optional(&mut self) -> Result<Option<u64>, WireError> {
        Ok(self.number()?.checked_sub(1))
    }

    pub(super) fn optional_small(&mut self) -> Result<Option<u32>, WireError> {
        self.optional()?
            .map(|number| {
                u32::try_from(number).map_err(|_| WireError::Malformed("a number is too large"))
            })
            .transpose()
    }

    /// How many things follow that take `least` bytes each: never more than the message can hold.
    pub(super) fn count(&mut self, least: usize) -> Result<usize, WireError> {
        let count = usize::try_from(self.number()?).map_err(|_| ENDS)?;
        if count > self.rest.len() / least.max(1) {
            return Err(ENDS);
        }
        Ok(count)
    }

    /// The same for the things that the caller's bounds are about.
    pub(super) fn items(&mut self, least: usize) -> Result<usize, WireError> {
        let count = self.count(least)?;
        self.items = self.items.checked_sub(count).ok_or(WireError::TooLarge)?;
        Ok(count)
    }

    pub(super) fn word(&mut self) -> Result<u64, WireError> {
        let (word, rest) = self.rest.split_first_chunk::<8>().ok_or(ENDS)?;
        self.rest = rest;
        Ok(u64::from_le_bytes(*word))
    }

    pub(super) fn key(&mut self) -> Result<[u8; 16], WireError> {
        let (key, rest) = self.rest.split_first_chunk::<16>().ok_or(ENDS)?;
        self.rest = rest;
        Ok(*key)
    }

    pub(super) fn text(&mut self) -> Result<&'a str, WireError> {
        let length = self.count(1)?;
        let (text, rest) = self.rest.split_at_checked(length).ok_or(ENDS)?;
        self.rest = rest;
        std::str::from_utf8(text).map_err(|_| WireError::Malformed("a text is not UTF-8"))
    }

    pub(super) fn texts<T: From<&'a str>>(&mut self) -> Result<Vec<T>, WireError> {
        let count = self.count(1)?;
        self.many(count, |reader| reader.text().map(T::from))
    }

    /// `count` things, which the caller has checked by [`Self::count`] or [`Self::items`].
    pub(super) fn many<T>(
        &mut self,
        count: usize,
        mut read: impl FnMut(&mut Self) -> Result<T, WireError>,
    ) -> Result<Vec<T>, WireError> {
        let mut all = Vec::with_capacity(count);
        for _ in 0..count {
            all.push(read(self)?);
        }
        Ok(all)
    }

    /// The message is read; whatever is left does not belong here.
    pub(super) fn finish(self) -> Result<(), WireError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(WireError::Malformed("bytes are left over"))
        }
    }
}

const ENDS: WireError = WireError::Malformed("it ends too early");

/// Whether numbers rise, each above the one before.
pub(super) fn ascends<T: PartialOrd>(numbers: impl IntoIterator<Item = T>) -> bool {
    let mut last = None;
    numbers.into_iter().all(|number| {
        let rises = last.as_ref().is_none_or(|last| *last < number);
        last = Some(number);
        rises
    })
}
