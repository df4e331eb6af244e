//! A file once it is read: its own bytes, and where in them the cells are.

use std::borrow::Cow;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::arena::Arena;
use super::cell::{self, Cell, Fault, Raw};
use super::decode::Origin;
use super::header::{self, Doubt};
use super::records::{BLANK, Records, STRAY, STRAY_ERROR, TEXT_AFTER, UNCLOSED, UNDECODABLE};
use crate::import::HeaderRow;
use crate::issue::{Code, Severity};
use crate::value::{strip_guard, trim};

/// The rows of a file. No cell is copied: a row costs 13 bytes and a cell 4, beside the file's own.
#[derive(Clone, Debug)]
pub struct Table {
    origin: Origin,
    pub(super) arena: Arena,
    pub(super) records: Records,
    /// The records that are data rows.
    pub(super) rows: Vec<u32>,
    header: Vec<String>,
    choice: HeaderRow,
    /// The number of the header's record; 0 where there is none.
    header_row: u32,
    delimiter: u8,
}

impl Table {
    /// The table of a file, given which record is chosen as its header, and how many columns it gives at most. Bytes that
    /// aren't text all through are given back if they are not `accepted` as they are.
    pub(super) fn new(
        bytes: Vec<u8>,
        origin: Origin,
        mut records: Records,
        delimiter: u8,
        choice: HeaderRow,
        max_columns: usize,
        accepted: impl FnOnce(&[u8]) -> bool,
    ) -> Result<Self, Vec<u8>> {
        let filled = |record: &usize| records.flags[*record] & BLANK == 0;
        let first = (0..records.list.len()).find(filled);
        let number = match choice {
            HeaderRow::Row(number) => number,
            HeaderRow::Auto(_) => first.map_or(0, |record| records.list[record].number),
        };
        let header = match number {
            0 => {
                let width = first.map_or(0, |record| records.cells(record).len());
                (1..=width.min(max_columns)).map(column_name).collect()
            }
            _ => header_names(&bytes, &records, number, max_columns),
        };
        let rows = (0..records.list.len())
            .filter(filled)
            .filter(|&record| records.list[record].number > number)
            .map(|record| record as u32)
            .collect();
        Ok(Self {
            origin,
            arena: Arena::new(bytes, accepted, |at| records.flag_at(at, UNDECODABLE))?,
            records,
            rows,
            header,
            choice,
            header_row: number,
            delimiter,
        })
    }

    /// The name of the file's encoding.
    pub fn encoding(&self) -> &'static str {
        self.origin.encoding
    }

    /// What separates the cells.
    pub fn delimiter(&self) -> char {
        char::from(self.delimiter)
    }

    /// The columns' names, as they are read; a blank one is called "Column N".
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Whether the columns have names of their own.
    pub fn has_header(&self) -> bool {
        self.header_row != 0
    }

    /// The row number of the header; 0 where there is none.
    pub fn header_row(&self) -> u32 {
        self.header_row
    }

    /// Why a person should be asked which record is the header, unless one was chosen.
    pub fn header_doubt(&self) -> Option<Doubt> {
        let widths = self
            .rows
            .iter()
            .map(|&row| self.records.cells(row as usize).len());
        match self.choice {
            HeaderRow::Auto(_) => header::doubt(self, widths),
            HeaderRow::Row(_) => None,
        }
    }

    /// How many columns there are.
    pub fn width(&self) -> usize {
        self.header.len()
    }

    /// How many data rows there are.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The file's text: its own bytes where they are UTF-8, what they were decoded to where not.
    pub fn file(&self) -> Vec<u8> {
        self.arena.pieces().collect::<Vec<_>>().concat()
    }

    /// The file as text, to be kept by whoever refers to places in it.
    pub(crate) fn shared_text(&self) -> Arc<String> {
        Arc::clone(self.arena.text())
    }

    /// How many bytes the file has on the disk.
    pub fn bytes(&self) -> u64 {
        self.origin.bytes
    }

    /// SHA-256 of the file as it lies on the disk.
    pub fn digest(&self) -> [u8; 32] {
        let of_text = || {
            let mut hasher = Sha256::new();
            self.arena.pieces().for_each(|piece| hasher.update(piece));
            hasher.finalize().into()
        };
        self.origin.digest.unwrap_or_else(of_text)
    }

    /// The number that a spreadsheet shows beside the row.
    pub fn row_number(&self, row: usize) -> u32 {
        self.records.list[self.record(row)].number
    }

    /// The data row with this number.
    pub fn find_row(&self, number: u32) -> Option<usize> {
        self.rows
            .binary_search_by_key(&number, |&record| self.records.list[record as usize].number)
            .ok()
    }

    /// A cell of a data row; one that the row doesn't have is empty.
    pub fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let record = self.record(row);
        cell::raw_cell(self.text_bytes(), &self.records, record, column)
            .map_or(Cell::EMPTY, |raw| self.cell_of(record, raw))
    }

    /// A cell's content as text; where the bytes are none, the nearest that can be shown.
    pub fn text(&self, row: usize, column: usize) -> Result<Cow<'_, str>, String> {
        let record = self.record(row);
        let Some(span) = cell::span(&self.records, record, column) else {
            return Ok(Cow::Borrowed(""));
        };
        match self.arena.text().get(span) {
            Some(cell)
                if self.records.flags[record] & UNDECODABLE == 0
                    && !matches!(cell.as_bytes().first(), Some(b'"' | b' ' | b'\t')) =>
            {
                Ok(Cow::Borrowed(cell))
            }
            _ => self.cell(row, column).into_text(),
        }
    }

    /// All cells of a data row, as many as it has.
    pub fn cells(&self, row: usize) -> impl ExactSizeIterator<Item = Cell<'_>> {
        self.cells_of(self.record(row))
    }

    /// Likewise, each with what is wrong with its quotes, if that makes the row an error.
    pub(crate) fn faults(&self, row: usize) -> impl Iterator<Item = (Cell<'_>, Option<Fault>)> {
        let record = self.record(row);
        let flags = self.records.flags[record];
        cell::raw_cells(self.text_bytes(), &self.records, record)
            .map(move |raw| (self.cell_of(record, raw), cell::fault(raw, flags)))
    }

    /// Every record of the file that isn't an empty line, the header and blank ones too: its number and its cells.
    pub fn records(&self) -> impl Iterator<Item = (u32, impl ExactSizeIterator<Item = Cell<'_>>)> {
        (0..self.records.list.len())
            .map(|record| (self.records.list[record].number, self.cells_of(record)))
    }

    /// Whether nothing is wrong with a row as a whole, as it nearly always is.
    pub(crate) fn is_flawless(&self, row: usize) -> bool {
        let record = self.record(row);
        self.records.flags[record] == 0 && self.records.cells(record).len() == self.width()
    }

    /// What is wrong with a row as a whole, each once, in the order of the codes' table.
    pub fn record_issues(&self, row: usize) -> impl Iterator<Item = (Code, Severity)> + use<> {
        let record = self.record(row);
        let flags = self.records.flags[record];
        let cells = self.records.cells(record).len();
        let stray = if flags & STRAY_ERROR != 0 {
            Severity::Error
        } else {
            Severity::Warning
        };
        [
            (
                cells < self.width() && flags & UNCLOSED == 0,
                Code::TooFewCells,
                Severity::Warning,
            ),
            (
                self.has_cells_beyond(record),
                Code::TooManyCells,
                Severity::Error,
            ),
            (flags & (STRAY | STRAY_ERROR) != 0, Code::StrayQuote, stray),
            (
                flags & TEXT_AFTER != 0,
                Code::TextAfterQuote,
                Severity::Error,
            ),
            (flags & UNCLOSED != 0, Code::UnclosedQuote, Severity::Error),
        ]
        .into_iter()
        .filter_map(|(found, code, severity)| found.then_some((code, severity)))
    }

    /// Whether the row is an error whatever its cells hold.
    pub fn has_record_error(&self, row: usize) -> bool {
        let record = self.record(row);
        self.records.flags[record] & (STRAY_ERROR | TEXT_AFTER | UNCLOSED) != 0
            || self.has_cells_beyond(record)
    }

    fn has_cells_beyond(&self, record: usize) -> bool {
        self.records.cells(record).len() > self.width()
            && cell::raw_cells(self.text_bytes(), &self.records, record)
                .skip(self.width())
                .any(|raw| !cell::is_blank(&cell::unquote(raw)))
    }

    fn cells_of(&self, record: usize) -> impl ExactSizeIterator<Item = Cell<'_>> {
        cell::raw_cells(self.text_bytes(), &self.records, record)
            .map(move |raw| self.cell_of(record, raw))
    }

    /// A cell of a record, given where it is in the text.
    fn cell_of<'a>(&self, record: usize, raw: Raw<'a>) -> Cell<'a> {
        let bytes = if self.records.flags[record] & UNDECODABLE == 0 {
            cell::unquote(raw)
        } else {
            let bytes = self.arena.bytes(raw.span());
            Cow::Owned(cell::unquote(raw.of(&bytes)).into_owned())
        };
        Cell { bytes }
    }

    fn text_bytes(&self) -> &[u8] {
        self.arena.text().as_bytes()
    }

    fn record(&self, row: usize) -> usize {
        self.rows[row] as usize
    }
}

/// The names of the columns, given the number of the record that is the header. An empty line is one blank cell.
fn header_names(bytes: &[u8], records: &Records, number: u32, max_columns: usize) -> Vec<String> {
    let header = records
        .list
        .binary_search_by_key(&number, |record| record.number);
    let Ok(header) = header else {
        return vec![column_name(1)];
    };
    cell::raw_cells(bytes, records, header)
        .enumerate()
        .take(max_columns)
        .map(|(index, raw)| {
            let content = cell::unquote(raw);
            match strip_guard(trim(&String::from_utf8_lossy(&content))) {
                "" => column_name(index + 1),
                name => name.to_owned(),
            }
        })
        .collect()
}

/// What a column is called that has no name.
fn column_name(number: usize) -> String {
    format!("Column {number}")
}
