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

#[derive(Debug)]
struct Row {
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
    /// The positions of the rows among all.
    pub(crate) fn rows(&self) -> Range<usize> {
        self.first..self.first + self.rows.len()
    }

    /// A cell of a row of the block as it stands in the file; none for one that takes more to be read, or that the row
    /// doesn't have.
    #[inline]
    pub(crate) fn bare(&self, row: usize, column: usize) -> Option<Bare<'a>> {
        let row = self.rows.get(row - self.first)?;
        let cell = row.first as usize + column;
        if cell >= row.end as usize {
            return None;
        }
        let end = *self.ends.get(cell)?;
        let start = match column {
            0 => row.start as usize,
            _ => self.ends.get(cell - 1)?.at() + 1,
        };
        let text = self.text.get(start..end.at())?;
        if end.is_plain() {
            return Some(Bare {
                text,
                is_plain: true,
            });
        }
        let text = match text.as_bytes() {
            _ if !row.is_whole => return None,
            [b' ' | b'\t', ..] => return None, // a quote may follow
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
