//! Rows as people see them.

use serde::ser::{Serialize, SerializeMap as _, Serializer};

use super::Work;
use super::issues::{Found, Issues, merge};
use super::verdicts::Verdicts;
use crate::column::Source;
use crate::diff::{Change, Outcome};
use crate::issue::{Code, Issue};
use crate::order::sort_few;
use crate::parse::Table;
use crate::plan;
use crate::report::ErrorRows;
use crate::value::trim;

/// A data row and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RowView {
    /// The spreadsheet's row number.
    pub row: u32,
    /// What becomes of it.
    pub outcome: Outcome,
    /// The matched contact, when exactly one is known; none for a new one.
    pub id: Option<u64>,
    /// The text of every column of the file, trimmed.
    pub cells: Vec<String>,
    /// Of new and updated rows, in the file's order of columns.
    pub changes: Changes,
    /// Tags that the contact gains, as written.
    pub tags_added: Vec<String>,
    /// What was found, record issues first, then by column.
    pub issues: Vec<Issue>,
}

/// A field that changes.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Changed {
    /// The field's key.
    #[serde(skip)]
    pub field: String,
    /// The stored value.
    pub old: Option<String>,
    /// The new value; none clears.
    pub new: Option<String>,
}

/// The fields that a row changes; an object keyed by field where it is serialised.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes(pub Vec<Changed>);

impl Serialize for Changes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for change in &self.0 {
            map.serialize_entry(&change.field, change)?;
        }
        map.end()
    }
}

/// Data rows of one outcome, or all.
#[derive(Clone, Copy, Debug)]
pub enum Rows<'a> {
    /// All of so many.
    All(u32),
    /// These, ascending.
    Some(&'a [u32]),
}

impl Rows<'_> {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::All(many) => *many as usize,
            Self::Some(rows) => rows.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The data row at a position among these.
    pub fn get(&self, at: usize) -> Option<usize> {
        match self {
            Self::All(many) => (at < *many as usize).then_some(at),
            Self::Some(rows) => rows.get(at).map(|&row| row as usize),
        }
    }
}

pub(crate) fn row(table: &Table, work: &Work, verdicts: &Verdicts, row: usize) -> Option<RowView> {
    let outcome = *verdicts.outcomes.get(row)?;
    let source = work.source(table);
    Some(RowView {
        row: table.row_number(row),
        outcome,
        id: verdicts
            .contact(&work.matches, row)
            .filter(|_| outcome != Outcome::New)
            .map(|contact| contact.id),
        cells: (0..table.width() as u32)
            .map(|column| trim(&source.shown(row, column)).to_owned())
            .collect(),
        changes: changes(work, verdicts, row),
        tags_added: match outcome {
            Outcome::New | Outcome::Updated => work
                .sheet
                .tags
                .gained(
                    work.sheet.tags_of(row),
                    verdicts.stored_tags(&work.matches, row),
                )
                .map(|(_, name)| name.to_owned())
                .collect(),
            Outcome::Unchanged | Outcome::Skipped | Outcome::Error => Vec::new(),
        },
        issues: issues(table, work, verdicts, row),
    })
}

fn changes(work: &Work, verdicts: &Verdicts, row: usize) -> Changes {
    let sheet = &work.sheet;
    let some = |value: &str| (!value.is_empty()).then(|| value.to_owned());
    let mut by_slot: Vec<(usize, Changed)> = match verdicts.outcomes[row] {
        Outcome::New => plan::values(sheet, row)
            .map(|(slot, value)| (slot, None, some(value)))
            .map(|(slot, old, new)| (slot, changed(sheet, slot, old, new)))
            .collect(),
        Outcome::Updated => verdicts
            .changes(sheet, &work.matches, row)
            .map(|(slot, old, change)| {
                let new = match change {
                    Change::Write(value) => some(value),
                    Change::Clear | Change::Keep => None,
                };
                (slot, changed(sheet, slot, some(old), new))
            })
            .collect(),
        Outcome::Unchanged | Outcome::Skipped | Outcome::Error => Vec::new(),
    };
    sort_few(&mut by_slot, |(slot, _)| sheet.setup.mapped[*slot].index);
    Changes(by_slot.into_iter().map(|(_, changed)| changed).collect())
}

fn changed(
    sheet: &super::sheet::Sheet,
    slot: usize,
    old: Option<String>,
    new: Option<String>,
) -> Changed {
    Changed {
        field: sheet.setup.mapped[slot].field.key.clone(),
        old,
        new,
    }
}

pub(crate) fn issues(table: &Table, work: &Work, verdicts: &Verdicts, row: usize) -> Vec<Issue> {
    merge(&work.sheet.issues, &verdicts.issues, row)
        .map(|(list, found)| issue(table, work.source(table), list, found))
        .collect()
}

fn issue(table: &Table, source: Source<'_>, list: &Issues, found: &Found) -> Issue {
    let value = match found.column() {
        Some(column) if found.code != Code::FirstNameRequired => {
            trim(&source.shown(found.row as usize, column)).to_owned()
        }
        _ => String::new(),
    };
    Issue {
        code: found.code,
        severity: found.severity,
        column: found.column(),
        value,
        suggestion: list.suggestion(found).map(str::to_owned),
        ids: list.ids(found).to_vec(),
        kept_row: found
            .extra()
            .filter(|_| found.code == Code::DuplicateInFile)
            .map(|row| table.row_number(row as usize)),
    }
}

pub(crate) fn error_rows(
    table: &Table,
    work: &Work,
    verdicts: &Verdicts,
    sentence: impl Fn(&Issue) -> String,
) -> Vec<u8> {
    let mut rows = ErrorRows::new(table);
    let edits = &work.sheet.edits;
    for &row in &verdicts.by_outcome[Outcome::Error as usize] {
        let sentences: Vec<String> = issues(table, work, verdicts, row as usize)
            .iter()
            .filter(|issue| issue.severity == crate::issue::Severity::Error)
            .map(&sentence)
            .collect();
        let edited = |column| edits.get(&(row, column)).map(String::as_str);
        rows.push(row as usize, edited, &sentences.join(" "));
    }
    rows.finish()
}
