//! The CSV files that people get back: the rows with errors, and the results of an import. Neither can run a formula.

use std::borrow::Cow;

use crate::issue::Code;
use crate::limits::Limits;
use crate::parse::{Fault, Table, delimiter_of};
use crate::value::{strip_guard, trim};

/// Lets Excel see that the file is UTF-8.
const BOM: &[u8] = b"\xEF\xBB\xBF";
/// The column that is added to the rows with errors.
pub(crate) const ERROR_COLUMN: &str = "Error";

/// The value as it can be opened in a spreadsheet: an apostrophe goes before what would be read as a formula (OWASP,
/// "CSV Injection"), and before an apostrophe, so that reading the file back gives exactly the value.
///
/// ```
/// use muster_core::report::guard;
/// assert_eq!(guard("=1+1"), "'=1+1");
/// assert_eq!(guard("'tis"), "''tis");
/// assert_eq!(guard("Aisyah"), "Aisyah");
/// ```
pub fn guard(value: &str) -> Cow<'_, str> {
    if value.starts_with(['=', '+', '-', '@', '\'', '\t', '\r']) {
        Cow::Owned(format!("'{value}"))
    } else {
        Cow::Borrowed(value)
    }
}

/// Appends a cell, in quotes if it needs them.
fn write_cell(out: &mut Vec<u8>, delimiter: u8, cell: &[u8]) {
    let special = |byte: &u8| *byte == delimiter || matches!(byte, b'"' | b'\r' | b'\n');
    if !cell.iter().any(special) {
        out.extend_from_slice(cell);
        return;
    }
    write_quoted(out, cell);
}

fn write_quoted(out: &mut Vec<u8>, cell: &[u8]) {
    out.push(b'"');
    for part in cell.split_inclusive(|byte| *byte == b'"') {
        out.extend_from_slice(part);
        if part.ends_with(b"\"") {
            out.push(b'"');
        }
    }
    out.push(b'"');
}

/// Appends a line of cells that are guarded already.
fn write_line<'a>(
    out: &mut Vec<u8>,
    delimiter: u8,
    cells: impl IntoIterator<Item = Cow<'a, [u8]>>,
) {
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            out.push(delimiter);
        }
        write_cell(out, delimiter, &cell);
    }
    out.extend_from_slice(b"\r\n");
}

fn guarded(value: &str) -> Cow<'_, [u8]> {
    match guard(value) {
        Cow::Borrowed(value) => Cow::Borrowed(value.as_bytes()),
        Cow::Owned(value) => Cow::Owned(value.into_bytes()),
    }
}

/// A CSV of the rows with errors: the file's own columns and delimiter, and what is wrong in a last column `Error`. It
/// can be corrected and imported again: what was not touched reads as it did before, and is an error as before.
///
/// What is wrong with a row's quotes goes on being wrong until somebody corrects it. Text behind a closing quote stays
/// there. A cell whose quote never closes would take what follows with it, the sentence in `Error` first of all: it is
/// closed before its last letter, and so is `text_after_quote` from then on, like one with a stray quote in the way of
/// an unclosed one.
#[derive(Clone, Debug)]
pub struct ErrorRows<'a> {
    table: &'a Table,
    delimiter: u8,
    /// The columns that are kept: all but a last one `Error`, from the last time.
    width: usize,
    out: Vec<u8>,
}

impl<'a> ErrorRows<'a> {
    /// Starts the file with its header.
    pub fn new(table: &'a Table) -> Self {
        let names = without_error_column(table.header());
        let mut rows = Self {
            table,
            delimiter: u8::try_from(table.delimiter()).unwrap_or(b','),
            width: names.len(),
            out: BOM.to_vec(),
        };
        let header = names.iter().map(|name| guarded(name));
        let header = header.chain([guarded(ERROR_COLUMN)]);
        write_line(&mut rows.out, rows.delimiter, header);
        rows
    }

    /// Adds a data row, with the cells that were corrected meanwhile, and what is wrong with it. Cells beyond the
    /// header go behind that.
    pub fn push<'c>(&mut self, row: usize, edited: impl Fn(u32) -> Option<&'c str>, message: &str) {
        let cells: Vec<_> = self.table.faults(row).collect();
        let write =
            |column: usize, out: &mut Vec<u8>| match (edited(column as u32), cells.get(column)) {
                (Some(text), _) => write_cell(out, self.delimiter, &as_read(text.as_bytes())),
                (None, Some((cell, Some(fault)))) => {
                    let after = match fault {
                        Fault::TextAfter(length) => length.saturating_sub(trimmed_end(&cell.bytes)),
                        Fault::Quote => 0,
                    };
                    write_faulty(out, self.delimiter, &as_read(&cell.bytes), after);
                }
                (None, Some((cell, None))) => {
                    write_cell(out, self.delimiter, &as_read(&cell.bytes));
                }
                (None, None) => {}
            };
        for column in 0..self.width {
            write(column, &mut self.out);
            self.out.push(self.delimiter);
        }
        write_cell(&mut self.out, self.delimiter, &guarded(message));
        for column in self.table.width()..cells.len() {
            self.out.push(self.delimiter);
            write(column, &mut self.out);
        }
        self.out.extend_from_slice(b"\r\n");
    }

    /// The bytes of the file. Where its delimiter would not be found again, it begins with a line that says it.
    pub fn finish(mut self) -> Vec<u8> {
        if delimiter_of(&self.out, &Limits::default()) != self.delimiter {
            let line = [b's', b'e', b'p', b'=', self.delimiter, b'\r', b'\n'];
            self.out.splice(BOM.len()..BOM.len(), line);
        }
        self.out
    }
}

/// The columns without a last one that is ours: what the rows with errors have more than their file.
///
/// ```
/// use muster_core::report::without_error_column;
/// assert_eq!(without_error_column(&["Phone".into(), "Error".into()]), ["Phone"]);
/// assert_eq!(without_error_column(&["Error".into()]), ["Error"]);
/// ```
pub fn without_error_column(header: &[String]) -> &[String] {
    match header {
        [names @ .., last] if last == ERROR_COLUMN && !names.is_empty() => names,
        names => names,
    }
}

/// A cell as it will be read again: trimmed, and guarded anew. Bytes that are no text stay as they are.
fn as_read(bytes: &[u8]) -> Cow<'_, [u8]> {
    match std::str::from_utf8(bytes) {
        Ok(text) => guarded(strip_guard(trim(text))),
        Err(_) => match bytes {
            [b'=' | b'+' | b'-' | b'@', ..] => Cow::Owned([b"'", bytes].concat()),
            _ => Cow::Borrowed(bytes),
        },
    }
}

/// How many bytes are trimmed off a cell's end.
fn trimmed_end(cell: &[u8]) -> usize {
    std::str::from_utf8(cell).map_or(0, |text| {
        // With something before them that stays, only those at the end go.
        let kept = [".", text].concat();
        kept.len() - trim(&kept).len()
    })
}

/// Appends a cell so that it is `text_after_quote` when it is read again, with the same content: so many bytes of it
/// behind the closing quote if that can be, else its last letter.
fn write_faulty(out: &mut Vec<u8>, delimiter: u8, content: &[u8], after: usize) {
    let ends = |byte: u8| byte == delimiter || matches!(byte, b'\r' | b'\n');
    let opens = |byte: u8| !ends(byte) && !matches!(byte, b'"' | b' ' | b'\t');
    let suits = |tail: &[u8]| {
        let has_text = tail.iter().any(|byte| !matches!(byte, b' ' | b'\t'));
        tail.first() != Some(&b'"') && has_text && !tail.iter().any(|byte| ends(*byte))
    };
    let natural = content.len().checked_sub(after);
    let at = natural.filter(|at| suits(&content[*at..])).or_else(|| {
        // Before the last letter, not within it.
        let is_first = |at: &usize| content[*at] & 0xC0 != 0x80;
        (0..content.len())
            .rev()
            .find(|at| opens(content[*at]) && is_first(at))
            .filter(|at| suits(&content[*at..]))
    });
    let (head, tail) = content.split_at(at.unwrap_or(content.len()));
    write_quoted(out, head);
    match at {
        Some(_) => out.extend_from_slice(tail),
        // Nothing but quotes and separators: a mark that nobody sees stands behind them.
        None => out.extend_from_slice("\u{200B}".as_bytes()),
    }
}

/// A line of the results file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResultLine<'a> {
    /// The spreadsheet's row number.
    pub row: u32,
    /// What became of the row.
    pub result: &'a str,
    /// The contact, where there is one.
    pub contact_id: Option<u64>,
    /// By what the row was to be found.
    pub identifier: &'a str,
    /// Why: an error's, a skipped row's.
    pub code: Option<Code>,
    /// The name of the field or column concerned.
    pub field: &'a str,
    /// What the field held.
    pub old: &'a str,
    /// What it holds now.
    pub new: &'a str,
    /// The sentence of the code.
    pub message: &'a str,
}

impl ResultLine<'_> {
    /// The columns of the results file.
    pub const COLUMNS: [&'static str; 9] = [
        "Row",
        "Result",
        "Contact ID",
        "Identifier",
        "Code",
        "Field",
        "Old",
        "New",
        "Message",
    ];

    /// Appends what the results file begins with.
    pub fn write_header(out: &mut Vec<u8>) {
        out.extend_from_slice(BOM);
        write_line(
            out,
            b',',
            Self::COLUMNS.map(|name| Cow::Borrowed(name.as_bytes())),
        );
    }

    /// Appends the line.
    pub fn write(&self, out: &mut Vec<u8>) {
        let id = self.contact_id.map(|id| id.to_string()).unwrap_or_default();
        let cells = [
            self.row.to_string().into_bytes().into(),
            guarded(self.result),
            id.into_bytes().into(),
            guarded(self.identifier),
            guarded(self.code.map_or("", Code::slug)),
            guarded(self.field),
            guarded(self.old),
            guarded(self.new),
            guarded(self.message),
        ];
        write_line(out, b',', cells);
    }
}

#[cfg(test)]
mod tests;
