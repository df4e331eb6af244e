//! Reads the cells of a mapped column: all of them, or one again.

use std::borrow::Cow;

use super::{ReadCell, Source};
use crate::diff::Given;
use crate::field::FieldType;
use crate::identity::Map;
use crate::import::{Format, Invalid, Repair, RepairKind};
use crate::issue::{Code, Severity};
use crate::session::issues::{Found, Issues};
use crate::session::setup::Mapped;
use crate::value::repair::{Repaired, fits, repaired};
use crate::value::{Part, Reader, Reading};

/// Different mistakes in a column of names before the others are taken for something else: comparing each with every
/// name there is takes its time.
const MISSPELT: usize = 2_000;

/// The suggestions of a column, each worked out once: a file repeats its mistakes.
#[derive(Clone, Debug, Default)]
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

/// All it takes to read the cells of a column.
#[derive(Clone, Debug)]
pub(crate) struct CellReader {
    reader: Reader,
    format: Format,
    suggestions: Suggestions,
    repairs: Vec<Repair>,
}

impl CellReader {
    /// Reads cells that are written in `format`, and repairs those that this is to be done to.
    pub(crate) fn new(reader: Reader, format: Format, repairs: Vec<Repair>) -> Self {
        Self {
            reader,
            format,
            suggestions: Suggestions::default(),
            repairs,
        }
    }

    /// Reads in another format from now on, the one that the column was found to have.
    pub(crate) fn set_format(&mut self, format: Format) {
        self.format = format;
        self.reader.set_format(format);
    }

    /// Whether it has given up on suggestions, so that which cells have some depends on the order of reading.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.reader.is_of_names() && self.suggestions.0.len() >= MISSPELT
    }

    /// What is done about the column's cells.
    pub(crate) fn repairs(&self) -> &[Repair] {
        &self.repairs
    }

    /// What reads the column's values.
    pub(crate) fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Reads a cell of a row that is of `country`, and hands its value over.
    pub(crate) fn read(
        &mut self,
        source: Source<'_>,
        mapped: &Mapped,
        row: usize,
        country: Option<&str>,
        issues: &mut Issues,
        take: impl FnOnce(Given<'_>),
    ) -> ReadCell {
        let country = country.filter(|_| mapped.field.kind == FieldType::Phone);
        let text = source.text(row, mapped.index);
        if !self.repairs.is_empty()
            && let Ok(cell) = &text
            && let Some(repaired) = self.repaired(cell, mapped.part, country, issues)
        {
            let text = match repaired {
                Repaired::Empty => Cow::Borrowed(""),
                Repaired::Text(text) => Cow::Owned(text),
            };
            return self.take(&Ok(text), mapped, (row, false), country, issues, take);
        }
        let is_missing = source.is_missing(row, mapped.index);
        self.take(&text, mapped, (row, is_missing), country, issues, take)
    }

    /// Reads a cell with this text, in this row; an empty one may be missing.
    fn take(
        &mut self,
        text: &Result<Cow<'_, str>, String>,
        mapped: &Mapped,
        (row, is_missing): (usize, bool),
        country: Option<&str>,
        issues: &mut Issues,
        take: impl FnOnce(Given<'_>),
    ) -> ReadCell {
        let reading = match (text, mapped.part) {
            (Ok(text), part) => self.reading(text, part, country),
            (Err(_), Some(Part::Last)) => None,
            (Err(_), _) => Some(Reading::Refused(Code::Undecodable)),
        };
        let (given, warning, refusal) = match &reading {
            None => (Given::Missing, None, None),
            Some(Reading::Empty) if is_missing => (Given::Missing, None, None),
            Some(Reading::Empty) => (Given::Empty, None, None),
            Some(Reading::Value { canonical, warning }) => {
                (Given::Value(canonical), *warning, None)
            }
            Some(Reading::Refused(code)) => (Given::Missing, None, Some(*code)),
        };
        take(given);
        let is_refused = refusal.is_some();
        let found = refusal.or(warning).map(|code| {
            let suggestion = match text {
                Ok(text) if is_refused || code == Code::Mojibake => {
                    self.suggestions
                        .of(&self.reader, text, code, country, issues)
                }
                _ => None,
            };
            let severity = match mapped.invalid {
                Invalid::RejectRow if is_refused => Severity::Error,
                Invalid::RejectRow | Invalid::LeaveOut => Severity::Warning,
            };
            Found::new(row, Some(mapped.index), code, severity).with(suggestion)
        });
        ReadCell {
            is_filled: is_refused || matches!(given, Given::Value(_)),
            is_refused,
            found,
        }
    }

    fn reading<'a>(
        &self,
        text: &'a str,
        part: Option<Part>,
        country: Option<&str>,
    ) -> Option<Reading<'a>> {
        match part {
            None => Some(self.reader.read(text, country)),
            Some(part) => part.read(&self.reader, text, self.format),
        }
    }

    /// What the column's repairs make of a cell, one after the other and each once; nothing of one that needs none.
    fn repaired(
        &mut self,
        cell: &str,
        part: Option<Part>,
        country: Option<&str>,
        issues: &mut Issues,
    ) -> Option<Repaired> {
        let mut left = self.repairs.clone();
        let mut text: Option<String> = None;
        loop {
            let now = text.as_deref().unwrap_or(cell);
            let (code, may_suggest) = match self.reading(now, part, country) {
                Some(Reading::Refused(code)) => (code, true),
                Some(Reading::Value {
                    warning: Some(code),
                    ..
                }) => (code, code == Code::Mojibake),
                _ => break,
            };
            let answer = (0..left.len())
                .filter(|&at| fits(&left[at], now, code))
                .find_map(|at| {
                    let number = match left[at].kind {
                        RepairKind::Suggestion if may_suggest => {
                            self.suggestions
                                .of(&self.reader, now, code, country, issues)
                        }
                        _ => None,
                    };
                    let suggestion = number.and_then(|number| issues.suggested(number));
                    Some((at, repaired(left[at].kind, &self.reader, now, suggestion)?))
                });
            match answer {
                Some((_, Repaired::Empty)) => return Some(Repaired::Empty),
                Some((at, Repaired::Text(repaired))) => {
                    left.remove(at);
                    text = Some(repaired);
                }
                None => break,
            }
        }
        text.map(Repaired::Text)
    }
}
