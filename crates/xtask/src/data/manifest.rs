//! The true outcome of a generated file, known from how it was made.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Options;
use super::defect::{Defect, Effect};
use super::person::COLUMNS;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Debug)]
#[serde(rename_all = "lowercase")]
pub(super) enum Outcome {
    New,
    Updated,
    Unchanged,
    Skipped,
    Error,
}

#[derive(Serialize, Default, Debug, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) new: u64,
    pub(super) updated: u64,
    pub(super) unchanged: u64,
    pub(super) skipped: u64,
    pub(super) error: u64,
}

impl Counts {
    fn of(&mut self, outcome: Outcome) -> &mut u64 {
        match outcome {
            Outcome::New => &mut self.new,
            Outcome::Updated => &mut self.updated,
            Outcome::Unchanged => &mut self.unchanged,
            Outcome::Skipped => &mut self.skipped,
            Outcome::Error => &mut self.error,
        }
    }
}

#[derive(Serialize)]
pub(super) struct FileFacts {
    pub(super) bytes: u64,
    encoding: &'static str,
    delimiter: &'static str,
    header: Vec<&'static str>,
    rows: u64,
    pub(super) blank_records: u64,
}

/// The rows of one kind of defect.
#[derive(Serialize)]
pub(super) struct Kind {
    pub(super) code: &'static str,
    pub(super) severity: &'static str,
    pub(super) rows: Vec<u64>,
    pub(super) outcomes: BTreeMap<Outcome, u64>,
}

#[derive(Serialize)]
pub(super) struct Manifest {
    seed: u64,
    pub(super) file: FileFacts,
    pub(super) counts: Counts,
    /// Rows by code; a row has at most one. Warnings are those of rows without errors.
    pub(super) errors_by_code: BTreeMap<&'static str, u64>,
    pub(super) skipped_by_code: BTreeMap<&'static str, u64>,
    pub(super) warnings_by_code: BTreeMap<&'static str, u64>,
    /// The defects by name, with the spreadsheet's row numbers.
    pub(super) kinds: BTreeMap<&'static str, Kind>,
    /// Updated rows by field changed; `tags` where tags are gained.
    pub(super) changes: BTreeMap<&'static str, u64>,
    /// Stored contacts before the import.
    contacts: usize,
    /// Tags that the import creates where only the stored contacts' tags exist, as first spelt.
    pub(super) tags_created: Vec<String>,
    /// Tags gained, by folded name.
    #[serde(skip)]
    gained: BTreeMap<String, String>,
}

impl Manifest {
    pub(super) fn new(options: &Options) -> Self {
        Self {
            seed: options.seed,
            file: FileFacts {
                bytes: 0,
                encoding: "utf-8",
                delimiter: ",",
                header: COLUMNS.iter().map(|&(name, _)| name).collect(),
                rows: options.rows,
                blank_records: 0,
            },
            counts: Counts::default(),
            errors_by_code: BTreeMap::new(),
            skipped_by_code: BTreeMap::new(),
            warnings_by_code: BTreeMap::new(),
            kinds: BTreeMap::new(),
            changes: BTreeMap::new(),
            contacts: 0,
            tags_created: Vec::new(),
            gained: BTreeMap::new(),
        }
    }

    pub(super) fn count(&mut self, outcome: Outcome, defect: Option<Defect>, row: u64) {
        *self.counts.of(outcome) += 1;
        let Some(defect) = defect else { return };
        let code = defect.code().slug();
        let (severity, codes) = match defect.effect() {
            Effect::Error => ("error", &mut self.errors_by_code),
            Effect::Skip => ("info", &mut self.skipped_by_code),
            Effect::Warn => ("warning", &mut self.warnings_by_code),
        };
        *codes.entry(code).or_default() += 1;
        let kind = self.kinds.entry(defect.slug()).or_insert_with(|| Kind {
            code,
            severity,
            rows: Vec::new(),
            outcomes: BTreeMap::new(),
        });
        kind.rows.push(row);
        *kind.outcomes.entry(outcome).or_default() += 1;
    }

    pub(super) fn change(&mut self, field: &'static str) {
        *self.changes.entry(field).or_default() += 1;
    }

    /// Tags that a row gives to its contact.
    pub(super) fn gain<'a>(&mut self, tags: impl IntoIterator<Item = &'a String>) {
        for tag in tags {
            self.gained
                .entry(tag.to_lowercase())
                .or_insert_with(|| tag.clone());
        }
    }

    pub(super) fn finish(&mut self, contacts: usize, known_tags: &BTreeSet<String>) {
        self.contacts = contacts;
        self.tags_created = std::mem::take(&mut self.gained)
            .into_iter()
            .filter(|(folded, _)| !known_tags.contains(folded))
            .map(|(_, tag)| tag)
            .collect();
    }
}
