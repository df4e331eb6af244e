//! `DELETE /contacts/{id}`: whoever is deleted is forgotten, in what imports noted, too.

use muster_tests::{App, Import};
use serde_json::{Value, json};

const FIRST: &str = "Phone,First,Last\n+60120000001,Ann,Canary\n+60120000002,Ben,Stays\n";
const SECOND: &str = "Phone,First,Last\n+60120000001,Annabel,Canary\n+60120000002,Benjamin,Stays\n";

/// Whether anything that is stored of imports holds these bytes, however it is packed.
fn is_there(app: &App, token: &str, imports: &[Value], text: &str) -> bool {
    imports.iter().any(|id| {
        ["results.csv", "undo.csv"].iter().any(|file| {
            let answer = app.get(token, &format!("/imports/{id}/{file}"));
            answer.text().contains(text)
        })
    })
}

#[test]
fn journals_and_results_forget_whoever_is_deleted() {
    let app = App::start();
    let token = super::owner("acme");
    let first = super::import(&app, &token, "add", FIRST);
    let second = super::import(&app, &token, "update", SECOND);
    assert_eq!(second.counts(), [0, 2, 0, 0, 0]);
    let ids = [first.0["id"].clone(), second.0["id"].clone()];
    let people = app.get(&token, "/contacts").ok(200)["contacts"].clone();
    let ann = people[0]["id"].clone();
    // What an undo left alone is a note, too.
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("if-match", "\"2\"")];
    let path = format!("/api/v1/contacts/{ann}");
    let change = br#"{"fields":{"first_name":"Anneliese"}}"#;
    let _ = app.send("PATCH", &path, &headers, change).ok(200);
    let _ = super::undo(&app, &token, &ids[1], &json!({}));
    for text in ["Annabel", "Anneliese", "+60120000001"] {
        assert!(is_there(&app, &token, &ids, text), "{text}");
    }
    let sizes = "SELECT sum(length(payload) + length(outcome)) AS n FROM import_batches";
    let before = app.number(sizes);

    let deleted = app.call(&token, "DELETE", &format!("/contacts/{ann}"), b"");
    assert_eq!(deleted.status, 204);
    let again = app.call(&token, "DELETE", &format!("/contacts/{ann}"), b"");
    let _ = again.refused(404, "not_found");
    for text in ["Ann", "Canary", "60120000001"] {
        assert!(!is_there(&app, &token, &ids, text), "{text}");
    }
    // Also of the rows as they arrived, which nobody can read from outside.
    assert!(app.number(sizes) < before);
    // The others are there, and each row has its line.
    assert!(is_there(&app, &token, &ids, "Benjamin"));
    assert!(is_there(&app, &token, &ids, "+60120000002"));
    for ended in [&first, &second] {
        let lines = Import::results(&app, &token, ended);
        let rows: Vec<&str> = lines.iter().map(|line| line[0].as_str()).collect();
        assert_eq!(rows, ["2", "3"]);
        assert_eq!(lines[0][2], ann.to_string());
        let view = app
            .get(&token, &format!("/imports/{}", ended.0["id"]))
            .ok(200);
        assert_eq!(view["counts"], ended.0["counts"]);
    }
    // Undo goes on without them: the other one is taken back.
    let undone = super::undo(&app, &token, &ids[0], &json!({}));
    assert_eq!(
        (&undone["deleted"], &undone["kept"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(app.number("SELECT count(*) AS n FROM contacts"), 0);
}

#[test]
fn an_import_under_way_finds_its_contact_gone() {
    let app = App::start();
    let token = super::owner("acme");
    let _ = super::import(&app, &token, "add", FIRST);
    let import = Import::plan(&app, &token, SECOND, super::names("update"))
        .open()
        .upload();
    let people = app.get(&token, "/contacts").ok(200)["contacts"].clone();
    let path = format!("/contacts/{}", people[0]["id"]);
    assert_eq!(app.call(&token, "DELETE", &path, b"").status, 204);
    let _ = import.commit().ok(202);
    let ended = import.wait();
    assert_eq!(ended.counts(), [0, 1, 0, 0, 1]);
    assert_eq!(
        ended.0["errors_by_code"],
        json!({ "changed_since_preview": 1 })
    );
}
