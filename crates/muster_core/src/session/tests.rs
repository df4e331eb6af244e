//! Small files, descriptions and contacts, and the verdicts that they give: one `check` for all of them.

mod alarms;
mod columns;
mod corrections;
mod descriptions;
mod effort;
mod history;
mod lookups;
mod outcomes;
mod policies;
mod repairs;
mod reports;
mod totals;
mod vanished;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::*;
use crate::check::Checker;
use crate::contacts::{Contact, Contacts};
use crate::field;
use crate::issue::{Code, Severity};
use crate::wire::{BatchColumns, Bounds, RowPlan};

const KEY: Key = [9; 16];

const WIDE: Bounds = Bounds {
    bytes: 1 << 24,
    items: 1 << 20,
};

/// An import to be described, and what it meets.
struct Case {
    import: Value,
    contacts: Vec<Contact>,
    tags: Vec<String>,
}

/// Columns in order: `field`, `field:policy`, `field:policy:invalid`, or `-` for one that isn't mapped.
fn case(purpose: &str, identifiers: &str, columns: &str) -> Case {
    let columns: Vec<Value> = columns
        .split(' ')
        .enumerate()
        .filter(|(_, column)| *column != "-")
        .map(|(index, column)| {
            let mut parts = column.split(':');
            let mut column = json!({"index": index, "field": parts.next()});
            for (key, value) in ["policy", "invalid"].iter().zip(parts) {
                column[key] = value.into();
            }
            column
        })
        .collect();
    let identifiers: Vec<&str> = identifiers.split_whitespace().collect();
    Case {
        import: json!({"purpose": purpose, "identifiers": identifiers, "columns": columns}),
        contacts: Vec::new(),
        tags: Vec::new(),
    }
}

impl Case {
    fn with(mut self, key: &str, value: Value) -> Self {
        self.import[key] = value;
        self
    }

    /// The format of a column.
    fn format(mut self, column: usize, format: &str) -> Self {
        self.import["columns"][column]["format"] = format.into();
        self
    }

    /// A contact: `field=value|…`; the field `tags` holds names separated by commas.
    fn stored(mut self, id: u64, values: &str) -> Self {
        let mut contact = Contact {
            id,
            version: 1,
            ..Contact::default()
        };
        for pair in values.split('|').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=').unwrap() {
                ("tags", names) => contact.tags = names.split(',').map(str::to_owned).collect(),
                (key, value) => drop(contact.fields.insert(key.into(), value.into())),
            }
        }
        self.contacts.push(contact);
        self
    }

    /// Tags that the workspace has, beside those of its contacts.
    fn tags(mut self, names: &[&str]) -> Self {
        self.tags.extend(names.iter().map(|&name| name.to_owned()));
        self
    }

    fn workspace(&self, contacts: &Contacts) -> Workspace {
        let import: Import = serde_json::from_value(self.import.clone()).unwrap();
        let mut fields = field::standard();
        fields.extend(
            import
                .fields
                .iter()
                .filter(|field| !field.create)
                .map(|new| Field {
                    key: new.key.clone(),
                    name: new.name.clone(),
                    kind: new.kind,
                    options: new.options.clone(),
                    rule: field::Rule::Open,
                }),
        );
        Workspace {
            key: KEY,
            fields,
            tags: [self.tags.clone(), contacts.tags()].concat(),
        }
    }

    /// Reads the file in these pieces, and describes it.
    fn configured<'a>(
        &self,
        pieces: impl Iterator<Item = &'a [u8]>,
        contacts: &Contacts,
    ) -> Result<Session, InvalidImport> {
        let import: Import = serde_json::from_value(self.import.clone()).unwrap();
        let mut session = Session::reading(Limits::default(), &import.file);
        pieces.for_each(|piece| session.push(piece));
        session.finish().unwrap();
        session.configure(&import, &self.workspace(contacts))?;
        Ok(session)
    }

    /// The whole way.
    fn run<'a>(&self, pieces: impl Iterator<Item = &'a [u8]>) -> Session {
        let contacts = Contacts::new(KEY, self.contacts.clone());
        let mut session = self.configured(pieces, &contacts).unwrap();
        contacts.answer(&mut session, [7; 16]).unwrap();
        session.diff();
        self.check_batches(&session);
        session
    }

    /// The batches list every row with its outcome, and the server's check has nothing against them.
    fn check_batches(&self, session: &Session) {
        let import = session.resolved().unwrap();
        let workspace = self.workspace(&Contacts::new(KEY, self.contacts.clone()));
        let checker = Checker::new(&import, &workspace.fields, &Limits::default()).unwrap();
        let mut listed = Vec::new();
        for number in 0..session.batches() {
            let bytes = session.batch(number);
            let columns = BatchColumns::decode(&bytes, WIDE).unwrap();
            let batch = columns.batch();
            assert_eq!(batch.number as usize, number);
            assert_eq!(checker.batch(&batch), Ok(Vec::new()));
            listed.extend(batch.rows.iter().map(|row| {
                let outcome = match row.plan {
                    RowPlan::New { .. } => Outcome::New,
                    RowPlan::Updated { .. } => Outcome::Updated,
                    RowPlan::Unchanged { .. } => Outcome::Unchanged,
                    RowPlan::Skipped { .. } => Outcome::Skipped,
                    RowPlan::Error { .. } => Outcome::Error,
                };
                (row.row, outcome)
            }));
        }
        let rows = (0..session.rows_of(None).len()).map(|row| session.row(row).unwrap());
        let rows: Vec<(u32, Outcome)> = rows.map(|row| (row.row, row.outcome)).collect();
        assert_eq!(listed, rows);
        assert_eq!(session.counts().total() as usize, rows.len());
        let all = session.rows_of(None);
        let all: Vec<Option<usize>> = (0..=rows.len()).map(|at| all.get(at)).collect();
        let last = std::iter::once(None);
        assert!((0..rows.len()).map(Some).chain(last).eq(all));
        let reasons: u32 = session.skipped_by_code().values().sum();
        assert_eq!(reasons, session.counts().skipped, "each has one reason");
        for outcome in Outcome::ALL {
            let many = rows.iter().filter(|(_, other)| *other == outcome).count();
            assert_eq!(session.rows_of(Some(outcome)).len(), many);
            assert_eq!(session.rows_of(Some(outcome)).is_empty(), many == 0);
            assert_eq!(session.rows_of(Some(outcome)).get(many), None);
        }
    }

    /// Every row as a line: number, outcome, `#contact`, `field:old>new`, `+tag`, and issues: `!` for errors, `?` for
    /// warnings, `-` for reasons, with `@column`, `[ids]` and `=kept row`.
    #[track_caller]
    fn gives(self, csv: &str, want: &[&str]) {
        let bytes = csv.as_bytes();
        let whole = lines(&self.run(std::iter::once(bytes)));
        assert_eq!(whole, want, "{csv}");
        for piece in [1, 2, 7] {
            assert_eq!(
                lines(&self.run(bytes.chunks(piece))),
                want,
                "in pieces of {piece}"
            );
        }
    }

    #[track_caller]
    fn refused(self, csv: &str, want: &str) {
        let contacts = Contacts::new(KEY, self.contacts.clone());
        let refused = self.configured(std::iter::once(csv.as_bytes()), &contacts);
        assert_eq!(refused.map(|_| ()), Err(InvalidImport(want.into())));
    }
}

fn lines(session: &Session) -> Vec<String> {
    (0..session.rows_of(None).len())
        .map(|row| line(&session.row(row).unwrap()))
        .collect()
}

fn line(view: &RowView) -> String {
    let outcome = serde_json::to_value(view.outcome).unwrap();
    let mut line = format!("{} {}", view.row, outcome.as_str().unwrap());
    if let Some(id) = view.id {
        let _ = write!(line, " #{id}");
    }
    for change in &view.changes.0 {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let _ = write!(
            line,
            " {}:{}>{}",
            change.field,
            text(&change.old),
            text(&change.new)
        );
    }
    for tag in &view.tags_added {
        let _ = write!(line, " +{tag}");
    }
    for issue in &view.issues {
        let mark = match issue.severity {
            Severity::Error => '!',
            Severity::Warning => '?',
            Severity::Info | Severity::Refusal => '-',
        };
        let _ = write!(line, " {mark}{}", issue.code.slug());
        if let Some(column) = issue.column {
            let _ = write!(line, "@{column}");
        }
        if !issue.ids.is_empty() {
            let _ = write!(line, "{:?}", issue.ids);
        }
        if let Some(kept) = issue.kept_row {
            let _ = write!(line, "={kept}");
        }
    }
    line
}
