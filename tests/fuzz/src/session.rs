//! Any file, described in any way, against any contacts: every row has one outcome, the batches say what the session
//! says, whoever receives them has nothing against them, and no cut changes a thing.

use muster_core::check::Checker;
use muster_core::contacts::{Contact, Contacts};
use muster_core::diff::Outcome;
use muster_core::field::{self, Field, FieldType};
use muster_core::import::{FileChoice, HeaderRow, Import};
use muster_core::issue::Code;
use muster_core::limits::Limits;
use muster_core::parse::Parser;
use muster_core::session::RowView;
use muster_core::value::{strip_guard, trim};
use muster_core::wire::{BatchColumns, Bounds, RowPlan};
use muster_core::{Session, Workspace};
use serde_json::{Value, json};

use super::{Choices, read};

const KEY: [u8; 16] = *b"the fuzzers' key";
const WIDE: Bounds = Bounds {
    bytes: 1 << 24,
    items: 1 << 20,
};

/// What a column may feed.
const TARGETS: [&str; 17] = [
    "",
    "phone",
    "email",
    "first_name",
    "contact_id",
    "full_name",
    "last_name",
    "country",
    "language",
    "tags",
    "plan",
    "active",
    "score",
    "site",
    "born",
    "at",
    "note",
];

const CUSTOM: [(&str, FieldType); 7] = [
    ("plan", FieldType::List),
    ("active", FieldType::Checkbox),
    ("score", FieldType::Number),
    ("site", FieldType::Url),
    ("born", FieldType::Date),
    ("at", FieldType::Time),
    ("note", FieldType::Text),
];

/// Describes an import of the file by the first bytes, and carries it out.
pub fn check(data: &[u8]) {
    let (front, file) = match data.iter().position(|&byte| byte == b'\n') {
        Some(end) => (&data[..end], &data[end + 1..]),
        None => (data, &[][..]),
    };
    let mut choices = Choices(front);
    let choice = file_choice(&mut choices);
    let Ok(table) = read(file, file.len(), &choice, &limits()) else {
        return;
    };
    let columns = table.width().min(TARGETS.len());
    let import = describe(&mut choices, columns, &choice, table.row_number(0));
    let contacts = contacts(&mut choices);
    let piece = 1 + choices.below(60);
    let Ok(import) = serde_json::from_value::<Import>(import) else {
        return;
    };
    let whole = run(file, file.len(), &import, &contacts);
    let cut = run(file, piece, &import, &contacts);
    let (Some(whole), Some(cut)) = (&whole, &cut) else {
        assert!(whole.is_none() && cut.is_none());
        return;
    };
    let rows = views(whole);
    assert_eq!(rows, views(cut));
    check_batches(whole, cut, &rows, &contacts);
    check_counts(whole, &rows);
    check_error_rows(whole, &rows, &choice);
}

fn limits() -> Limits {
    Limits {
        max_quoted_bytes: 1_000,
        ..Limits::default()
    }
}

fn file_choice(choices: &mut Choices<'_>) -> FileChoice {
    FileChoice {
        delimiter: choices.one(&["auto", "auto", ",", ";"]).into(),
        header_row: match choices.below(8) {
            row @ 5.. => HeaderRow::Row(row as u32 - 5),
            _ => FileChoice::default().header_row,
        },
        ..FileChoice::default()
    }
}

fn describe(choices: &mut Choices<'_>, columns: usize, file: &FileChoice, first: u32) -> Value {
    let purpose = choices.one(&["add_and_update", "add", "update", "add_all"]);
    let identifiers: &[&[&str]] = &[
        &["phone"],
        &["email"],
        &["phone", "email"],
        &["email", "phone"],
        &["contact_id"],
        &["contact_id", "email"],
    ];
    let identifiers = choices.one(identifiers);
    let mut taken = Vec::new();
    let columns: Vec<Value> = (0..columns)
        .filter_map(|index| {
            let start = choices.below(TARGETS.len());
            let target = TARGETS[start];
            if target.is_empty() || taken.contains(&target) {
                return None;
            }
            taken.push(target);
            Some(json!({
                "index": index,
                "field": target,
                "policy": choices.one(&["overwrite", "do_not_overwrite", "overwrite_and_clear"]),
                "invalid": choices.one(&["reject_row", "leave_out"]),
            }))
        })
        .collect();
    let fields: Vec<Value> = CUSTOM
        .iter()
        .map(
            |(key, kind)| json!({"key": key, "name": key, "type": kind, "options": options(*kind)}),
        )
        .collect();
    let mut edits = Vec::new();
    let mut left_out = Vec::new();
    if choices.seldom(3) {
        let value = choices.one(&["", "+60123456781", "a@x.my", "'=1", "Ann", "1\u{b}2"]);
        edits.push(json!({"row": first, "column": choices.below(3), "value": value}));
    }
    if choices.seldom(4) {
        left_out.push(first);
    }
    json!({
        "purpose": purpose,
        "identifiers": if purpose == "add_all" { &[] } else { identifiers },
        "duplicates": choices.one(&["keep_first", "keep_last", "reject_all"]),
        "default_country": choices.one(&[None, Some("MY"), Some("US")]),
        "tags": if choices.seldom(3) { &["Fair"][..] } else { &[] },
        "rules": if choices.seldom(4) { json!({"note": "only_where_empty"}) } else { json!({}) },
        "fields": fields,
        "columns": columns,
        "file": file,
        "edits": edits,
        "left_out": left_out,
    })
}

fn options(kind: FieldType) -> &'static [&'static str] {
    match kind {
        FieldType::List => &["Gold", "Straße"],
        _ => &[],
    }
}

fn contacts(choices: &mut Choices<'_>) -> Contacts {
    let values: [(&str, &[&str]); 6] = [
        ("phone", &["", "+60123456781", "+60123456782"]),
        ("email", &["", "a@x.my", "b@x.my"]),
        ("first_name", &["", "Ann", "Ben"]),
        ("country", &["", "MY"]),
        ("note", &["", "x"]),
        ("born", &["", "2000-02-29"]),
    ];
    let contacts = (0..choices.below(4) as u64).map(|at| Contact {
        id: at + 1,
        version: 1,
        fields: values
            .iter()
            .map(|(key, values)| ((*key).into(), choices.one(values).into()))
            .collect(),
        tags: choices
            .one(&[&[][..], &["VIP"], &["fair", "new"]])
            .iter()
            .map(|&name| name.into())
            .collect(),
    });
    Contacts::new(KEY, contacts.collect())
}

fn workspace(contacts: &Contacts) -> Workspace {
    let mut fields = field::standard();
    fields.extend(CUSTOM.iter().map(|&(key, kind)| Field {
        key: key.into(),
        name: key.into(),
        kind,
        options: options(kind).iter().map(|&option| option.into()).collect(),
        rule: field::Rule::Open,
    }));
    Workspace {
        key: KEY,
        fields,
        tags: contacts.tags(),
    }
}

/// The whole way; none for a description that can't be carried out.
fn run(file: &[u8], piece: usize, import: &Import, contacts: &Contacts) -> Option<Session> {
    let mut session = Session::reading(limits(), &import.file);
    for piece in file.chunks(piece.max(1)) {
        session.push(piece);
    }
    session.finish().expect("the file was read before");
    session.configure(import, &workspace(contacts)).ok()?;
    contacts
        .answer(&mut session, [7; 16])
        .expect("it was asked and answered");
    session.diff();
    Some(session)
}

fn views(session: &Session) -> Vec<RowView> {
    (0..session.rows_of(None).len())
        .map(|row| session.row(row).expect("it is a row"))
        .collect()
}

fn check_batches(session: &Session, cut: &Session, rows: &[RowView], contacts: &Contacts) {
    let import = session.resolved().expect("it was described");
    let checker = Checker::new(&import, &workspace(contacts).fields, &limits())
        .expect("the description was taken before");
    let mut listed = Vec::new();
    assert_eq!(session.batches(), cut.batches());
    for number in 0..session.batches() {
        let bytes = session.batch(number);
        assert_eq!(bytes, cut.batch(number));
        let columns = BatchColumns::decode(&bytes, WIDE).expect("it was encoded");
        let batch = columns.batch();
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
    let rows: Vec<(u32, Outcome)> = rows.iter().map(|row| (row.row, row.outcome)).collect();
    assert_eq!(listed, rows);
}

fn check_counts(session: &Session, rows: &[RowView]) {
    assert_eq!(session.counts().total() as usize, rows.len());
    for outcome in Outcome::ALL {
        let many = rows.iter().filter(|row| row.outcome == outcome).count();
        assert_eq!(session.rows_of(Some(outcome)).len(), many);
    }
}

/// The rows with errors read as they did, with a column more.
fn check_error_rows(session: &Session, rows: &[RowView], choice: &FileChoice) {
    let errors: Vec<&RowView> = rows
        .iter()
        .filter(|row| row.outcome == Outcome::Error)
        .collect();
    let file = session.error_rows(|issue| issue.code.slug().to_owned());
    let mut parser = Parser::new(
        &limits(),
        &FileChoice {
            encoding: choice.encoding.clone(),
            ..FileChoice::default()
        },
    );
    parser.push(&file);
    let table = match parser.finish() {
        Ok(table) => table,
        // Without the others, rows full of control characters look like no text at all.
        Err(refused) => {
            assert!(errors.is_empty() || refused.code == Code::NotCsv);
            return;
        }
    };
    assert_eq!(
        table.rows(),
        errors.len(),
        "{}",
        String::from_utf8_lossy(&file)
    );
    for (at, row) in errors.iter().enumerate() {
        for (column, cell) in row.cells.iter().enumerate() {
            let again = table.cell(at, column).into_text();
            let again = again.unwrap_or_else(|lossy| lossy.into());
            assert_eq!(strip_guard(trim(&again)), strip_guard(cell));
        }
    }
}
