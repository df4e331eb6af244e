//! From a cell's bytes in the file to its content.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr;

use super::records::{Records, STRAY_ERROR, UNCLOSED};
use crate::value::trim;

/// A cell as it was split: quotes removed, doubled ones undone, nothing trimmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell<'a> {
    /// The content, in the file's own bytes where nothing had to be undone.
    pub bytes: Cow<'a, [u8]>,
}

impl<'a> Cell<'a> {
    /// The cell that a short record doesn't have.
    pub(super) const EMPTY: Cell<'static> = Cell {
        bytes: Cow::Borrowed(&[]),
    };

    /// The content as text; where the bytes are none, the nearest that can be shown.
    pub fn text(&self) -> Result<Cow<'_, str>, String> {
        std::str::from_utf8(&self.bytes)
            .map(Cow::Borrowed)
            .map_err(|_| String::from_utf8_lossy(&self.bytes).into_owned())
    }

    /// Like [`Cell::text`], but borrowing from the file wherever that is possible.
    pub fn into_text(self) -> Result<Cow<'a, str>, String> {
        let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match self.bytes {
            Cow::Borrowed(bytes) => std::str::from_utf8(bytes)
                .map(Cow::Borrowed)
                .map_err(|_| lossy(bytes)),
            Cow::Owned(bytes) => String::from_utf8(bytes)
                .map(Cow::Owned)
                .map_err(|error| lossy(error.as_bytes())),
        }
    }
}

/// A cell's bytes in the file, and whether its quote is known never to close.
#[derive(Clone, Copy, Debug)]
pub(super) struct Raw<'a> {
    bytes: &'a [u8],
    start: usize,
    unclosed: bool,
}

impl Raw<'_> {
    /// Where the bytes are in the file.
    pub(super) fn span(&self) -> Range<usize> {
        self.start..self.start + self.bytes.len()
    }

    /// The same cell in other bytes.
    pub(super) fn of(self, bytes: &[u8]) -> Raw<'_> {
        Raw { bytes, ..self }
    }
}

/// The cells of a record.
pub(super) fn raw_cells<'a>(
    bytes: &'a [u8],
    records: &'a Records,
    record: usize,
) -> impl ExactSizeIterator<Item = Raw<'a>> {
    let cells = records.cells(record);
    let unclosed = records.flags[record] & UNCLOSED != 0;
    let last = cells.end - 1;
    let mut start = records.list[record].start as usize;
    cells.map(move |cell| {
        let end = records.ends[cell].at();
        let raw = Raw {
            bytes: &bytes[start..end],
            start,
            unclosed: unclosed && cell == last,
        };
        start = end + 1;
        raw
    })
}

/// Where one cell of a record is, if the record has that many.
pub(super) fn span(records: &Records, record: usize, column: usize) -> Option<Range<usize>> {
    let cells = records.cells(record);
    let cell = cells.start + column;
    if cell >= cells.end {
        return None;
    }
    let start = match column {
        0 => records.list[record].start as usize,
        _ => records.ends[cell - 1].at() + 1,
    };
    Some(start..records.ends[cell].at())
}

/// One cell of a record, if the record has that many.
pub(super) fn raw_cell<'a>(
    bytes: &'a [u8],
    records: &Records,
    record: usize,
    column: usize,
) -> Option<Raw<'a>> {
    let span = span(records, record, column)?;
    let is_last = column + 1 == records.cells(record).len();
    Some(Raw {
        start: span.start,
        bytes: &bytes[span],
        unclosed: is_last && records.flags[record] & UNCLOSED != 0,
    })
}

/// The content of a cell.
pub(super) fn unquote(raw: Raw<'_>) -> Cow<'_, [u8]> {
    let bytes = raw.bytes;
    let Some(open) = bytes.iter().position(|byte| !is_space(*byte)) else {
        return Cow::Borrowed(bytes);
    };
    if bytes[open] != b'"' {
        return Cow::Borrowed(bytes);
    }
    if raw.unclosed {
        return Cow::Borrowed(&bytes[open..]);
    }
    let body = &bytes[open + 1..];
    let mut content = Vec::new();
    let mut from = 0;
    loop {
        let Some(quote) = memchr(b'"', &body[from..]).map(|ahead| from + ahead) else {
            return Cow::Borrowed(&bytes[open..]); // the splitter flags these; kept whole in any case
        };
        if body.get(quote + 1) == Some(&b'"') {
            content.extend_from_slice(&body[from..=quote]);
            from = quote + 2;
            continue;
        }
        let tail = &body[quote + 1..];
        if tail.iter().all(|byte| is_space(*byte)) {
            if content.is_empty() {
                return Cow::Borrowed(&body[from..quote]);
            }
            content.extend_from_slice(&body[from..quote]);
        } else {
            content.extend_from_slice(&body[from..quote]);
            content.extend_from_slice(tail);
        }
        return Cow::Owned(content);
    }
}

/// What makes a row an error that lies in how a cell is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// So many bytes of its content stand behind the closing quote.
    TextAfter(usize),
    /// Its quote never closes, or it has one where an unclosed quote was being looked for.
    Quote,
}

/// What is wrong with a cell of a record with these flags.
pub(super) fn fault(raw: Raw<'_>, flags: u8) -> Option<Fault> {
    if raw.unclosed {
        return Some(Fault::Quote);
    }
    let open = raw.bytes.iter().position(|byte| !is_space(*byte))?;
    if raw.bytes[open] != b'"' {
        let is_strict = flags & STRAY_ERROR != 0 && raw.bytes.contains(&b'"');
        return is_strict.then_some(Fault::Quote);
    }
    let mut rest = &raw.bytes[open + 1..];
    while let Some(quote) = memchr(b'"', rest) {
        rest = &rest[quote + 1..];
        match rest.strip_prefix(b"\"") {
            Some(after) => rest = after,
            None => {
                let has_text = rest.iter().any(|byte| !is_space(*byte));
                return has_text.then_some(Fault::TextAfter(rest.len()));
            }
        }
    }
    None
}

/// Whether there is nothing in it but white space and invisible marks.
pub(super) fn is_blank(content: &[u8]) -> bool {
    content.is_empty() || std::str::from_utf8(content).is_ok_and(|text| trim(text).is_empty())
}

/// A blank around quotes.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}
