//! The API over real HTTP, each test on a fresh database. Files mirror the addresses.

mod answers;
mod apply;
mod auth;
mod bounds;
mod changes;
mod contacts;
mod control;
mod events;
mod expiry;
mod export;
mod fields;
mod forget;
mod headers;
mod health;
mod imports;
mod installed;
mod lookup;
mod matrix;
mod openapi;
mod operations;
mod recipes;
mod results;
mod tokens;
mod undo;
mod webhooks;
mod workspace;

use std::time::{Duration, Instant};

use muster_tests::{App, Ended, Import, claims, sign};
use serde_json::{Value, json};

/// An owner of the workspace.
fn owner(workspace: &str) -> String {
    sign(&claims(workspace, "owner"), muster_tests::SECRET)
}

/// An import of phones and first names.
fn names(purpose: &str) -> Value {
    json!({
        "purpose": purpose,
        "identifiers": if purpose == "add_all" { json!([]) } else { json!(["phone"]) },
        "columns": [
            { "index": 0, "field": "phone" }, { "index": 1, "field": "first_name" },
            { "index": 2, "field": "last_name" },
        ],
    })
}

/// Imports a file of phones, first and last names.
fn import(app: &App, token: &str, purpose: &str, csv: &str) -> Ended {
    Import::plan(app, token, csv, names(purpose)).run()
}

/// Asks for an undo, which is taken, and waits for its end.
#[track_caller]
fn undo(app: &App, token: &str, id: &Value, ask: &Value) -> Value {
    let asked = app.post(token, &format!("/imports/{id}/undo"), ask).ok(202);
    assert!(asked["undo"].is_object(), "{asked}");
    until_undone(app, token, id)
}

/// Waits for the end of an undo.
#[track_caller]
fn until_undone(app: &App, token: &str, id: &Value) -> Value {
    let patience = Instant::now() + Duration::from_secs(60);
    loop {
        let undo = app.get(token, &format!("/imports/{id}")).ok(200)["undo"].clone();
        if undo["status"] == "done" {
            return undo;
        }
        assert_ne!(undo["status"], "failed");
        assert!(Instant::now() < patience, "still undoing: {undo}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A file of so many people.
fn people(count: u32) -> String {
    let lines = (0..count).map(|n| format!("+6012{:07},First {n},Last {n}\n", 3_000_000 + n));
    format!("Phone,First,Last\n{}", lines.collect::<String>())
}
