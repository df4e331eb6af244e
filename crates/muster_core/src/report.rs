//! The CSV files that people get back: the rows with errors, and the results of an import. Neither can run a formula.

use std::borrow::Cow;

use crate::issue::Code;
use crate::parse::{Cell, Table};
use crate::value::{strip_guard, trim};

/// Lets Excel see that the file is UTF-8.
const BOM: &[u8] = b"\xEF\xBB\xBF";
/// The column that is added to the rows with errors.
const ERROR_COLUMN: &str = "Error";

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
/// can be corrected and imported again: what was not touched reads as it did before.
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
        let delimiter = u8::try_from(table.delimiter()).unwrap_or(b',');
        let names = match table.header() {
            [names @ .., last] if last == ERROR_COLUMN && !names.is_empty() => names,
            names => names,
        };
        let mut out = BOM.to_vec();
        if !matches!(delimiter, b',' | b';' | b'\t' | b'|') {
            out.extend_from_slice(&[b's', b'e', b'p', b'=', delimiter, b'\r', b'\n']);
        }
        let header = names.iter().map(|name| guarded(name));
        write_line(&mut out, delimiter, header.chain([guarded(ERROR_COLUMN)]));
        Self {
            table,
            delimiter,
            width: names.len(),
            out,
        }
    }

    /// Adds a row: its cells ([`Table::cells`]), and what is wrong with them. Cells beyond the header go behind that.
    pub fn push<'c>(&mut self, cells: impl IntoIterator<Item = Cell<'c>>, message: &str) {
        let mut line = Vec::with_capacity(self.width + 1);
        for (column, cell) in cells.into_iter().enumerate() {
            if column < self.width || column >= self.table.width() {
                line.push(as_read(cell.bytes));
            }
        }
        if line.len() < self.width {
            line.resize(self.width, Cow::Borrowed(&[] as &[u8]));
        }
        line.insert(self.width, guarded(message));
        write_line(&mut self.out, self.delimiter, line);
    }

    /// The bytes of the file.
    pub fn finish(self) -> Vec<u8> {
        self.out
    }
}

/// A cell as it will be read again: trimmed, and guarded anew. Bytes that are no text stay as they are.
fn as_read(bytes: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    match std::str::from_utf8(&bytes) {
        Err(_) => bytes,
        Ok(text) => Cow::Owned(guard(strip_guard(trim(text))).as_bytes().to_vec()),
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
mod tests {
    use super::*;
    use crate::import::FileChoice;
    use crate::limits::Limits;
    use crate::parse::Parser;

    fn parse(file: &[u8]) -> Table {
        let mut parser = Parser::new(&Limits::default(), &FileChoice::default());
        parser.push(file);
        parser.finish().unwrap()
    }

    /// The error rows of all rows of the file; read again, they have the same cells, and the message.
    fn check(file: &str, expected: &str) {
        let table = parse(file.as_bytes());
        let mut errors = ErrorRows::new(&table);
        for row in 0..table.rows() {
            errors.push(table.cells(row), "No; \"try, again\"");
        }
        let out = errors.finish();
        let text = std::str::from_utf8(&out).unwrap();
        assert_eq!(text, format!("\u{FEFF}{expected}"), "{file}");

        let read = |table: &Table, row: usize, column: usize| {
            let cell = table.cell(row, column);
            strip_guard(trim(&cell.text().unwrap())).to_owned()
        };
        let again = parse(&out);
        assert_eq!(again.delimiter(), table.delimiter());
        assert_eq!(again.rows(), table.rows());
        for row in 0..table.rows() {
            for (column, name) in table
                .header()
                .iter()
                .enumerate()
                .filter(|(_, name)| *name != ERROR_COLUMN)
            {
                assert_eq!(
                    read(&again, row, column),
                    read(&table, row, column),
                    "{name}"
                );
            }
            assert_eq!(read(&again, row, again.width() - 1), "No; \"try, again\"");
        }
    }

    #[test]
    fn error_rows_read_again_as_they_were() {
        check(
            "Name;Phone\n Ann ;+60 12\n\"B;\"\"ob\"\"\r\nx\";'+60\n''=1;'tis\n=1+1\n",
            "Name;Phone;Error\r\nAnn;'+60 12;\"No; \"\"try, again\"\"\"\r\n\
             \"B;\"\"ob\"\"\r\nx\";'+60;\"No; \"\"try, again\"\"\"\r\n\
             ''=1;''tis;\"No; \"\"try, again\"\"\"\r\n'=1+1;;\"No; \"\"try, again\"\"\"\r\n",
        );
        // Beyond the header's last cell, a blank header, a name like a formula.
        check(
            "a,,=b\n1,2,3,,x\n",
            "a,Column 2,'=b,Error\r\n1,2,3,\"No; \"\"try, again\"\"\",,x\r\n",
        );
        // The column of the last time is replaced.
        check(
            "a,Error\n1,old\n",
            "a,Error\r\n1,\"No; \"\"try, again\"\"\"\r\n",
        );
        check(
            "sep=:\na:b\n1:2\n",
            "sep=:\r\na:b:Error\r\n1:2:\"No; \"\"try, again\"\"\"\r\n",
        );
    }

    #[test]
    fn bytes_that_are_no_text_stay() {
        let table = parse(b"\xEF\xBB\xBFa,b\n=\xFF,1\n");
        let mut errors = ErrorRows::new(&table);
        errors.push(table.cells(0), "");
        assert_eq!(errors.finish(), b"\xEF\xBB\xBFa,b,Error\r\n=\xFF,1,\r\n");
    }

    #[test]
    fn guards_are_undone() {
        for value in [
            "", "x", "=1", "+6", "-", "@a", "'", "''", "'=", "'x", "a=b", "=\"\"", "é",
        ] {
            assert_eq!(strip_guard(&guard(value)), value);
        }
    }

    #[test]
    fn results_have_a_line_each() {
        let mut out = Vec::new();
        ResultLine::write_header(&mut out);
        ResultLine {
            row: 2,
            result: "new",
            contact_id: Some(7),
            identifier: "+6012",
            ..ResultLine::default()
        }
        .write(&mut out);
        let line = ResultLine {
            row: 3,
            result: "error",
            code: Some(Code::EmailInvalid),
            field: "Email",
            new: "@x, y",
            message: "Correct \"@x, y\".",
            ..ResultLine::default()
        };
        line.write(&mut out);
        let expected = "\u{FEFF}Row,Result,Contact ID,Identifier,Code,Field,Old,New,Message\r\n\
                        2,new,7,'+6012,,,,,\r\n\
                        3,error,,,email_invalid,Email,,\"'@x, y\",\"Correct \"\"@x, y\"\".\"\r\n";
        assert_eq!(std::str::from_utf8(&out).unwrap(), expected);
    }
}
