//! Reads a CSV file: bytes in any cut go in, a [`Table`] comes out.
//!
//! ```
//! use muster_core::{import::FileChoice, limits::Limits, parse::Parser};
//!
//! let mut parser = Parser::new(&Limits::default(), &FileChoice::default());
//! parser.push(b"Phone;Name\r\n+60123;\"Ais");
//! parser.push(b"yah \"\"A\"\"\"\r\n");
//! let table = parser.finish().unwrap();
//! assert_eq!(table.delimiter(), ';');
//! assert_eq!(table.header(), ["Phone", "Name"]);
//! assert_eq!(table.cell(0, 1).text().unwrap(), "Aisyah \"A\"");
//! assert_eq!(table.row_number(0), 2);
//! ```

mod arena;
mod block;
mod cell;
mod decode;
mod dialect;
mod foreign;
mod header;
mod kind;
mod records;
mod table;
mod utf16;

pub(crate) use block::{Bare, Block};
pub use cell::Cell;
pub(crate) use cell::Fault;
pub use decode::{encoding, encodings};
pub use foreign::{Foreign, Unread};
pub use header::Doubt;
pub use table::Table;

use crate::import::{FileChoice, HeaderRow};
use crate::issue::Code;
use crate::limits::Limits;
use decode::{Decoder, Origin};
use records::Splitter;

/// Why a file is refused as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// One of the codes for the whole file.
    pub code: Code,
    /// `not_csv`: what the file is.
    pub kind: Option<&'static str>,
}

impl Refused {
    fn new(code: Code) -> Self {
        Self { code, kind: None }
    }

    fn not_csv(kind: &'static str) -> Self {
        Self {
            code: Code::NotCsv,
            kind: Some(kind),
        }
    }
}

/// How a file is to be read, as far as a person chose.
#[derive(Clone, Copy, Debug)]
struct Choice {
    header: HeaderRow,
    delimiter: Option<u8>,
    encoding: Option<&'static str>,
}

/// Takes a file's bytes in order, in pieces of any size. Whatever the pieces, the result is the same.
#[derive(Clone, Debug)]
pub struct Parser {
    limits: Limits,
    choice: Choice,
    /// How bytes become text, once enough of them were seen to know.
    decoder: Option<Decoder>,
    origin: Origin,
    /// The text; until the decoder is known, the bytes.
    bytes: Vec<u8>,
    /// The length of the file, until room was made for it.
    expected: usize,
    splitter: Option<(u8, Splitter)>,
    refused: Option<Refused>,
}

impl Parser {
    /// A parser of one file. What is chosen is followed, the rest found from the content.
    pub fn new(limits: &Limits, choice: &FileChoice) -> Self {
        let delimiter = match choice.delimiter.as_bytes() {
            [byte] if byte.is_ascii() => Some(*byte),
            _ => None,
        };
        let choice = Choice {
            header: choice.header_row,
            delimiter,
            encoding: encoding(&choice.encoding),
        };
        Self::of(limits, choice, None, Origin::default())
    }

    fn of(limits: &Limits, choice: Choice, decoder: Option<Decoder>, origin: Origin) -> Self {
        Self {
            limits: *limits,
            choice,
            decoder,
            origin,
            bytes: Vec::new(),
            expected: 0,
            splitter: None,
            refused: None,
        }
    }

    /// Makes room for a file of so many bytes, so that memory needn't grow while it comes.
    pub fn expect(&mut self, bytes: u64) {
        self.expected = bytes.min(self.room() as u64) as usize;
        // A promise that can't be kept is none: memory then grows as it is needed.
        let _ = self.bytes.try_reserve_exact(self.expected);
    }

    /// Takes the next bytes. Once the file is refused they are passed over.
    pub fn push(&mut self, chunk: &[u8]) {
        if self.refused.is_some() {
            return;
        }
        let taken = &chunk[..chunk.len().min(self.room())];
        match &mut self.decoder {
            Some(Decoder::Utf16(utf16)) => utf16.push(taken, &mut self.bytes),
            _ => self.bytes.extend_from_slice(taken),
        }
        if !matches!(self.decoder, Some(Decoder::Text)) {
            self.origin.bytes += taken.len() as u64;
        }
        if self.origin.bytes >= decode::PREFIX as u64 {
            self.begin();
        }
        if self.bytes.len() >= decode::PREFIX && self.refused.is_none() {
            self.advance(false);
        }
        if taken.len() < chunk.len() && self.refused.is_none() {
            self.refused = Some(Refused::new(Code::FileTooLarge));
        }
    }

    /// How many more bytes may come. Text that was decoded elsewhere may be longer than the file was.
    fn room(&self) -> usize {
        let addressable = records::MAX_FILE.saturating_sub(self.bytes.len() as u64);
        let room = match self.decoder {
            Some(Decoder::Text) => addressable,
            // Two bytes of UTF-16 are up to three of text.
            Some(Decoder::Utf16(_)) => {
                (self.limits.max_bytes - self.origin.bytes).min(addressable / 2)
            }
            _ => (self.limits.max_bytes - self.origin.bytes).min(addressable),
        };
        usize::try_from(room).unwrap_or(usize::MAX)
    }

    /// Why the file is refused, as soon as that is known.
    pub fn refused(&self) -> Option<&Refused> {
        self.refused.as_ref()
    }

    /// How many data rows were seen so far.
    pub fn rows_so_far(&self) -> u32 {
        let filled = self
            .splitter
            .as_ref()
            .map_or(0, |(_, splitter)| splitter.filled());
        match self.choice.header {
            HeaderRow::Auto(_) => filled.saturating_sub(1),
            HeaderRow::Row(_) => filled,
        }
    }

    /// The whole file was pushed. What is in an old encoding is decoded where the feature `legacy` brings the tables;
    /// without them it is read as damaged UTF-8.
    pub fn finish(self) -> Result<Table, Refused> {
        match self.read() {
            Ok(table) => Ok(table),
            Err(Unread::Refused(refused)) => Err(refused),
            Err(Unread::Foreign(foreign)) => foreign.finish(),
        }
    }

    /// The whole file was pushed. What is in an encoding whose tables are elsewhere is given back, to be decoded there.
    pub fn read(mut self) -> Result<Table, Unread> {
        if self.refused.is_none() {
            self.begin();
        }
        if let Some(refused) = self.refused {
            return Err(refused.into());
        }
        let decoder = self.decoder.take();
        let is_open = matches!(decoder, Some(Decoder::Utf8)) && self.choice.encoding.is_none();
        match decoder {
            Some(Decoder::Foreign) => {
                let name = Some(self.origin.encoding);
                return Err(Foreign::new(self.bytes, &self.limits, self.choice, name).into());
            }
            Some(Decoder::Utf16(utf16)) => {
                self.origin.digest = Some(utf16.finish(&mut self.bytes));
            }
            Some(Decoder::Utf8 | Decoder::Text) | None => {}
        }
        if self.bytes.len() == decode::text_start(&self.bytes) {
            return Err(Refused::new(Code::FileEmpty).into());
        }
        self.advance(true);
        if let Some(refused) = self.refused {
            return Err(refused.into());
        }
        let Some((delimiter, splitter)) = self.splitter else {
            return Err(Refused::new(Code::FileEmpty).into());
        };
        let records = splitter.finish(&self.bytes);
        let table = Table::new(
            self.bytes,
            self.origin,
            records,
            delimiter,
            self.choice.header,
            self.limits.max_columns as usize,
            |bytes| !is_open || decode::is_damaged_utf8(bytes),
        );
        let table = match table {
            Ok(table) => table,
            Err(bytes) => {
                return Err(Foreign::new(bytes, &self.limits, self.choice, None).into());
            }
        };
        match table.rows() {
            0 => Err(Refused::new(Code::NoDataRows).into()),
            rows if rows > self.limits.max_rows as usize => {
                Err(Refused::new(Code::TooManyRows).into())
            }
            _ => Ok(table),
        }
    }

    /// Finds out, the first time, what the bytes are.
    fn begin(&mut self) {
        if self.decoder.is_some() {
            return;
        }
        let prefix = &self.bytes[..self.bytes.len().min(decode::PREFIX)];
        if let Some(kind) = kind::of_bytes(prefix) {
            self.refused = Some(Refused::not_csv(kind));
            return;
        }
        let (mut decoder, encoding) = Decoder::find(prefix, self.choice.encoding);
        match &mut decoder {
            Decoder::Utf16(utf16) => {
                let bytes = std::mem::take(&mut self.bytes);
                utf16.push(&bytes, &mut self.bytes);
            }
            Decoder::Foreign => self.refused = kind::of_text(prefix).map(Refused::not_csv),
            Decoder::Utf8 | Decoder::Text => {}
        }
        self.origin.encoding = encoding;
        self.decoder = Some(decoder);
    }

    /// Reads what has come. The first time, what the text is and how it is written is decided.
    fn advance(&mut self, complete: bool) {
        if matches!(self.decoder, Some(Decoder::Foreign)) {
            return;
        }
        let Self {
            limits,
            choice,
            bytes,
            expected,
            splitter,
            ..
        } = self;
        if splitter.is_none() {
            let complete = complete && bytes.len() <= decode::PREFIX;
            let prefix = &bytes[..bytes.len().min(decode::PREFIX)];
            if let Some(kind) = kind::of_text(prefix) {
                self.refused = Some(Refused::not_csv(kind));
                return;
            }
            let dialect = dialect::find(
                prefix,
                decode::text_start(prefix),
                complete,
                choice.delimiter,
                choice.header,
                limits.max_quoted_bytes,
            );
            let after = match choice.header {
                HeaderRow::Row(number) => number,
                HeaderRow::Auto(_) => 0,
            };
            let fresh = Splitter::new(
                dialect.delimiter,
                limits.max_quoted_bytes,
                dialect.start,
                after,
            );
            *splitter = Some((dialect.delimiter, fresh));
        }
        if let Some((_, splitter)) = splitter {
            splitter.advance(bytes);
            splitter.expect(std::mem::take(expected));
        }
        if self.rows_so_far() > self.limits.max_rows {
            self.refused = Some(Refused::new(Code::TooManyRows));
        }
    }
}

/// The delimiter that is found in a text.
pub(crate) fn delimiter_of(text: &[u8], limits: &Limits) -> u8 {
    let prefix = &text[..text.len().min(decode::PREFIX)];
    dialect::find(
        prefix,
        decode::text_start(prefix),
        prefix.len() == text.len(),
        None,
        FileChoice::default().header_row,
        limits.max_quoted_bytes,
    )
    .delimiter
}

#[cfg(test)]
mod tests;
