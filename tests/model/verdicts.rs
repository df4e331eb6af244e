//! The verdicts by the text of the rules, row by row: nothing of columns, fingerprints, hashes or messages.

use std::collections::{BTreeMap, BTreeSet};

use muster_core::field::Identifier;
use muster_core::import::{Duplicates, Policy, Purpose};

use crate::world::{COLUMNS, Row, World};

impl World {
    /// The verdicts by the text: outcome, contact, changed fields, tags gained.
    pub(crate) fn verdicts(&self) -> Vec<String> {
        let mut rows: Vec<Model> = self.rows.iter().map(|row| self.early(row)).collect();
        for row in rows.iter_mut().filter(|row| row.outcome.is_none()) {
            self.meet(row);
        }
        if self.purpose != Purpose::AddAll {
            self.settle(&mut rows);
        }
        (2_u32..)
            .zip(&mut rows)
            .map(|(number, row)| self.finish(number, row))
            .collect()
    }

    /// Stages 1 to 4.
    fn early(&self, row: &Row) -> Model {
        let mut model = Model::default();
        if row.left_out {
            model.end("skipped", "left_out");
            return model;
        }
        if row.beyond {
            model.end("error", "too_many_cells");
            return model;
        }
        for (column, &field) in COLUMNS.iter().enumerate().take(self.width()) {
            match row.cell(column) {
                Some((_, Some(value))) => {
                    model.cells.insert(field, value.to_owned());
                }
                Some((_, None)) if !self.leaves_out(column) => model.end("error", "cell"),
                Some((_, None)) | None => {}
            }
        }
        if model.outcome.is_some() || self.purpose == Purpose::AddAll {
            return model;
        }
        model.key = self
            .identifiers
            .iter()
            .map(|identifier| (*identifier, model.cell(identifier.key()).to_owned()))
            .find(|(_, value)| !value.is_empty());
        let may_lack = self.purpose == Purpose::AddAndUpdate
            && self.identifiers.contains(&Identifier::ContactId);
        if model.key.is_none() && !may_lack {
            model.end("error", "missing_identifier");
        }
        model
    }

    /// Stages 5 and 6.
    fn meet(&self, row: &mut Model) {
        let holders: Vec<usize> = match &row.key {
            None => Vec::new(),
            Some((identifier, value)) => self.holders(*identifier, value),
        };
        if let [only] = holders[..] {
            row.contact = Some(only);
        }
        let by_id = matches!(row.key, Some((Identifier::ContactId, _)));
        match (self.purpose, holders.len()) {
            (Purpose::Add, 1..) => row.end("skipped", "already_exists"),
            (Purpose::Update, 0) => row.end("skipped", "not_found"),
            (Purpose::Update | Purpose::AddAndUpdate, 2..) => row.end("error", "ambiguous_match"),
            (Purpose::AddAndUpdate, 0) if by_id => row.end("error", "unknown_contact_id"),
            _ => {}
        }
        if row.outcome.is_none() && row.contact.is_none() && row.cell("first_name").is_empty() {
            row.end("error", "first_name_required");
        }
    }

    /// The contacts that have an identifier.
    fn holders(&self, identifier: Identifier, value: &str) -> Vec<usize> {
        self.ids()
            .filter(|id| match identifier {
                Identifier::ContactId => id.to_string() == value,
                _ => self.value(*id, identifier.key()) == value,
            })
            .collect()
    }

    /// Whether another identifier of the row belongs to a different contact.
    fn conflicts(&self, row: &Model) -> bool {
        self.purpose != Purpose::AddAll
            && Identifier::ALL.into_iter().any(|identifier| {
                let value = row.cell(identifier.key());
                let is_key = row.key.as_ref().is_some_and(|(key, _)| *key == identifier);
                !value.is_empty()
                    && !is_key
                    && self
                        .holders(identifier, value)
                        .iter()
                        .any(|id| row.contact != Some(*id))
            })
    }

    /// Stage 7: groups grow as long as any two rows share a key or a contact.
    fn settle(&self, rows: &mut [Model]) {
        let alive: Vec<usize> = (0..rows.len())
            .filter(|&row| rows[row].outcome.is_none())
            .collect();
        let linked = |one: &Model, other: &Model| {
            (one.key.is_some() && one.key == other.key)
                || (one.contact.is_some() && one.contact == other.contact)
        };
        let mut ends = Vec::new();
        for &row in &alive {
            let mut group = BTreeSet::from([row]);
            loop {
                let more: Vec<usize> = alive
                    .iter()
                    .copied()
                    .filter(|other| {
                        !group.contains(other)
                            && group.iter().any(|one| linked(&rows[*one], &rows[*other]))
                    })
                    .collect();
                if more.is_empty() {
                    break;
                }
                group.extend(more);
            }
            let kept = match self.duplicates {
                Duplicates::KeepFirst => group.first().copied(),
                Duplicates::KeepLast => group.last().copied(),
                Duplicates::RejectAll => None,
            };
            if group.len() > 1 && kept != Some(row) {
                ends.push((row, kept));
            }
        }
        for (row, kept) in ends {
            match kept {
                Some(kept) => rows[row].end("skipped", &format!("duplicate_in_file={}", kept + 2)),
                None => rows[row].end("error", "duplicate_in_file"),
            }
        }
    }

    /// Stage 8.
    fn finish(&self, number: u32, row: &Model) -> String {
        if let Some(outcome) = &row.outcome {
            return format!("{number} {outcome}");
        }
        let mut changes = Vec::new();
        for (column, &field) in COLUMNS.iter().enumerate().take(self.width()) {
            if ["tags", "contact_id"].contains(&field) {
                continue;
            }
            let old = row.contact.map_or("", |id| self.value(id, field));
            let Some(new) = row.cells.get(field) else {
                continue; // missing
            };
            let policy = match row.contact {
                Some(_) => self.policy(column),
                None => Policy::Overwrite,
            };
            let written = match (old.is_empty(), new.is_empty()) {
                (true, true) => false,
                (true, false) => true,
                (false, true) => policy == Policy::OverwriteAndClear,
                (false, false) => old != new.as_str() && policy != Policy::DoNotOverwrite,
            };
            if written {
                changes.push(format!("{field}:{old}>{new}"));
            }
        }
        let mut names: Vec<String> = row.cell("tags").split(',').map(str::to_owned).collect();
        if self.import_tags {
            names.push("fair".into());
        }
        let mut has: BTreeSet<String> = row.contact.map_or(BTreeSet::new(), |id| {
            let names = self.value(id, "tags").to_lowercase();
            names.split(',').map(str::to_owned).collect()
        });
        has.insert(String::new());
        let gained: Vec<String> = names
            .into_iter()
            .filter(|name| has.insert(name.to_lowercase()))
            .collect();
        let outcome = match (row.contact, changes.is_empty() && gained.is_empty()) {
            (None, _) => "new",
            (Some(_), true) => "unchanged",
            (Some(_), false) => "updated",
        };
        let conflict = if self.conflicts(row) { " conflict" } else { "" };
        format!("{number} {outcome} {changes:?} {gained:?}{conflict}")
    }
}

/// A row of the model.
#[derive(Default)]
struct Model {
    outcome: Option<String>,
    /// Canonical values by field; a missing cell is absent.
    cells: BTreeMap<&'static str, String>,
    key: Option<(Identifier, String)>,
    contact: Option<usize>,
}

impl Model {
    fn end(&mut self, outcome: &str, reason: &str) {
        self.outcome = Some(format!("{outcome} {reason}"));
    }

    fn cell(&self, field: &str) -> &str {
        self.cells.get(field).map_or("", String::as_str)
    }
}
