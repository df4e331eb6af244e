//! The verdicts once more, by a model that follows the text of the rules row by row and knows nothing of columns,
//! fingerprints, hashes or messages. Random files, descriptions and contacts have to come out the same.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::field::Identifier;
use crate::import::{Duplicates, Invalid, Policy, Purpose};

const COLUMNS: [&str; 7] = [
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
struct World {
    purpose: Purpose,
    identifiers: Vec<Identifier>,
    duplicates: Duplicates,
    policies: Vec<Policy>,
    leave_out: Vec<bool>,
    import_tags: bool,
    /// Contacts with ids from 1: values by column, the contact id's aside.
    contacts: Vec<Vec<usize>>,
    /// Rows: cells by column, how many cells there are, whether the row is left out.
    rows: Vec<(Vec<usize>, usize, bool)>,
}

fn world() -> impl Strategy<Value = World> {
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
    let picks = || proptest::collection::vec(0..6_usize, COLUMNS.len());
    let cells = prop_oneof![3 => Just(COLUMNS.len()), 1 => 1..COLUMNS.len()];
    let row = (picks(), cells, proptest::bool::weighted(0.1));
    (
        (purpose, identifiers, duplicates),
        proptest::collection::vec(policy, COLUMNS.len()),
        proptest::collection::vec(proptest::bool::weighted(0.3), COLUMNS.len()),
        any::<bool>(),
        proptest::collection::vec(picks(), 0..5),
        proptest::collection::vec(row, 1..9),
    )
        .prop_map(
            |(chosen, policies, leave_out, import_tags, contacts, rows)| {
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
                    contacts,
                    rows,
                }
            },
        )
}

impl World {
    /// The mapped columns: all, but the contact id only where contacts are found by it.
    fn width(&self) -> usize {
        let by_id = self.identifiers.contains(&Identifier::ContactId);
        COLUMNS.len() - usize::from(!by_id)
    }

    fn identifies(&self, column: usize) -> bool {
        self.purpose != Purpose::AddAll
            && Identifier::from_key(COLUMNS[column])
                .is_some_and(|identifier| self.identifiers.contains(&identifier))
    }

    fn policy(&self, column: usize) -> Policy {
        match self.policies[column] {
            Policy::OverwriteAndClear
                if self.identifies(column) || ["first_name", "tags"].contains(&COLUMNS[column]) =>
            {
                Policy::Overwrite
            }
            policy => policy,
        }
    }

    fn leaves_out(&self, column: usize) -> bool {
        self.leave_out[column] && !self.identifies(column)
    }

    fn case(&self) -> Case {
        let slug = |value: Value| value.as_str().unwrap().to_owned();
        let identifiers: Vec<&str> = self.identifiers.iter().map(|one| one.key()).collect();
        let columns: Vec<String> = (0..self.width())
            .map(|column| {
                let invalid = match self.leaves_out(column) {
                    true => Invalid::LeaveOut,
                    false => Invalid::RejectRow,
                };
                format!(
                    "{}:{}:{}",
                    COLUMNS[column],
                    slug(json!(self.policy(column))),
                    slug(json!(invalid))
                )
            })
            .collect();
        let left_out: Vec<usize> = (2..)
            .zip(&self.rows)
            .filter(|(_, row)| row.2)
            .map(|(number, _)| number)
            .collect();
        let mut case = case(
            &slug(json!(self.purpose)),
            &identifiers.join(" "),
            &columns.join(" "),
        )
        .with("duplicates", json!(self.duplicates))
        .with("left_out", json!(left_out));
        if self.import_tags {
            case = case.with("tags", json!(["fair"]));
        }
        for (id, contact) in (1..).zip(&self.contacts) {
            let fields = (0..COLUMNS.len() - 1).map(|column| {
                let value = stored(contact, column);
                match value.is_empty() {
                    true => String::new(),
                    false => format!("{}={value}", COLUMNS[column]),
                }
            });
            let fields: Vec<String> = fields.filter(|field| !field.is_empty()).collect();
            case = case.stored(id, &fields.join("|"));
        }
        case
    }

    fn csv(&self) -> String {
        let mut csv = COLUMNS[..self.width()].join(",") + "\n";
        for (picks, cells, _) in &self.rows {
            let cells = (0..self.width().min(*cells)).map(|column| pick(picks, column).0);
            let cells: Vec<&str> = cells.collect();
            // A blank line would be no row: quotes don't help, a value does.
            csv += &cells.join(",");
            csv.push('\n');
        }
        csv
    }

    /// Whether all rows hold something, so that none of them is blank.
    fn is_plain(&self) -> bool {
        self.rows.iter().all(|(picks, cells, _)| {
            (0..self.width().min(*cells)).any(|column| !pick(picks, column).0.is_empty())
        })
    }

    /// The verdicts by the text: outcome, contact, changed fields, tags gained.
    fn verdicts(&self) -> Vec<String> {
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
    fn early(&self, (picks, cells, left_out): &(Vec<usize>, usize, bool)) -> Model {
        let mut model = Model::default();
        if *left_out {
            model.end("skipped", "left_out");
            return model;
        }
        for (column, &field) in COLUMNS.iter().enumerate().take(self.width()) {
            let (_, canonical) = match column < *cells {
                true => pick(picks, column),
                false => ("", None),
            };
            match canonical {
                Some(value) => {
                    model.cells.insert(field, value.to_owned());
                }
                None if column < *cells && !self.leaves_out(column) => {
                    model.end("error", "cell");
                }
                None => {}
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
            Some((identifier, value)) => (1..=self.contacts.len())
                .filter(|&id| match identifier {
                    Identifier::ContactId => id.to_string() == *value,
                    _ => self.value(id, identifier.key()) == *value,
                })
                .collect(),
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
            let old = row
                .contact
                .map_or(String::new(), |id| self.value(id, field));
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
                (false, false) => old != *new && policy != Policy::DoNotOverwrite,
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
        format!("{number} {outcome} {changes:?} {gained:?}")
    }

    fn value(&self, id: usize, field: &str) -> String {
        let column = COLUMNS.iter().position(|column| *column == field);
        column.map_or_else(String::new, |column| {
            stored(&self.contacts[id - 1], column).to_owned()
        })
    }
}

fn pick(picks: &[usize], column: usize) -> (&'static str, Option<&'static str>) {
    let values = values(COLUMNS[column]);
    values[picks[column] % values.len()]
}

fn stored(picks: &[usize], column: usize) -> &'static str {
    pick(picks, column).1.unwrap_or_default()
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

/// A row of the session in the model's words.
fn words(view: &RowView) -> String {
    let outcome = serde_json::to_value(view.outcome).unwrap();
    let outcome = outcome.as_str().unwrap();
    let deciding = |issue: &&Issue| matches!(issue.severity, Severity::Error | Severity::Info);
    match (view.outcome, view.issues.iter().find(deciding)) {
        (Outcome::Skipped | Outcome::Error, Some(issue)) => {
            let is_cell = issue.column.is_some() && issue.code < Code::MissingIdentifier;
            let kept = match (view.outcome, issue.kept_row) {
                (Outcome::Skipped, Some(kept)) => format!("={kept}"),
                _ => String::new(),
            };
            let reason = if is_cell { "cell" } else { issue.code.slug() };
            format!("{} {outcome} {reason}{kept}", view.row)
        }
        _ => {
            let text = |value: &Option<String>| value.clone().unwrap_or_default();
            let changes: Vec<String> = view
                .changes
                .0
                .iter()
                .map(|change| {
                    format!(
                        "{}:{}>{}",
                        change.field,
                        text(&change.old),
                        text(&change.new)
                    )
                })
                .collect();
            format!("{} {outcome} {changes:?} {:?}", view.row, view.tags_added)
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn the_session_agrees_with_the_model(world in world().prop_filter("a blank row is none", World::is_plain)) {
        let csv = world.csv();
        let session = world.case().run(csv.as_bytes().chunks(5));
        let rows = (0..session.rows_of(None).len()).map(|row| words(&session.row(row).unwrap()));
        prop_assert_eq!(rows.collect::<Vec<_>>(), world.verdicts(), "{}", csv);
    }
}
