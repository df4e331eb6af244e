//! Files in encodings whose tables the core doesn't have.

use sha2::{Digest as _, Sha256};

use super::decode::{Decoder, Origin};
use super::{Choice, Parser, Refused, Table};
use crate::limits::Limits;

/// Why there is no table.
#[derive(Clone, Debug)]
pub enum Unread {
    /// The file is refused.
    Refused(Refused),
    /// It has to be decoded first.
    Foreign(Foreign),
}

impl From<Refused> for Unread {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<Foreign> for Unread {
    fn from(foreign: Foreign) -> Self {
        Self::Foreign(foreign)
    }
}

/// A file that isn't UTF-8 or UTF-16. Somebody has to find its encoding, unless it was chosen, and to decode it: then
/// the text is read as any other.
///
/// ```
/// use muster_core::{import::FileChoice, limits::Limits, parse::{Parser, Unread}};
///
/// let mut parser = Parser::new(&Limits::default(), &FileChoice::default());
/// parser.push(b"Name,City\nJos\xE9,M\xE1laga\n");
/// let Err(Unread::Foreign(foreign)) = parser.read() else { panic!() };
/// assert_eq!(foreign.encoding(), None);
///
/// let mut parser = foreign.into_parser("windows-1252");
/// parser.push("Name,City\nJosé,Málaga\n".as_bytes());
/// let table = parser.finish().unwrap();
/// assert_eq!(table.encoding(), "windows-1252");
/// assert_eq!(table.text(0, 1).unwrap(), "Málaga");
/// assert_eq!(table.bytes(), 22);
/// ```
#[derive(Clone, Debug)]
pub struct Foreign {
    bytes: Vec<u8>,
    limits: Limits,
    choice: Choice,
    encoding: Option<&'static str>,
}

impl Foreign {
    pub(super) fn new(
        bytes: Vec<u8>,
        limits: &Limits,
        choice: Choice,
        encoding: Option<&'static str>,
    ) -> Self {
        Self {
            bytes,
            limits: *limits,
            choice,
            encoding,
        }
    }

    /// The encoding that was chosen; none if it is to be found.
    pub fn encoding(&self) -> Option<&'static str> {
        self.encoding
    }

    /// The bytes of the file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// A parser of the file's text. What no text is in that encoding must be bytes that are no UTF-8.
    pub fn into_parser(self, encoding: &'static str) -> Parser {
        let origin = Origin {
            encoding,
            bytes: self.bytes.len() as u64,
            digest: Some(Sha256::digest(&self.bytes).into()),
        };
        Parser::of(&self.limits, self.choice, Some(Decoder::Text), origin)
    }

    /// Decodes the file and reads it.
    #[cfg(feature = "legacy")]
    pub(super) fn finish(self) -> Result<Table, Refused> {
        let found = || super::encoding(muster_legacy::detect(&self.bytes));
        let encoding = self.encoding.or_else(found).unwrap_or("windows-1252");
        let text = muster_legacy::decode(encoding, &self.bytes).unwrap_or_default();
        let mut parser = self.into_parser(encoding);
        parser.push(&text);
        parser.finish()
    }

    /// Reads the file as if it were UTF-8, damaged.
    #[cfg(not(feature = "legacy"))]
    pub(super) fn finish(mut self) -> Result<Table, Refused> {
        let bytes = std::mem::take(&mut self.bytes);
        let mut parser = Parser::of(
            &self.limits,
            self.choice,
            Some(Decoder::Text),
            Origin {
                encoding: "utf-8",
                bytes: bytes.len() as u64,
                digest: None,
            },
        );
        parser.push(&bytes);
        parser.finish()
    }
}
