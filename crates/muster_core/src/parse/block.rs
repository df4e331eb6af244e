//! A few rows that are read together: where they are is found out once for all of their columns.

use std::ops::Range;

use memchr::memchr;

use super::records::{End, UNCLOSED, UNDECODABLE};
use super::table::Table;

/// A few data rows.
#[derive(Debug)]
pub(crate) struct Block<'a> {
    text: &'a str,
    ends: &'a [End],
    first: usize,
    rows: Vec<Row>,
}

/// A row of a block.
#[derive(Debug)]
pub(crate) struct Row {
    start: u32,
    /// The position of its first cell's end, and of the next record's.
    first: u32,
    end: u32,
    /// Whether its quotes are closed and its bytes are text.
    is_whole: bool,
}

/// The content of a cell whose quotes, if it has any, stand around it only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bare<'a> {
    pub(crate) text: &'a str,
    /// It is known to be printable ASCII.
    pub(crate) is_plain: bool,
}

impl Table {
    /// Some rows, to be read together.
    pub(crate) fn block(&self, rows: Range<usize>) -> Block<'_> {
        let row = |&record: &u32| {
            let record = record as usize;
            let cells = self.records.cells(record);
            Row {
                start: self.records.list[record].start,
                first: cells.start as u32,
                end: cells.end as u32,
                is_whole: self.records.flags[record] & (UNCLOSED | UNDECODABLE) == 0,
            }
        };
        Block {
            text: self.arena.text(),
            ends: &self.records.ends,
            first: rows.start,
            rows: self.rows[rows].iter().map(row).collect(),
        }
    }
}

impl<'a> Block<'a> {
    /// The rows with their positions among all.
    pub(crate) fn rows(&self) -> impl ExactSizeIterator<Item = (usize, &Row)> {
        let rows = self.rows.iter().enumerate();
        rows.map(|(at, row)| (self.first + at, row))
    }

    /// Where a cell starts, and its bytes, if it is known to be printable ASCII without a quote.
    #[inline]
    pub(crate) fn plain(&self, row: &Row, column: usize) -> Option<(u32, &'a [u8])> {
        let (start, end) = self.span(row, column)?;
        let bytes = self.text.as_bytes().get(start as usize..end.at())?;
        end.is_plain().then_some((start, bytes))
    }

    /// Where a cell starts, and its end.
    #[inline]
    fn span(&self, row: &Row, column: usize) -> Option<(u32, End)> {
        let cell = row.first as usize + column;
        if cell >= row.end as usize {
            return None;
        }
        let start = match column {
            0 => row.start,
            _ => self.ends.get(cell - 1)?.at() as u32 + 1,
        };
        Some((start, *self.ends.get(cell)?))
    }

    /// A cell of a row of the block as it stands in the file; none for one that takes more to be read, or that the row
    /// doesn't have.
    #[inline]
    pub(crate) fn bare(&self, row: &Row, column: usize) -> Option<Bare<'a>> {
        let (start, end) = self.span(row, column)?;
        let text = self.text.get(start as usize..end.at())?;
        if end.is_plain() {
            return Some(Bare {
                text,
                is_plain: true,
            });
        }
        let text = match text.as_bytes() {
            _ if !row.is_whole => return None,
            [b' ' | b'\t', ..] if text.trim_ascii_start().starts_with('"') => return None,
            [b'"', ..] => {
                let inner = text[1..].strip_suffix('"')?;
                match memchr(b'"', inner.as_bytes()) {
                    None => inner,
                    Some(_) => return None,
                }
            }
            _ => text,
        };
        Some(Bare {
            text,
            is_plain: false,
        })
    }
}
