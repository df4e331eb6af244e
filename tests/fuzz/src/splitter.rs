//! The splitter against one that is written as the rules are read: a byte after the other, nothing remembered.

use muster_core::import::{FileChoice, HeaderRow};
use muster_core::issue::{Code, Severity};
use muster_core::limits::Limits;
use muster_core::value::trim;

use super::{Choices, read, show};

/// Both splitters see the same records, and no cut changes them.
pub fn check(data: &[u8]) {
    let mut choices = Choices(data);
    let delimiter = choices.one(b",;\t|");
    let max_quoted_bytes = match choices.byte() {
        0..128 => Limits::default().max_quoted_bytes,
        few => u32::from(few - 127),
    };
    let piece = 1 + choices.below(40);
    let file = choices.rest();
    let choice = FileChoice {
        encoding: "utf-8".into(),
        delimiter: char::from(delimiter).into(),
        header_row: HeaderRow::Row(0),
    };
    let limits = Limits {
        max_quoted_bytes,
        ..Limits::default()
    };
    let whole = read(file, file.len(), &choice, &limits);
    let shown = show(&whole);
    assert_eq!(
        shown,
        show(&read(file, piece, &choice, &limits)),
        "in pieces of {piece}"
    );
    assert_eq!(
        shown,
        show(&read(file, 1, &choice, &limits)),
        "byte by byte"
    );
    let text = file.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(file);
    if is_announced(text) {
        return;
    }
    let expected = split(text, delimiter, max_quoted_bytes as usize);
    let table = match whole {
        Ok(table) => table,
        Err(refused) => {
            let no_rows = matches!(refused.code, Code::NoDataRows | Code::FileEmpty);
            assert!(refused.code == Code::NotCsv || no_rows && expected.is_empty());
            return;
        }
    };
    let width = expected.first().map_or(0, |record| record.cells.len());
    assert_eq!(table.width(), width);
    assert_eq!(table.rows(), expected.len());
    for (row, expected) in expected.iter().enumerate() {
        let cells: Vec<Vec<u8>> = table
            .cells(row)
            .map(|cell| cell.bytes.into_owned())
            .collect();
        assert_eq!(cells, expected.cells);
        assert_eq!(table.row_number(row), expected.number);
        let issues: Vec<(Code, Severity)> = table.record_issues(row).collect();
        assert_eq!(issues, expected.issues(width));
    }
}

/// Whether the first line may name the delimiter, which is no record.
fn is_announced(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"\"").unwrap_or(text);
    text.len() >= 4 && text[..4].eq_ignore_ascii_case(b"sep=")
}

#[derive(Default)]
struct Record {
    number: u32,
    cells: Vec<Vec<u8>>,
    stray: Option<Severity>,
    text_after: bool,
    unclosed: bool,
}

impl Record {
    fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| is_blank(cell))
    }

    fn issues(&self, width: usize) -> Vec<(Code, Severity)> {
        let beyond = self.cells.iter().skip(width).any(|cell| !is_blank(cell));
        let mut issues = Vec::new();
        // What is missing is in the quote.
        if self.cells.len() < width && !self.unclosed {
            issues.push((Code::TooFewCells, Severity::Warning));
        }
        if beyond {
            issues.push((Code::TooManyCells, Severity::Error));
        }
        issues.extend(self.stray.map(|severity| (Code::StrayQuote, severity)));
        if self.text_after {
            issues.push((Code::TextAfterQuote, Severity::Error));
        }
        if self.unclosed {
            issues.push((Code::UnclosedQuote, Severity::Error));
        }
        issues
    }
}

fn is_blank(cell: &[u8]) -> bool {
    std::str::from_utf8(cell).is_ok_and(|cell| trim(cell).is_empty())
}

fn is_break(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// A quoted cell, as it turned out.
enum Quoted {
    Closed {
        content: Vec<u8>,
        after: usize,
        lines: bool,
    },
    Unclosed {
        noticed: usize,
    },
}

/// The records that aren't blank.
fn split(text: &[u8], delimiter: u8, max_quoted: usize) -> Vec<Record> {
    let mut records = Vec::new();
    let (mut at, mut number, mut strict) = (0, 0, 0);
    while at < text.len() {
        number += 1;
        let mut record = Record {
            number,
            ..Record::default()
        };
        at = read_record(text, at, delimiter, max_quoted, &mut strict, &mut record);
        if !record.is_blank() {
            records.push(record);
        }
    }
    records
}

/// Reads a record; the answer is where the next begins.
fn read_record(
    text: &[u8],
    mut at: usize,
    delimiter: u8,
    max_quoted: usize,
    strict: &mut usize,
    record: &mut Record,
) -> usize {
    let byte = |at: usize| text.get(at).copied();
    let ends = |at: usize| byte(at).is_none_or(|byte| byte == delimiter || is_break(byte));
    let skip_blanks = |mut at: usize| {
        while matches!(byte(at), Some(b' ' | b'\t')) && byte(at) != Some(delimiter) {
            at += 1;
        }
        at
    };
    loop {
        let open = skip_blanks(at);
        if byte(open) == Some(b'"') {
            let mut noticed = None;
            match read_quoted(text, open, max_quoted) {
                Quoted::Unclosed { noticed: place } => noticed = Some(place),
                Quoted::Closed {
                    mut content,
                    after,
                    lines,
                } => {
                    at = skip_blanks(after);
                    if !ends(at) && lines {
                        noticed = Some(at);
                    } else if ends(at) {
                        record.cells.push(content);
                    } else {
                        record.text_after = true;
                        at = after;
                        while !ends(at) {
                            content.extend(byte(at));
                            at += 1;
                        }
                        record.cells.push(content);
                    }
                }
            }
            if let Some(noticed) = noticed {
                *strict = (*strict).max(noticed + 1);
                record.unclosed = true;
                let line = &text[open..];
                let length = line.iter().position(|&byte| is_break(byte));
                let length = length.unwrap_or(line.len());
                record.cells.push(line[..length].to_vec());
                return next_line(text, open + length);
            }
        } else {
            let start = at;
            while !ends(at) {
                if byte(at) == Some(b'"') {
                    let severity = if at < *strict {
                        Severity::Error
                    } else {
                        Severity::Warning
                    };
                    record.stray = record.stray.max(Some(severity));
                }
                at += 1;
            }
            record.cells.push(text[start..at].to_vec());
        }
        if byte(at) == Some(delimiter) {
            at += 1;
        } else {
            return next_line(text, at);
        }
    }
}

/// Behind the line break that stands here.
fn next_line(text: &[u8], at: usize) -> usize {
    if text[at..].starts_with(b"\r\n") {
        at + 2
    } else {
        at + 1
    }
}

fn read_quoted(text: &[u8], open: usize, max_quoted: usize) -> Quoted {
    let mut content = Vec::new();
    let mut lines = false;
    let mut at = open + 1;
    // The first place that is too far in.
    let limit = at + max_quoted;
    while let Some(&byte) = text.get(at) {
        if byte == b'"' && text.get(at + 1) != Some(&b'"') {
            return Quoted::Closed {
                content,
                after: at + 1,
                lines,
            };
        }
        let length = if byte == b'"' { 2 } else { 1 };
        if at + length > limit {
            return Quoted::Unclosed { noticed: limit };
        }
        lines |= is_break(byte);
        content.push(byte);
        at += length;
    }
    Quoted::Unclosed {
        noticed: text.len(),
    }
}
