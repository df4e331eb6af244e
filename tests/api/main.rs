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

/// A file of so many people.
fn people(count: u32) -> String {
    let lines = (0..count).map(|n| format!("+6012{:07},First {n},Last {n}\n", 3_000_000 + n));
    format!("Phone,First,Last\n{}", lines.collect::<String>())
}
