//! Random imports, small enough that everything meets: files, descriptions, corrections and contacts.

use std::collections::BTreeMap;

use muster_core::Workspace;
use muster_core::contacts::{Contact, Contacts};
use muster_core::field::{self, Identifier};
use muster_core::import::{Duplicates, Import, Invalid, Policy, Purpose};
use proptest::prelude::*;
use serde_json::{Value, json};

pub(crate) const KEY: [u8; 16] = *b"the model's key.";

pub(crate) const COLUMNS: [&str; 7] = [
    "phone",
    "email",
    "first_name",
    "last_name",
    "country",
    "tags",
    "contact_id",
];

/// The values that cells and contacts have, few enough to meet: text, and the canonical form where it is valid.
fn values(field: &str) -> &'static [(&'static str, Option<&'static str>)] {
    match field {
        "phone" => &[
            ("", Some("")),
            ("+60 12-345 6781", Some("+60123456781")),
            ("+60123456782", Some("+60123456782")),
            ("+60123456783", Some("+60123456783")),
            ("+60", None),
        ],
        "email" => &[
            ("", Some("")),
            ("A@x.my", Some("a@x.my")),
            ("b@x.my", Some("b@x.my")),
            ("c@x.my", Some("c@x.my")),
            ("nope", None),
        ],
        "country" => &[
            ("", Some("")),
            ("my", Some("MY")),
            ("SG", Some("SG")),
            ("Atlantis", None),
        ],
        "tags" => &[
            ("", Some("")),
            ("vip", Some("vip")),
            ("VIP;new", Some("VIP,new")),
            ("Fair", Some("Fair")),
        ],
        "contact_id" => &[
            ("", Some("")),
            ("1", Some("1")),
            ("02", Some("2")),
            ("3", Some("3")),
            ("9", Some("9")),
            ("x", None),
        ],
        _ => &[("", Some("")), ("Ann", Some("Ann")), ("Ben", Some("Ben"))],
    }
}

/// A random import with its contacts and its file; positions are into [`values`].
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) purpose: Purpose,
    pub(crate) identifiers: Vec<Identifier>,
    pub(crate) duplicates: Duplicates,
    policies: Vec<Policy>,
    leave_out: Vec<bool>,
    pub(crate) import_tags: bool,
    /// Whether last names may only be filled.
    fills_only: bool,
    /// Contacts with ids from 1: values by column, the contact id's aside.
    contacts: Vec<Vec<usize>>,
    pub(crate) rows: Vec<Row>,
}

#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// Values by column.
    picks: Vec<usize>,
    /// How many cells there are.
    cells: usize,
    /// Whether a value stands beyond the last column.
    pub(crate) beyond: bool,
    pub(crate) left_out: bool,
    /// A corrected cell: column and value.
    edit: Option<(usize, usize)>,
    /// The contact that it is a copy of, if there are so many.
    copied: Option<usize>,
}

impl Row {
    /// Files say again what is known.
    fn copy(&mut self, contacts: &[Vec<usize>]) {
        let Some((at, contact)) = self.copied.and_then(|at| Some((at, contacts.get(at)?))) else {
            return;
        };
        self.picks.clone_from(contact);
        if let Some(id) = self.picks.last_mut() {
            *id = (at + 1) % 4;
        }
    }

    /// The text and the canonical form of a cell as it was corrected, if the row has one there.
    pub(crate) fn cell(&self, column: usize) -> Option<(&'static str, Option<&'static str>)> {
        match self.edit {
            Some((edited, value)) if edited == column => Some(pick(column, value)),
            _ => self.written(column),
        }
    }

    /// The correction, if it is in one of so many columns: where, and the new text.
    pub(crate) fn edit(&self, width: usize) -> Option<(usize, &'static str)> {
        let (column, value) = self.edit.filter(|(column, _)| *column < width)?;
        Some((column, pick(column, value).0))
    }

    /// The same as the file has it.
    fn written(&self, column: usize) -> Option<(&'static str, Option<&'static str>)> {
        let has = self.beyond || column < self.cells;
        has.then(|| pick(column, self.picks[column]))
    }
}

pub(crate) fn world() -> impl Strategy<Value = World> {
    let purpose = prop_oneof![
        Just(Purpose::Add),
        Just(Purpose::Update),
        Just(Purpose::AddAndUpdate),
        Just(Purpose::AddAndUpdate),
        Just(Purpose::AddAll),
    ];
    let identifiers = proptest::sample::subsequence(Identifier::ALL.to_vec(), 1..=3).prop_shuffle();
    let duplicates = prop_oneof![
        Just(Duplicates::KeepFirst),
        Just(Duplicates::KeepLast),
        Just(Duplicates::RejectAll),
    ];
    let policy = prop_oneof![
        Just(Policy::Overwrite),
        Just(Policy::DoNotOverwrite),
        Just(Policy::OverwriteAndClear),
    ];
    let chance = proptest::bool::weighted;
    let many = COLUMNS.len();
    let world = (
        (purpose, identifiers, duplicates),
        proptest::collection::vec(policy, many),
        proptest::collection::vec(chance(0.3), many),
        (any::<bool>(), chance(0.2)),
        proptest::collection::vec(picks(), 0..5),
        proptest::collection::vec(row(), 1..9),
    );
    let world = world.prop_map(
        |(chosen, policies, leave_out, (import_tags, fills_only), contacts, mut rows)| {
            for row in &mut rows {
                row.copy(&contacts);
            }
            let (purpose, mut identifiers, duplicates) = chosen;
            if !purpose.updates() {
                identifiers.retain(|&identifier| identifier != Identifier::ContactId);
                if identifiers.is_empty() {
                    identifiers.push(Identifier::Email);
                }
            }
            World {
                purpose,
                identifiers,
                duplicates,
                policies,
                leave_out,
                import_tags,
                fills_only,
                contacts,
                rows,
            }
        },
    );
    world.prop_filter("a blank row is none", World::is_plain)
}

/// The first values are valid, and come often.
fn value() -> impl Strategy<Value = usize> {
    prop_oneof![8 => 0..3_usize, 1 => 3..6_usize]
}

fn picks() -> impl Strategy<Value = Vec<usize>> {
    proptest::collection::vec(value(), COLUMNS.len())
}

fn row() -> impl Strategy<Value = Row> {
    let many = COLUMNS.len();
    let cells = prop_oneof![3 => Just(many), 1 => 1..many];
    let chance = proptest::bool::weighted;
    let edit = proptest::option::weighted(0.2, (0..many - 1, value()));
    let copied = proptest::option::weighted(0.3, 0..4_usize);
    (picks(), cells, chance(0.03), chance(0.1), edit, copied).prop_map(
        |(picks, cells, beyond, left_out, edit, copied)| Row {
            picks,
            cells,
            beyond,
            left_out,
            edit,
            copied,
        },
    )
}

impl World {
    /// The mapped columns: all, but the contact id only where contacts are found by it.
    pub(crate) fn width(&self) -> usize {
        let by_id = self.identifiers.contains(&Identifier::ContactId);
        COLUMNS.len() - usize::from(!by_id)
    }

    fn identifies(&self, column: usize) -> bool {
        self.purpose != Purpose::AddAll
            && Identifier::from_key(COLUMNS[column])
                .is_some_and(|identifier| self.identifiers.contains(&identifier))
    }

    fn chosen_policy(&self, column: usize) -> Policy {
        match self.policies[column] {
            Policy::OverwriteAndClear
                if self.identifies(column) || ["first_name", "tags"].contains(&COLUMNS[column]) =>
            {
                Policy::Overwrite
            }
            policy => policy,
        }
    }

    /// The policy within the field's rule.
    pub(crate) fn policy(&self, column: usize) -> Policy {
        if self.fills_only && COLUMNS[column] == "last_name" {
            Policy::DoNotOverwrite
        } else {
            self.chosen_policy(column)
        }
    }

    pub(crate) fn leaves_out(&self, column: usize) -> bool {
        self.leave_out[column] && !self.identifies(column)
    }

    /// The description, with or without its corrections.
    pub(crate) fn import(&self, corrected: bool) -> Import {
        let columns: Vec<Value> = (0..self.width())
            .map(|column| {
                let invalid = match self.leaves_out(column) {
                    true => Invalid::LeaveOut,
                    false => Invalid::RejectRow,
                };
                json!({
                    "index": column,
                    "field": COLUMNS[column],
                    "policy": self.chosen_policy(column),
                    "invalid": invalid,
                })
            })
            .collect();
        let numbered = || (2..).zip(&self.rows).filter(|_| corrected);
        let edit = |(number, row): (usize, &Row)| {
            let (column, text) = row.edit(self.width())?;
            Some(json!({"row": number, "column": column, "value": text}))
        };
        let description = json!({
            "purpose": self.purpose,
            "identifiers": if self.purpose == Purpose::AddAll { &[] } else { &self.identifiers[..] },
            "duplicates": self.duplicates,
            "tags": if self.import_tags { &["fair"][..] } else { &[] },
            "rules": if self.fills_only { json!({"last_name": "only_where_empty"}) } else { json!({}) },
            "columns": columns,
            "edits": numbered().filter_map(edit).collect::<Vec<_>>(),
            "left_out": numbered().filter(|(_, row)| row.left_out).map(|(number, _)| number).collect::<Vec<_>>(),
        });
        serde_json::from_value(description).unwrap()
    }

    pub(crate) fn stored(&self) -> Contacts {
        let contacts = (1..).zip(0..self.contacts.len()).map(|(id, _)| {
            let mut fields: BTreeMap<String, String> = COLUMNS[..COLUMNS.len() - 1]
                .iter()
                .map(|&field| (field.to_owned(), self.value(id, field).to_owned()))
                .collect();
            let tags = fields.remove("tags").unwrap_or_default();
            Contact {
                id: id as u64,
                version: 1,
                fields,
                tags: tags
                    .split(',')
                    .filter(|name| !name.is_empty())
                    .map(str::to_owned)
                    .collect(),
            }
        });
        Contacts::new(KEY, contacts.collect())
    }

    pub(crate) fn workspace(&self) -> Workspace {
        Workspace {
            key: KEY,
            fields: field::standard(),
            tags: self.stored().tags(),
        }
    }

    pub(crate) fn csv(&self) -> String {
        let mut csv = COLUMNS[..self.width()].join(",") + "\n";
        for row in &self.rows {
            let cells = (0..self.width()).filter_map(|column| row.written(column));
            let mut cells: Vec<&str> = cells.map(|(text, _)| text).collect();
            if row.beyond {
                cells.push("more");
            }
            csv += &cells.join(",");
            csv.push('\n');
        }
        csv
    }

    /// Whether all rows hold something, so that none of them is blank.
    fn is_plain(&self) -> bool {
        self.rows.iter().all(|row| {
            row.beyond
                || (0..self.width())
                    .filter_map(|column| row.written(column))
                    .any(|(text, _)| !text.is_empty())
        })
    }

    /// The ids of all contacts.
    pub(crate) fn ids(&self) -> impl Iterator<Item = usize> {
        1..=self.contacts.len()
    }

    /// A contact's value.
    pub(crate) fn value(&self, id: usize, field: &str) -> &'static str {
        let column = COLUMNS.iter().position(|column| *column == field);
        column.map_or("", |column| {
            pick(column, self.contacts[id - 1][column])
                .1
                .unwrap_or_default()
        })
    }
}

fn pick(column: usize, value: usize) -> (&'static str, Option<&'static str>) {
    let values = values(COLUMNS[column]);
    values[value % values.len()]
}
