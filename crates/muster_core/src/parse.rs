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

mod cell;
mod decode;
mod dialect;
mod records;
mod table;

pub use cell::Cell;
pub use table::Table;

use crate::import::{FileChoice, HeaderRow};
use crate::issue::Code;
use crate::limits::Limits;
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
}

/// Takes a file's bytes in order, in pieces of any size. Whatever the pieces, the result is the same.
#[derive(Clone, Debug)]
pub struct Parser {
    limits: Limits,
    header: HeaderRow,
    chosen: Option<u8>,
    bytes: Vec<u8>,
    splitter: Option<(u8, Splitter)>,
    refused: Option<Refused>,
}

impl Parser {
    /// A parser of one file. What is chosen is followed, the rest found from the content.
    pub fn new(limits: &Limits, choice: &FileChoice) -> Self {
        let chosen = match choice.delimiter.as_bytes() {
            [byte] if byte.is_ascii() => Some(*byte),
            _ => None,
        };
        Self {
            limits: *limits,
            header: choice.header_row,
            chosen,
            bytes: Vec::new(),
            splitter: None,
            refused: None,
        }
    }

    /// Takes the next bytes. Once the file is refused they are passed over.
    pub fn push(&mut self, chunk: &[u8]) {
        if self.refused.is_some() {
            return;
        }
        let most = self.limits.max_bytes.min(records::MAX_FILE);
        let room = usize::try_from(most).map_or(usize::MAX, |most| most - self.bytes.len());
        let taken = &chunk[..chunk.len().min(room)];
        self.bytes.extend_from_slice(taken);
        if self.bytes.len() >= decode::PREFIX {
            self.advance(false);
        }
        if taken.len() < chunk.len() && self.refused.is_none() {
            self.refused = Some(Refused::new(Code::FileTooLarge));
        }
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
        match self.header {
            HeaderRow::Auto(_) => filled.saturating_sub(1),
            HeaderRow::Row(_) => filled,
        }
    }

    /// The whole file was pushed.
    pub fn finish(mut self) -> Result<Table, Refused> {
        if self.refused.is_none() && self.bytes.len() == decode::text_start(&self.bytes) {
            return Err(Refused::new(Code::FileEmpty));
        }
        if self.refused.is_none() {
            self.advance(true);
        }
        if let Some(refused) = self.refused {
            return Err(refused);
        }
        let Some((delimiter, splitter)) = self.splitter else {
            return Err(Refused::new(Code::FileEmpty));
        };
        let records = splitter.finish(&self.bytes);
        let table = Table::new(
            self.bytes,
            records,
            delimiter,
            self.header,
            self.limits.max_columns as usize,
        );
        match table.rows() {
            0 => Err(Refused::new(Code::NoDataRows)),
            rows if rows > self.limits.max_rows as usize => Err(Refused::new(Code::TooManyRows)),
            _ => Ok(table),
        }
    }

    /// Reads what has come. The first time, what the file is and how it is written is decided.
    fn advance(&mut self, complete: bool) {
        let Self {
            limits,
            header,
            chosen,
            bytes,
            splitter,
            ..
        } = self;
        if splitter.is_none() {
            let complete = complete && bytes.len() <= decode::PREFIX;
            let prefix = &bytes[..bytes.len().min(decode::PREFIX)];
            if let Some(kind) = decode::not_csv(prefix) {
                self.refused = Some(Refused {
                    code: Code::NotCsv,
                    kind: Some(kind),
                });
                return;
            }
            let dialect = dialect::find(
                prefix,
                decode::text_start(prefix),
                complete,
                *chosen,
                *header,
                limits.max_quoted_bytes,
            );
            let after = match *header {
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
        }
        if self.rows_so_far() > self.limits.max_rows {
            self.refused = Some(Refused::new(Code::TooManyRows));
        }
    }
}

#[cfg(test)]
mod tests;
