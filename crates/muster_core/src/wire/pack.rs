//! Deflated bytes: how long they are unpacked is said before, measured before, and true.

use std::borrow::Cow;

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF as IN_ONE_PIECE;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

use super::bytes::{ENDS, Kind, Reader, Writer};
use super::{Bounds, WireError};

/// How hard to look for repetitions in what travels: beyond this it takes twice the time for two per cent.
const LEVEL: u8 = 5;

/// The same in what is stored for days.
const STORED: u8 = 1;

/// Fewer bytes are not worth trying.
const LEAST: usize = 24;

/// Deflate can't make more of one byte.
const MOST: usize = 1032;

/// Bytes as they travel inside of a message.
pub(super) struct Packed<'a> {
    plain: &'a [u8],
    /// Where that is shorter.
    deflated: Option<Vec<u8>>,
}

impl<'a> Packed<'a> {
    pub(super) fn new(plain: &'a [u8]) -> Self {
        Self::with_level(plain, LEVEL)
    }

    fn with_level(plain: &'a [u8], level: u8) -> Self {
        let deflated = (plain.len() >= LEAST).then(|| compress_to_vec(plain, level));
        Self {
            plain,
            deflated: deflated.filter(|deflated| deflated.len() < plain.len()),
        }
    }

    /// Bytes on the wire, about.
    pub(super) fn len(&self) -> usize {
        4 + self
            .deflated
            .as_ref()
            .map_or(self.plain.len(), |deflated| deflated.len())
    }
}

impl Writer {
    /// The length of the plain bytes, that of the deflated ones (0: they are plain), and the bytes.
    pub(super) fn packed(&mut self, packed: &Packed<'_>) {
        self.count(packed.plain.len());
        match &packed.deflated {
            None => {
                self.count(0);
                self.raw(packed.plain);
            }
            Some(deflated) => {
                self.count(deflated.len());
                self.raw(deflated);
            }
        }
    }
}

impl<'a> Reader<'a> {
    pub(super) fn packed(&mut self) -> Result<Cow<'a, [u8]>, WireError> {
        const BROKEN: WireError = WireError::Malformed("packed bytes can't be unpacked");
        let plain = usize::try_from(self.number()?).map_err(|_| WireError::TooLarge)?;
        let deflated = self.length()?;
        self.spend_bytes(plain)?;
        if deflated == 0 {
            return self.raw(plain).map(Cow::Borrowed);
        }
        if plain > deflated.saturating_mul(MOST) {
            return Err(ENDS);
        }
        let bytes = self.raw(deflated)?;
        let mut unpacked = vec![0; plain];
        // What would become longer than was said is an error of the unpacker: there is no room for it.
        let whole = (TINFLStatus::Done, bytes.len(), plain);
        let mut unpacker = DecompressorOxide::new();
        if decompress(&mut unpacker, bytes, &mut unpacked, 0, IN_ONE_PIECE) == whole {
            Ok(Cow::Owned(unpacked))
        } else {
            Err(BROKEN)
        }
    }
}

/// Bytes of any kind, packed and self-checking: what whoever keeps batches notes beside them.
///
/// ```
/// use muster_core::wire::{Bounds, seal, unseal};
/// let sealed = seal(&[7; 1_000]);
/// assert!(sealed.len() < 50);
/// let bounds = Bounds { bytes: 1_000, items: 0 };
/// assert_eq!(unseal(&sealed, bounds).unwrap(), [7; 1_000]);
/// assert!(unseal(&sealed, Bounds { bytes: 999, items: 0 }).is_err());
/// ```
pub fn seal(bytes: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new(Kind::Sealed);
    writer.packed(&Packed::with_level(bytes, STORED));
    writer.finish()
}

/// Reads what [`seal`] gave.
pub fn unseal(bytes: &[u8], bounds: Bounds) -> Result<Vec<u8>, WireError> {
    let mut reader = Reader::open(Kind::Sealed, bytes, bounds)?;
    let plain = reader.packed()?.into_owned();
    reader.finish()?;
    Ok(plain)
}
