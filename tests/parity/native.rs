//! A case through the core: what is said of it, line by line, and what the server answers on the way.

use muster_core::contacts::Contacts;
use muster_core::import::InvalidImport;
use muster_core::limits::Limits;
use muster_core::{Session, Workspace};
use muster_wasm::contents::Contents;
use muster_wasm::digest::hex;
use muster_wasm::summary::{Opening, Summary};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::cases::Case;
use crate::{Answers, HASH_KEY, KEY, Numbers, Run};

fn line(what: &str, value: &impl Serialize) -> String {
    format!("{what} {}", serde_json::to_string(value).unwrap())
}

/// Says everything there is to be said of a file that is pushed in these cuts.
pub(crate) fn run(case: &Case, cuts: &[usize]) -> (Vec<String>, Run) {
    let contacts = Contacts::new(KEY, case.contacts.clone());
    let workspace = Workspace {
        key: KEY,
        fields: case.fields.clone(),
        tags: contacts.tags(),
    };
    let limits = Limits {
        max_rows: 20_000,
        ..Limits::default()
    };
    let mut run = Run {
        csv: hex(&case.csv),
        cuts: cuts.to_vec(),
        workspace: json!({
            "limits": limits,
            "fingerprint_key": hex(&KEY),
            "fields": workspace.fields,
            "tags": workspace.tags.iter().map(|name| json!({"name": name})).collect::<Vec<_>>(),
        }),
        import: serde_json::to_value(&case.import).unwrap(),
        answers: Answers::default(),
        acts: Vec::new(),
    };
    let mut session = Session::reading(limits, &case.import.file);
    let said = say(case, cuts, &mut session, &contacts, &workspace, &mut run);
    (said, run)
}

fn say(
    case: &Case,
    cuts: &[usize],
    session: &mut Session,
    contacts: &Contacts,
    workspace: &Workspace,
    run: &mut Run,
) -> Vec<String> {
    let mut said = Vec::new();
    let mut rest = case.csv.as_slice();
    for &cut in cuts {
        let (piece, after) = rest.split_at(cut);
        session.push(piece);
        rest = after;
    }
    session.push(rest);
    if let Err(refused) = session.finish() {
        let refusal = json!({"code": refused.code, "kind": refused.kind});
        said.push(line(
            "failure",
            &json!({"kind": "refused", "refusal": refusal}),
        ));
        return said;
    }
    let table = session.table().unwrap();
    said.push(line(
        "contents",
        &Contents::new(table, session.suggest(workspace)),
    ));
    if let Err(invalid) = session.configure(&case.import, workspace) {
        said.push(line(
            "failure",
            &json!({"kind": "invalid", "message": invalid.to_string()}),
        ));
        return said;
    }
    said.push(line("columns", &session.columns()));
    said.push(line("opening", &Opening::new(session, &KEY)));
    run.answers = look_up(session, contacts, &mut said);
    said.push(line("summary", &Summary::new(session)));
    say_rows(session, &mut said);
    for act in &case.acts {
        correct(act, session, contacts, workspace, run, &mut said);
    }
    let mut numbers = Numbers(case.csv.len() as u64 + 1);
    for _ in 0..case.draws {
        let act = draw(session, &mut numbers);
        correct(&act, session, contacts, workspace, run, &mut said);
    }
    said
}

/// Does what a person does, and says everything again.
fn correct(
    act: &Value,
    session: &mut Session,
    contacts: &Contacts,
    workspace: &Workspace,
    run: &mut Run,
    said: &mut Vec<String>,
) {
    if let Err(invalid) = perform(session, workspace, act) {
        said.push(line(
            "failure",
            &json!({"kind": "invalid", "message": invalid.to_string()}),
        ));
    }
    let answers = look_up(session, contacts, said);
    run.acts.push((act.clone(), answers));
    said.push(line("summary", &Summary::new(session)));
    said.push(line("repairs", &session.repairs()));
    said.push(line("alarms", &session.alarms()));
    said.push(line("effects", &session.effects()));
    said.push(line("creations", &session.creations()));
    said.push(line("columns", &session.columns()));
    said.push(line("description", &session.description()));
    say_rows(session, said);
}

/// What people type into cells.
const TYPED: [&str; 10] = [
    "+60123456789",
    "+60 12-345 6701",
    "ken@example.com",
    "Ken",
    "",
    "vip; New",
    "#N/A",
    "25.10.2023",
    "1.234,5",
    "'=1+1",
];

/// Something that a person could do now.
fn draw(session: &Session, numbers: &mut Numbers) -> Value {
    let table = session.table().unwrap();
    let mut row = || table.row_number(numbers.below(table.rows()));
    let (row, other) = (row(), row());
    let column = numbers.below(table.width());
    let offers = session.repairs();
    match numbers.below(10) {
        4 => json!(["edit", row, column, null]),
        5 => json!(["leave_out", [row, other], true]),
        6 => json!(["leave_out", [row, other], false]),
        7 if !offers.is_empty() => json!(["repair", offers[numbers.below(offers.len())].id]),
        8 if session.undoable().is_some() => json!(["undo"]),
        9 if session.redoable().is_some() => json!(["redo"]),
        _ => json!(["edit", row, column, TYPED[numbers.below(TYPED.len())]]),
    }
}

/// Asks for what is missing, and compares.
fn look_up(session: &mut Session, contacts: &Contacts, said: &mut Vec<String>) -> Answers {
    let mut answers = Answers::default();
    loop {
        let requests = session.lookups();
        if requests.is_empty() {
            break;
        }
        for (number, request) in requests.iter().enumerate() {
            said.push(line("lookup", &hex(request)));
            let answer = contacts.matched(request, HASH_KEY).unwrap();
            session.matched(number, &answer).unwrap();
            answers.matches.push(hex(&answer));
        }
    }
    for request in session.wanted() {
        said.push(line("wanted", &hex(&request)));
        let answer = contacts.valued(&request).unwrap();
        session.valued(&answer).unwrap();
        answers.values.push(hex(&answer));
    }
    session.diff();
    answers
}

fn say_rows(session: &mut Session, said: &mut Vec<String>) {
    let rows = session.rows_of(None);
    said.extend((0..rows.len()).map(|row| line("row", &session.row(row))));
    let mut digests = Sha256::new();
    for number in 0..session.batches() {
        let batch = session.batch(number);
        digests.update(Sha256::digest(&batch));
        said.push(line("batch", &hex(&batch)));
    }
    said.push(line("digest", &hex(&digests.finalize())));
    let errors = session.error_rows(|issue| line("issue", issue));
    said.push(line("errors", &hex(&errors)));
}

/// Does what a person does: the name of the call and its arguments, as JavaScript has them.
fn perform(session: &mut Session, workspace: &Workspace, act: &Value) -> Result<(), InvalidImport> {
    let number = |at: usize| act[at].as_u64().unwrap() as u32;
    match act[0].as_str().unwrap() {
        "edit" => session.edit(number(1), number(2), act[3].as_str()),
        "leave_out" => {
            let rows: Vec<u32> = serde_json::from_value(act[1].clone()).unwrap();
            session.leave_out(&rows, act[2].as_bool().unwrap())
        }
        "repair" => session.repair(act[1].as_str().unwrap()),
        "undo" => {
            session.undo().unwrap();
            Ok(())
        }
        "redo" => {
            session.redo().unwrap();
            Ok(())
        }
        call => {
            assert_eq!(call, "configure");
            let import = serde_json::from_value(act[1].clone()).unwrap();
            session.configure(&import, workspace)
        }
    }
}
