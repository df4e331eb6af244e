//! A case through the core: what is said of it, line by line, and what the server answers on the way.

use muster_core::contacts::Contacts;
use muster_core::limits::Limits;
use muster_core::{Session, Workspace};
use muster_wasm::contents::Contents;
use muster_wasm::digest::hex;
use muster_wasm::summary::{Opening, Summary};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::cases::Case;
use crate::{HASH_KEY, KEY, Run};

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
        matches: Vec::new(),
        values: Vec::new(),
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
    loop {
        let requests = session.lookups();
        if requests.is_empty() {
            break;
        }
        for (number, request) in requests.iter().enumerate() {
            said.push(line("lookup", &hex(request)));
            let answer = contacts.matched(request, HASH_KEY).unwrap();
            session.matched(number, &answer).unwrap();
            run.matches.push(hex(&answer));
        }
    }
    for request in session.wanted() {
        said.push(line("wanted", &hex(&request)));
        let answer = contacts.valued(&request).unwrap();
        session.valued(&answer).unwrap();
        run.values.push(hex(&answer));
    }
    session.diff();
    said.push(line("summary", &Summary::new(session)));
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
    said
}
