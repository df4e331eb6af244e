//! Conflicts between preview and apply, as the specification's "At apply" says.

use muster_core::wire::{Batch, Row, RowPlan};
use muster_tests::{App, Ended, Import};
use serde_json::{Value, json};

const CSV: &str = "Phone,First,Last\n+60123456789,Aisyah,New\n";

/// Previews an import over one contact, lets something happen, applies.
fn meanwhile(
    purpose: &str,
    stored: &str,
    csv: &str,
    happens: impl FnOnce(&App, &str),
) -> (App, Ended) {
    let app = App::start();
    let token = super::owner("acme");
    let _ = super::import(&app, &token, "add_all", stored);
    let import = Import::plan(&app, &token, csv, super::names(purpose))
        .open()
        .upload();
    happens(&app, &token);
    let _ = import.commit().ok(202);
    let ended = import.wait();
    (app, ended)
}

fn patch(app: &App, token: &str, id: u64, fields: &Value) {
    let version = app.get(token, &format!("/contacts/{id}")).ok(200)["version"].to_string();
    let bearer = format!("Bearer {token}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("if-match", version.as_str()),
    ];
    let body = json!({ "fields": fields }).to_string();
    let _ = app
        .send(
            "PATCH",
            &format!("/api/v1/contacts/{id}"),
            &headers,
            body.as_bytes(),
        )
        .ok(200);
}

const OLD: &str = "Phone,First,Last\n+60123456789,Aisyah,Old\n";
const VERSION: &str = "SELECT version AS n FROM contacts WHERE id = 1";

#[test]
fn judges_each_field_of_a_contact_that_changed() {
    let check = |fields: Value, counts: [u64; 5], version: i64| {
        let (app, ended) = meanwhile("update", OLD, CSV, |app, token| {
            patch(app, token, 1, &fields);
        });
        assert_eq!(ended.counts(), counts, "{fields}");
        assert_eq!(app.number(VERSION), version, "{fields}");
        if counts[4] == 1 {
            assert_eq!(
                ended.0["errors_by_code"],
                json!({ "changed_since_preview": 1 })
            );
        }
    };
    // Another field: the row is applied. The same field: it is not. The same value: there is nothing left to write.
    check(json!({ "country": "MY" }), [0, 1, 0, 0, 0], 3);
    check(json!({ "last_name": "Theirs" }), [0, 0, 0, 0, 1], 2);
    check(json!({ "last_name": null }), [0, 0, 0, 0, 1], 2);
    check(json!({ "last_name": "New" }), [0, 0, 1, 0, 0], 2);
    // The contact no longer holds the row's key.
    check(json!({ "phone": "+60129999999" }), [0, 0, 0, 0, 1], 2);
    check(json!({ "phone": null }), [0, 0, 0, 0, 1], 2);
}

#[test]
fn does_not_miss_a_contact_that_is_gone() {
    let (app, ended) = meanwhile("update", OLD, CSV, |app, _| {
        app.execute("DELETE FROM contacts");
    });
    assert_eq!(ended.counts(), [0, 0, 0, 0, 1]);
    assert_eq!(app.number("SELECT count(*) AS n FROM contacts"), 0);
}

#[test]
fn never_makes_a_copy_of_what_was_added_since() {
    let same = |app: &App, token: &str| {
        let _ = app
            .post(
                token,
                "/contacts",
                &json!({ "fields": { "first_name": "Theirs", "phone": "+60123456789" } }),
            )
            .ok(201);
    };
    let check = |purpose: &str, counts: [u64; 5], contacts: i64| {
        let (app, ended) = meanwhile(
            purpose,
            "Phone,First,Last\n+60120000000,Someone,\n",
            CSV,
            same,
        );
        assert_eq!(ended.counts(), counts, "{purpose}");
        assert_eq!(
            app.number("SELECT count(*) AS n FROM contacts"),
            contacts,
            "{purpose}"
        );
    };
    check("add", [0, 0, 0, 1, 0], 2);
    check("add_and_update", [0, 0, 0, 0, 1], 2);
    check("add_all", [1, 0, 0, 0, 0], 3);
}

#[test]
fn its_own_rows_do_not_stand_in_its_way() {
    let app = App::start();
    let token = super::owner("acme");
    let _ = app
        .post(
            &token,
            "/contacts",
            &json!({ "fields": { "first_name": "Ann", "email": "ann@x.org" } }),
        )
        .ok(201);
    // Row 2 gives Ann the number by which row 3 is to be new; row 4's address is that of the new row 3.
    let csv = "Email,Phone,First\nann@x.org,+60123456789,Ann\n,+60123456789,Ben\nben@x.org,+60123456789,Cid\n";
    let description = json!({
        "purpose": "add_and_update", "identifiers": ["email", "phone"],
        "columns": [
            { "index": 0, "field": "email" }, { "index": 1, "field": "phone" }, { "index": 2, "field": "first_name" },
        ],
    });
    let ended = Import::plan(&app, &token, csv, description).run();
    assert_eq!(ended.counts(), [2, 1, 0, 0, 0]);
}

#[test]
fn makes_a_tag_once_whatever_its_case() {
    let app = App::start();
    let token = super::owner("acme");
    let mut description = super::names("add_and_update");
    description["columns"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "index": 3, "field": "tags" }));
    description["tags"] = json!(["Import"]);
    let csv = "Phone,First,Last,Tags\n+60123456789,A,,Straße\n+60123456780,B,,STRASSE;import\n";
    let ended = Import::plan(&app, &token, csv, description.clone()).run();
    assert_eq!(ended.counts(), [2, 0, 0, 0, 0]);
    assert_eq!(app.number("SELECT count(*) AS n FROM tags"), 2);
    assert_eq!(app.number("SELECT count(*) AS n FROM contact_tags"), 4);
    // Once more: nothing is gained, the versions stay.
    let ended = Import::plan(&app, &token, csv, description).run();
    assert_eq!(ended.counts(), [0, 0, 2, 0, 0]);
    assert_eq!(app.number("SELECT max(version) AS n FROM contacts"), 1);
}

#[test]
fn refuses_single_rows_whose_values_no_page_would_send() {
    let app = App::start();
    let token = super::owner("acme");
    let mut import = Import::plan(&app, &token, &super::people(2), super::names("add")).open();
    let row = |row, phone: &'static str| Row {
        row,
        plan: RowPlan::New {
            values: vec![(0, phone.into()), (1, "Ben".into())],
            tags: vec![],
            key: Some(muster_core::field::Identifier::Phone),
        },
        warnings: vec![],
    };
    import.batches = vec![
        Batch {
            number: 0,
            rows: vec![row(2, "012-345"), row(3, "+60123456789")],
        }
        .encode(),
    ];
    let import = import.upload();
    let _ = import.commit().ok(202);
    let ended = import.wait();
    assert_eq!(ended.counts(), [1, 0, 0, 0, 1]);
    assert_eq!(ended.0["errors_by_code"], json!({ "refused_by_server": 1 }));
}

#[test]
fn a_batch_that_fails_each_time_ends_its_import_and_no_other() {
    let app = App::start();
    let token = super::owner("acme");
    // The second batch stumbles over this contact each time: there is one already, elsewhere.
    let elsewhere = super::owner("other");
    let stone = json!({ "fields": { "first_name": "First 5000" } });
    let _ = app.post(&elsewhere, "/contacts", &stone).ok(201);
    app.execute(
        "CREATE UNIQUE INDEX stumble ON contacts (first_name) WHERE first_name = 'First 5000'",
    );
    let import = Import::plan(&app, &token, &super::people(10_001), super::names("add"))
        .open()
        .upload();
    let _ = import.commit().ok(202);
    let ended = import.wait();
    assert_eq!(
        (ended.0["status"].as_str(), ended.0["reason"].as_str()),
        (Some("failed"), Some("batch_failed"))
    );
    assert_eq!(ended.counts(), [5_000, 0, 0, 0, 5_001]);
    assert_eq!(ended.0["errors_by_code"], json!({ "not_applied": 5_001 }));
    assert_eq!(Import::results(&app, &token, &ended).len(), 10_001);
    let other = super::import(
        &app,
        &token,
        "add",
        "Phone,First,Last\n+60129999999,Next,\n",
    );
    assert_eq!(other.counts(), [1, 0, 0, 0, 0]);
}
