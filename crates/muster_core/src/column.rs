//! A mapped column: the canonical value of every row, end to end in one piece of memory.
//!
//! Reading, hashing and comparing walk down a column, so that its values lie in the order of the rows: four bytes
//! a cell beside the text, and no allocation for any of them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::identity::Map;

use crate::diff::Given;
use crate::field::FieldType;
use crate::import::{Format, Invalid};
use crate::issue::{Code, Severity};
use crate::parse::Table;
use crate::session::issues::{Found, Issues};
use crate::session::setup::Mapped;
use crate::value::{Part, Reader, Reading};

/// The values of a column.
#[derive(Clone, Debug, Default)]
pub(crate) struct Column {
    text: String,
    /// Where each value ends, and before them a nought, where the first begins.
    ends: Vec<u32>,
    /// Rows that have no such cell, or an invalid one that was left out; ascending.
    missing: Vec<u32>,
}

impl Column {
    fn with_capacity(rows: usize) -> Self {
        let mut ends = Vec::with_capacity(rows + 1);
        ends.push(0);
        Self {
            text: String::with_capacity(rows * 8),
            ends,
            missing: Vec::new(),
        }
    }

    fn push(&mut self, value: &str) {
        self.text.push_str(value);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the parser takes no file of 4 GiB"
        )]
        self.ends.push(self.text.len() as u32);
    }

    /// The row's canonical value; empty for none.
    pub(crate) fn value(&self, row: usize) -> &str {
        match self.ends.get(row..row + 2) {
            Some(&[start, end]) => self
                .text
                .get(start as usize..end as usize)
                .unwrap_or_default(),
            _ => "",
        }
    }

    /// What the row gives for the column's field.
    pub(crate) fn given(&self, row: usize) -> Given<'_> {
        match self.value(row) {
            "" if self.missing.binary_search(&(row as u32)).is_ok() => Given::Missing,
            "" => Given::Empty,
            value => Given::Value(value),
        }
    }
}

/// What became of a mapped column, as far as it feeds one field: a column of full names feeds two.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ColumnFacts {
    /// Position in the file.
    pub index: u32,
    /// The field's key.
    pub field: String,
    /// Cells that hold something.
    pub filled: u32,
    /// Cells that hold a value of the field's type.
    pub valid: u32,
    /// Cells that hold none, left out or not.
    pub errors: u32,
    /// Values with a warning.
    pub warnings: u32,
    /// The format in which they were read.
    pub format: Format,
    /// Errors and warnings by code.
    pub by_code: BTreeMap<Code, u32>,
}

/// The texts of a file's cells, as a person corrected them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    pub(crate) table: &'a Table,
    /// By data row and column.
    pub(crate) edits: &'a Map<(u32, u32), String>,
}

impl<'a> Source<'a> {
    /// A cell's text as split; where its bytes are none, the nearest that can be shown.
    pub(crate) fn text(&self, row: usize, column: u32) -> Result<Cow<'a, str>, String> {
        match self.edit(row, column) {
            Some(text) => Ok(Cow::Borrowed(text)),
            None => self.table.text(row, column as usize),
        }
    }

    /// The same to be shown.
    pub(crate) fn shown(&self, row: usize, column: u32) -> Cow<'a, str> {
        self.text(row, column).unwrap_or_else(Cow::Owned)
    }

    fn edit(&self, row: usize, column: u32) -> Option<&'a str> {
        if self.edits.is_empty() {
            return None;
        }
        self.edits.get(&(row as u32, column)).map(String::as_str)
    }

    fn is_missing(&self, row: usize, column: u32) -> bool {
        self.edit(row, column).is_none() && self.table.cells(row).len() <= column as usize
    }
}

/// Different mistakes in a column of names before the others are taken for something else: comparing each with every
/// name there is takes its time.
const MISSPELT: usize = 2_000;

/// The suggestions of a column, each worked out once: a file repeats its mistakes.
#[derive(Debug, Default)]
struct Suggestions(Map<(String, Option<String>), Option<u32>>);

impl Suggestions {
    /// The number of the suggestion for a cell among all of them.
    fn of(
        &mut self,
        reader: &Reader,
        text: &str,
        code: Code,
        country: Option<&str>,
        issues: &mut Issues,
    ) -> Option<u32> {
        let key = (text.to_owned(), country.map(str::to_owned));
        if self.0.len() >= MISSPELT && reader.is_of_names() && !self.0.contains_key(&key) {
            return None;
        }
        *self.0.entry(key).or_insert_with(|| {
            let suggestion = reader.suggest(text, code, country)?;
            Some(issues.suggest(suggestion))
        })
    }
}

/// Reads a column, a few rows at a time: while they are at hand, the other columns read their cells of them.
#[derive(Debug)]
pub(crate) struct ColumnReader<'a> {
    source: Source<'a>,
    mapped: &'a Mapped,
    reader: Reader,
    column: Column,
    facts: ColumnFacts,
    suggestions: Suggestions,
}

impl<'a> ColumnReader<'a> {
    /// Reads cells that are written in `format`.
    pub(crate) fn new(
        source: Source<'a>,
        mapped: &'a Mapped,
        reader: Reader,
        format: Format,
    ) -> Self {
        Self {
            column: Column::with_capacity(source.table.rows()),
            facts: ColumnFacts {
                index: mapped.index,
                field: mapped.field.key.clone(),
                filled: 0,
                valid: 0,
                errors: 0,
                warnings: 0,
                format,
                by_code: BTreeMap::new(),
            },
            source,
            mapped,
            reader,
            suggestions: Suggestions::default(),
        }
    }

    /// What is read so far.
    pub(crate) fn column(&self) -> &Column {
        &self.column
    }

    /// What was read.
    pub(crate) fn finish(self) -> (Column, ColumnFacts) {
        (self.column, self.facts)
    }

    /// Reads the column's cells in those of the next rows that `takes_part`. Those of the others have no value.
    /// Phone numbers look at the countries of these rows.
    pub(crate) fn read(
        &mut self,
        rows: Range<usize>,
        countries: Option<&Column>,
        takes_part: impl Fn(usize) -> bool,
        issues: &mut Issues,
    ) {
        let countries = countries.filter(|_| self.mapped.field.kind == FieldType::Phone);
        for row in rows {
            if takes_part(row) {
                let country = countries
                    .map(|countries| countries.value(row))
                    .filter(|country| !country.is_empty());
                self.read_cell(row, country, issues);
            } else {
                self.column.push("");
            }
        }
    }

    fn read_cell(&mut self, row: usize, country: Option<&str>, issues: &mut Issues) {
        let Self {
            source,
            mapped,
            reader,
            column,
            facts,
            suggestions,
        } = self;
        let text = source.text(row, mapped.index);
        let reading = match (&text, mapped.part) {
            (Ok(text), None) => Some(reader.read(text, country)),
            (Ok(text), Some(part)) => part.read(reader, text, facts.format),
            (Err(_), Some(Part::Last)) => None,
            (Err(_), _) => Some(Reading::Refused(Code::Undecodable)),
        };
        let Some(reading) = reading else {
            column.missing.push(row as u32);
            column.push("");
            return;
        };
        let mut note = |code, severity, is_repairable| {
            *facts.by_code.entry(code).or_default() += 1;
            let suggestion = match &text {
                Ok(text) if is_repairable => suggestions.of(reader, text, code, country, issues),
                _ => None,
            };
            let found = Found::new(row, Some(mapped.index), code, severity);
            issues.push(found.with(suggestion));
        };
        match reading {
            Reading::Empty => {
                if source.is_missing(row, mapped.index) {
                    column.missing.push(row as u32);
                }
                column.push("");
            }
            Reading::Value { canonical, warning } => {
                facts.filled += 1;
                facts.valid += 1;
                if let Some(code) = warning {
                    facts.warnings += 1;
                    note(code, Severity::Warning, code == Code::Mojibake);
                }
                column.push(&canonical);
            }
            Reading::Refused(code) => {
                facts.filled += 1;
                facts.errors += 1;
                let severity = match mapped.invalid {
                    Invalid::RejectRow => Severity::Error,
                    Invalid::LeaveOut => Severity::Warning,
                };
                note(code, severity, true);
                column.missing.push(row as u32);
                column.push("");
            }
        }
    }
}
