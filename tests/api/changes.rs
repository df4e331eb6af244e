//! `GET /changes`: whoever follows has the same contacts.

#![expect(
    clippy::unwrap_used,
    reason = "a failure here is a failure of the test that asked"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use muster_tests::{App, Import};
use serde_json::{Value, json};

/// A contact in a copy: its fields and its tags.
type Copy = (BTreeMap<String, String>, BTreeSet<String>);

/// A host that keeps a copy of the contacts.
struct Host<'a> {
    app: &'a App,
    token: String,
    cursor: String,
    contacts: BTreeMap<i64, Copy>,
    /// Who did each change: the import, and whether it was an undo.
    by: Vec<(Value, bool)>,
}

impl<'a> Host<'a> {
    /// One that begins with an empty workspace.
    fn new(app: &'a App, workspace: &str) -> Self {
        Self {
            app,
            token: super::owner(workspace),
            cursor: "0".into(),
            contacts: BTreeMap::new(),
            by: Vec::new(),
        }
    }

    /// Reads what is new, so much at once.
    fn follow(&mut self, limit: u32) {
        loop {
            let path = format!("/changes?after={}&limit={limit}", self.cursor);
            let page = self.app.get(&self.token, &path).ok(200);
            let changes = page["changes"].as_array().unwrap();
            assert!(changes.len() <= limit as usize);
            for change in changes {
                self.replay(change);
                self.cursor = change["cursor"].as_str().unwrap().into();
            }
            assert_eq!(page["next"], self.cursor.as_str());
            if page["more"] == false {
                break;
            }
            assert!(!changes.is_empty(), "{page}");
        }
    }

    fn replay(&mut self, change: &Value) {
        let names = |member: &str| -> Vec<String> {
            let names = change[member].as_array().unwrap().iter();
            names.map(|name| name.as_str().unwrap().into()).collect()
        };
        let by = (change["import_id"].clone(), change["undo"] == true);
        self.by.push(by);
        let Some(id) = change["contact_id"].as_i64() else {
            assert_eq!(change["kind"], "tag_renamed");
            for (_, tags) in self.contacts.values_mut() {
                if tags.remove(&names("tags_removed")[0]) {
                    tags.insert(names("tags_added")[0].clone());
                }
            }
            return;
        };
        let known = self.contacts.contains_key(&id);
        match change["kind"].as_str().unwrap() {
            "deleted" => {
                assert!(self.contacts.remove(&id).is_some(), "{change}");
                return;
            }
            "created" => assert!(!known, "{change}"),
            _ => assert!(known, "{change}"),
        }
        let (fields, tags) = self.contacts.entry(id).or_default();
        for (field, value) in change["fields"].as_object().unwrap() {
            match value.as_str() {
                Some(value) => fields.insert(field.clone(), value.into()),
                None => fields.remove(field),
            };
        }
        for name in names("tags_removed") {
            assert!(tags.remove(&name), "{change}");
        }
        for name in names("tags_added") {
            assert!(tags.insert(name), "{change}");
        }
    }

    /// Fails unless the copy is what the server has.
    fn check(&self) {
        let page = self.app.get(&self.token, "/contacts?limit=1000").ok(200);
        let contacts = page["contacts"].as_array().unwrap().iter();
        let there: BTreeMap<i64, Copy> = contacts
            .map(|contact| {
                let copy = (contact["fields"].clone(), contact["tags"].clone());
                let read = serde_json::from_value::<Copy>(json!([copy.0, copy.1]));
                (contact["id"].as_i64().unwrap(), read.unwrap())
            })
            .collect();
        assert_eq!(self.contacts, there);
    }
}

/// Imports phones, full names, notes and tags.
fn import(app: &App, token: &str, csv: &str) -> Value {
    let description = json!({
        "purpose": "add_and_update", "identifiers": ["phone"], "tags": ["Imported"],
        "fields": [{ "key": "note", "name": "Note", "type": "text", "create": true }],
        "columns": [
            { "index": 0, "field": "phone" }, { "index": 1, "field": "full_name" },
            { "index": 2, "field": "note", "policy": "overwrite_and_clear" }, { "index": 3, "field": "tags" },
        ],
    });
    let ended = Import::plan(app, token, csv, description).run();
    assert_eq!(ended.0["status"], "completed");
    ended.0["id"].clone()
}

#[test]
fn whoever_follows_has_the_same_contacts() {
    for limit in [1, 3, 1_000] {
        let app = App::start();
        let mut host = Host::new(&app, "acme");
        let token = host.token.clone();
        // Somebody else's are none of ours.
        let _ = super::import(&app, &super::owner("other"), "add", &super::people(3));
        let head = "Phone,Name,Note,Tags\n";
        let people =
            "+60123456701,Ann Lee,tall,VIP\n+60123456702,Ben,,\"New, vip\"\n+60123456703,Cy,,\n";
        let first = import(&app, &token, &format!("{head}{people}nope,Dee,,\n"));
        host.follow(limit);
        host.check();
        assert_eq!(host.by, vec![(first.clone(), false); 3]);
        // A value changes, one is cleared, a tag is gained; nothing, twice; one is new.
        let others = "+60123456701,Ann Low,,Gold\n+60123456702,Ben,,vip\n+60123456704,Eve,short,\n";
        let second = import(&app, &token, &format!("{head}{others}"));
        host.follow(limit);
        host.check();
        assert_eq!(host.by[3..], vec![(second.clone(), false); 2]);
        // Edits, by hand.
        let new = json!({ "fields": { "first_name": "Fay" }, "tags": ["VIP"] });
        let made = app.post(&token, "/contacts", &new).ok(201);
        let path = format!("/contacts/{}", made["id"]);
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("if-match", "\"1\"")];
        let change =
            json!({ "fields": { "first_name": "May", "last_name": "Be" }, "tags": ["Gold"] })
                .to_string();
        let whole = format!("/api/v1{path}");
        let changed = app.send("PATCH", &whole, &headers, change.as_bytes());
        let _ = changed.ok(200);
        let tags = app.get(&token, "/workspace").ok(200)["tags"].clone();
        let vip = &tags
            .as_array()
            .unwrap()
            .iter()
            .find(|tag| tag["name"] == "VIP")
            .unwrap()["id"];
        let renamed = app.call(
            &token,
            "PATCH",
            &format!("/tags/{vip}"),
            br#"{"name":"Very"}"#,
        );
        assert_eq!(renamed.status, 204);
        host.follow(limit);
        host.check();
        assert_eq!(host.by[5..], vec![(Value::Null, false); 3]);
        // What was imported is taken back, in part and as a whole.
        let chosen = json!({ "fields": ["last_name", "tags"] });
        let _ = super::undo(&app, &token, &second, &chosen);
        host.follow(limit);
        host.check();
        let _ = super::undo(&app, &token, &second, &json!({}));
        let _ = super::undo(&app, &token, &first, &json!({}));
        assert_eq!(app.call(&token, "DELETE", &path, b"").status, 204);
        let before = host.by.len();
        host.follow(limit);
        host.check();
        let undone = [&second, &first].map(|import| (import.clone(), true));
        let by: BTreeSet<String> = host.by[8..].iter().map(|by| format!("{by:?}")).collect();
        let expected = undone.into_iter().chain([(Value::Null, false)]);
        let expected: BTreeSet<String> = expected.map(|by| format!("{by:?}")).collect();
        assert_eq!(by, expected);
        assert!(before > 8);
        // From now on there is nothing.
        let now = app.get(&token, "/changes").ok(200);
        assert_eq!(
            now,
            json!({ "changes": [], "next": host.cursor, "more": false })
        );
    }
}

#[test]
fn nothing_is_missed_while_many_write() {
    let app = App::with(|config| {
        config.token_rate = 0;
        config.workspace_rate = 0;
        config.workers = 4;
    });
    let token = super::owner("acme");
    let mut host = Host::new(&app, "acme");
    let planned = Import::plan(&app, &token, &super::people(300), super::names("add"));
    let (writers, edits) = (4_usize, 40_usize);
    std::thread::scope(|scope| {
        for writer in 0..writers {
            let (app, token) = (&app, &token);
            scope.spawn(move || {
                for n in 0..edits {
                    let new = json!({ "fields": { "first_name": format!("{writer}-{n}") } });
                    let made = app.post(token, "/contacts", &new).ok(201);
                    if n % 3 == 0 {
                        let path = format!("/contacts/{}", made["id"]);
                        assert_eq!(app.call(token, "DELETE", &path, b"").status, 204);
                    }
                }
            });
        }
        scope.spawn(|| {
            let _ = planned.run();
        });
        let all = writers * edits + writers * edits.div_ceil(3) + 300;
        let patience = Instant::now() + Duration::from_secs(60);
        while host.by.len() < all {
            host.follow(50);
            assert!(Instant::now() < patience, "{} of {all}", host.by.len());
        }
        assert_eq!(host.by.len(), all);
    });
    host.follow(50);
    host.check();
}

#[test]
fn what_is_older_than_seven_days_is_gone() {
    let app = App::with(|config| config.sweep_seconds = 1);
    let token = super::owner("acme");
    let _ = super::import(&app, &token, "add", &super::people(3));
    let mut host = Host::new(&app, "acme");
    host.follow(2);
    let get = |after: &str| app.get(&token, &format!("/changes?after={after}"));
    // Old enough, though nobody has swept yet.
    app.execute("UPDATE changes SET at = at - 604800000");
    let _ = get("0").refused(410, "changes_expired");
    let _ = get("0-2").refused(410, "changes_expired");
    assert_eq!(get(&host.cursor).ok(200)["changes"], json!([]));
    app.execute("UPDATE changes SET at = at + 604800000");
    assert_eq!(get("0-2").ok(200)["changes"].as_array().unwrap().len(), 1);
    let week = Duration::from_secs(7 * 24 * 60 * 60 + 60);
    app.clock.advance(week);
    let patience = Instant::now() + Duration::from_secs(30);
    while app.number("SELECT count(*) AS n FROM changes") > 0 {
        assert!(Instant::now() < patience, "nobody sweeps");
        std::thread::sleep(Duration::from_millis(50));
    }
    let _ = get("0").refused(410, "changes_expired");
    // Whoever had read all goes on.
    let new = json!({ "fields": { "first_name": "Late" } });
    let _ = app.post(&token, "/contacts", &new).ok(201);
    host.follow(10);
    assert_eq!(host.by.len(), 4);
    // Cursors that this feed never gave.
    let _ = get("99").refused(410, "changes_expired");
    for cursor in ["x", "", "-1", "1-", "1e3", "%00", "99999999999999999999"] {
        let _ = get(cursor).refused(400, "bad_request");
    }
}

#[test]
fn whoever_is_deleted_is_forgotten() {
    let app = App::start();
    let token = super::owner("acme");
    let csv = "Phone,First,Last\n+60123456789,Ann,Secretson\n+60123456780,Ben,Known\n";
    let ended = super::import(&app, &token, "add", csv);
    let people = app.get(&token, "/contacts").ok(200)["contacts"].clone();
    let path = format!("/contacts/{}", people[0]["id"]);
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("if-match", "\"1\"")];
    let edit = json!({ "fields": { "last_name": "Hidden" }, "tags": ["Secret"] }).to_string();
    let edited = app.send(
        "PATCH",
        &format!("/api/v1{path}"),
        &headers,
        edit.as_bytes(),
    );
    let _ = edited.ok(200);
    let other = "Phone,First,Last\n+60123456789,Ann,Secretdaughter\n";
    let second = super::import(&app, &token, "update", other);
    let _ = super::undo(&app, &token, &second.0["id"], &json!({}));
    let said = || app.get(&token, "/changes?after=0").text().to_owned();
    for word in [
        "+60123456789",
        "Secretson",
        "Hidden",
        "Secret\"",
        "Secretdaughter",
    ] {
        assert!(said().contains(word), "{word}");
    }
    assert_eq!(app.call(&token, "DELETE", &path, b"").status, 204);
    let left = said();
    for word in ["+60123456789", "Ann", "Secret", "Hidden"] {
        assert!(!left.contains(word), "{word}: {left}");
    }
    assert!(left.contains("Known"));
    // Somebody who follows from the beginning still sees it come and go.
    let mut host = Host::new(&app, "acme");
    host.follow(1);
    host.check();
    assert_eq!(host.by[0].0, ended.0["id"]);
}
