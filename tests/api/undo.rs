//! Undo, by value: whole, by field, of imports that others followed.

#![expect(
    clippy::unwrap_used,
    reason = "a failure here is a failure of the test that asked"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use muster_tests::{App, Ended, Import};
use serde_json::{Value, json};

/// An import that brings tags, too.
fn description(tags: &[&str]) -> Value {
    let mut description = super::names("add_and_update");
    let columns = description["columns"].as_array_mut().unwrap();
    columns.push(json!({ "index": 3, "field": "tags" }));
    description["tags"] = json!(tags);
    description
}

fn import(app: &App, token: &str, csv: &str, tags: &[&str]) -> Ended {
    Import::plan(app, token, csv, description(tags)).run()
}

/// Asks for an undo and waits for its end; gives contacts restored, deleted and left alone.
fn undo(app: &App, token: &str, id: &Value, ask: &Value) -> [u64; 3] {
    counts(&super::undo(app, token, id, ask))
}

fn counts(undo: &Value) -> [u64; 3] {
    assert!(undo["finished_at"].is_string());
    ["restored", "deleted", "kept"].map(|name| undo[name].as_u64().unwrap())
}

/// First name, last name and tags of all contacts by phone.
fn contacts(app: &App, token: &str) -> BTreeMap<String, Contact> {
    let page = app.get(token, "/contacts?limit=1000").ok(200);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let read = |one: &Value| {
        let fields = &one["fields"];
        let contact = Contact {
            names: [text(&fields["first_name"]), text(&fields["last_name"])],
            tags: one["tags"].as_array().unwrap().iter().map(text).collect(),
        };
        (text(&fields["phone"]), contact)
    };
    page["contacts"]
        .as_array()
        .unwrap()
        .iter()
        .map(read)
        .collect()
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Contact {
    names: [String; 2],
    tags: BTreeSet<String>,
}

fn edit(app: &App, token: &str, id: u64, change: &Value) {
    let path = format!("/contacts/{id}");
    let version = app.get(token, &path).ok(200)["version"].to_string();
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("if-match", &version)];
    let path = format!("/api/v1{path}");
    let _ = app
        .send("PATCH", &path, &headers, change.to_string().as_bytes())
        .ok(200);
}

const BEFORE: &str = "Phone,First,Last,Tags\n+60120000001,Ann,Old,VIP\n+60120000002,Ben,Old,\n";
const AFTER: &str = "Phone,First,Last,Tags\n+60120000001,Anna,New,Gold\n+60120000002,Ben,New,\n+60120000003,Cid,New,\n";

#[test]
fn takes_a_whole_import_back() {
    let app = App::start();
    let token = super::owner("acme");
    let _ = import(&app, &token, BEFORE, &[]);
    let before = contacts(&app, &token);
    let ended = import(&app, &token, AFTER, &["Imported"]);
    assert_eq!(ended.counts(), [1, 2, 0, 0, 0]);
    let id = &ended.0["id"];
    assert_eq!(undo(&app, &token, id, &json!({})), [2, 1, 0]);
    assert_eq!(contacts(&app, &token), before);
    // The tags that it brought are gone with it; the counts of the import stay.
    let tags = app.get(&token, "/workspace").ok(200)["tags"].clone();
    assert_eq!(tags.as_array().unwrap().len(), 1, "{tags}");
    let view = app.get(&token, &format!("/imports/{id}")).ok(200);
    assert_eq!(
        (&view["status"], &view["counts"]),
        (&json!("completed"), &ended.0["counts"])
    );
    // Once more there is nothing to do.
    assert_eq!(undo(&app, &token, id, &json!({})), [0, 0, 0]);
    assert_eq!(contacts(&app, &token), before);
    app.data.check_integrity();
}

#[test]
fn takes_chosen_fields_back_and_keeps_the_rest() {
    let app = App::start();
    let token = super::owner("acme");
    let _ = import(&app, &token, BEFORE, &[]);
    let ended = import(&app, &token, AFTER, &["Imported"]);
    let id = &ended.0["id"];
    let ask = json!({ "fields": ["last_name"] });
    assert_eq!(undo(&app, &token, id, &ask), [2, 0, 0]);
    let names: Vec<[String; 2]> = contacts(&app, &token)
        .into_values()
        .map(|one| one.names)
        .collect();
    assert_eq!(names, [["Anna", "Old"], ["Ben", "Old"], ["Cid", "New"]]);
    let ask = json!({ "fields": ["tags"] });
    assert_eq!(undo(&app, &token, id, &ask), [2, 0, 0]);
    let all = contacts(&app, &token);
    assert_eq!(all["+60120000001"].tags, BTreeSet::from(["VIP".to_owned()]));
    assert_eq!(
        all["+60120000003"].tags,
        BTreeSet::from(["Imported".to_owned()])
    );
    // Then the rest, the new contact too: it is as the import left it.
    assert_eq!(undo(&app, &token, id, &json!({})), [1, 1, 0]);
}

#[test]
fn leaves_alone_what_was_changed_since_and_lists_it() {
    let app = App::start();
    let token = super::owner("acme");
    let _ = import(&app, &token, BEFORE, &[]);
    let ended = import(&app, &token, AFTER, &["Imported"]);
    let id = &ended.0["id"];
    edit(
        &app,
        &token,
        1,
        &json!({ "fields": { "last_name": "=Theirs" } }),
    );
    edit(&app, &token, 3, &json!({ "fields": { "country": "MY" } }));
    app.execute("DELETE FROM contacts WHERE id = 2");
    assert_eq!(undo(&app, &token, id, &json!({})), [1, 0, 3]);
    let all = contacts(&app, &token);
    assert_eq!(all["+60120000001"].names, ["Ann", "=Theirs"]);
    assert_eq!(all["+60120000003"].names, ["Cid", "New"]);
    let file = app.get(&token, &format!("/imports/{id}/undo.csv"));
    assert_eq!(
        file.text(),
        "\u{feff}Row,Reason,Contact ID,Identifier,Field,Before import,Imported,Now\r\n\
         2,changed,1,'+60120000001,last_name,Old,New,'=Theirs\r\n\
         3,gone,2,'+60120000002,,,,\r\n\
         4,contact_changed,3,'+60120000003,,,,\r\n"
    );
}

#[test]
fn refuses_what_cannot_be_undone() {
    let app = App::start();
    let token = super::owner("acme");
    let open = Import::plan(&app, &token, BEFORE, description(&[]))
        .open()
        .upload();
    let path = |id: &Value, what: &str| format!("/imports/{id}/{what}");
    let undo = |id: &Value, ask: Value| app.post(&token, &path(id, "undo"), &ask);
    let open: Value = open.id.into();
    let _ = undo(&open, json!({})).refused(409, "import_uploading");
    let _ = undo(&json!(999), json!({})).refused(404, "not_found");
    let ended = import(&app, &token, AFTER, &[]);
    let id = &ended.0["id"];
    let _ = app
        .get(&token, &path(id, "undo.csv"))
        .refused(409, "not_undone");
    for fields in [
        json!([]),
        json!(["country"]),
        json!(["nope"]),
        json!(["contact_id"]),
    ] {
        let _ = undo(id, json!({ "fields": fields })).refused(422, "undo_invalid");
    }
    let _ = undo(id, json!({ "nope": 1 })).refused(400, "bad_request");
    app.execute(
        "UPDATE imports SET finished_at = finished_at - 8 * 24 * 3600000 WHERE state = 'completed'",
    );
    let _ = undo(id, json!({})).refused(410, "results_expired");
    assert_eq!(
        app.call(&token, "DELETE", &path(&open, ""), b"").status,
        404
    );
    assert_eq!(
        app.call(&token, "DELETE", &format!("/imports/{open}"), b"")
            .status,
        204
    );
}

#[test]
fn waits_for_the_import_that_is_being_applied() {
    let app = App::start();
    let token = super::owner("acme");
    let first = super::import(&app, &token, "add", &super::people(10));
    let id = &first.0["id"];
    let _ = super::import(&app, &token, "add", &super::people(11));
    app.hold();
    let csv = super::people(20_000);
    let second = Import::plan(&app, &token, &csv, super::names("add_and_update"))
        .open()
        .upload();
    let _ = second.commit().ok(202);
    let ask = |ask: Value| app.post(&token, &format!("/imports/{id}/undo"), &ask);
    // Asked for twice, it is done once; another one has to wait for its end.
    for _ in 0..2 {
        assert_eq!(ask(json!({})).ok(202)["undo"]["status"], "queued");
    }
    let _ = ask(json!({ "fields": ["last_name"] })).refused(409, "undo_running");
    app.release();
    let status = |path: String| app.get(&token, &path).ok(200);
    loop {
        let undo = status(format!("/imports/{id}"))["undo"]["status"].clone();
        if status(format!("/imports/{}", second.id))["status"] != "processing" {
            break;
        }
        assert_eq!(undo, "queued");
        // Nobody may ask as often as that.
        std::thread::sleep(Duration::from_millis(50));
    }
    let counts = counts(&super::until_undone(&app, &token, id));
    assert_eq!(counts, [0, 10, 0]);
    assert_eq!(app.number("SELECT count(*) AS n FROM contacts"), 19_990);
}

/// The rules once more, apart from the server: what imports wrote, and how much of it an undo takes back.
#[derive(Default)]
struct Model {
    contacts: BTreeMap<String, Contact>,
}

enum Done {
    New(Contact),
    Changed([Option<(String, String)>; 2], BTreeSet<String>),
}

impl Model {
    fn import(&mut self, rows: &[(String, Contact)]) -> Vec<(String, Done)> {
        let mut journal = Vec::new();
        for (phone, row) in rows {
            let Some(contact) = self.contacts.get_mut(phone) else {
                self.contacts.insert(phone.clone(), row.clone());
                journal.push((phone.clone(), Done::New(row.clone())));
                continue;
            };
            let mut changes = [None, None];
            for (n, change) in changes.iter_mut().enumerate() {
                let (old, new) = (contact.names[n].clone(), row.names[n].clone());
                if !new.is_empty() && old != new {
                    contact.names[n].clone_from(&new);
                    *change = Some((old, new));
                }
            }
            let gained: BTreeSet<String> = row.tags.difference(&contact.tags).cloned().collect();
            contact.tags.extend(gained.iter().cloned());
            journal.push((phone.clone(), Done::Changed(changes, gained)));
        }
        journal
    }

    /// Contacts restored, deleted and left alone.
    fn undo(&mut self, journal: &[(String, Done)], whole: bool) -> [u64; 3] {
        let [mut restored, mut deleted, mut kept] = [0; 3];
        for (phone, done) in journal {
            match (done, self.contacts.get_mut(phone)) {
                (Done::New(_), None) => {}
                (Done::New(left), Some(now)) if whole && left == now => {
                    self.contacts.remove(phone);
                    deleted += 1;
                }
                (Done::New(_), Some(_)) => kept += u64::from(whole),
                (Done::Changed(changes, gained), None) => {
                    let first = whole && (changes[0].is_some() || !gained.is_empty());
                    kept += u64::from(first || changes[1].is_some());
                }
                (Done::Changed(changes, gained), Some(now)) => {
                    let (mut touched, mut other) = (false, false);
                    // By field it is the last name only.
                    let names = now.names.iter_mut().zip(changes);
                    for (name, change) in names.skip(usize::from(!whole)) {
                        let Some((old, new)) = change else {
                            continue;
                        };
                        if name == new {
                            name.clone_from(old);
                            touched = true;
                        } else {
                            other |= name != old;
                        }
                    }
                    for tag in gained.iter().filter(|_| whole) {
                        touched |= now.tags.remove(tag);
                    }
                    restored += u64::from(touched);
                    kept += u64::from(other);
                }
            }
        }
        [restored, deleted, kept]
    }
}

#[test]
fn undoes_imports_that_others_followed_as_the_model_says() {
    /// Numbers that look random.
    struct Numbers(u64);
    impl Numbers {
        fn below(&mut self, bound: u64) -> u64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % bound
        }
    }
    let app = App::start();
    for seed in 0..20 {
        let token = super::owner(&format!("acme-{seed}"));
        let mut numbers = Numbers(seed);
        let mut model = Model::default();
        let mut done = Vec::new();
        for _ in 0..3 {
            let mut rows = Vec::new();
            let mut csv = String::from("Phone,First,Last,Tags\n");
            for n in 0..8 {
                if numbers.below(3) == 0 {
                    continue;
                }
                let first = format!("F{}", numbers.below(2));
                let last = ["", "L1", "L2"][numbers.below(3) as usize];
                let tag = ["", "T1", "T2"][numbers.below(3) as usize];
                csv += &format!("+6012000000{n},{first},{last},{tag}\n");
                let tags = (!tag.is_empty())
                    .then(|| tag.to_owned())
                    .into_iter()
                    .collect();
                let contact = Contact {
                    names: [first, last.into()],
                    tags,
                };
                rows.push((format!("+6012000000{n}"), contact));
            }
            csv += "+60120000009,Last,Row,\n";
            let last = Contact {
                names: ["Last".into(), "Row".into()],
                ..Contact::default()
            };
            rows.push(("+60120000009".into(), last));
            let ended = import(&app, &token, &csv, &[]);
            done.push((ended.0["id"].clone(), model.import(&rows)));
            assert_eq!(contacts(&app, &token), model.contacts, "seed {seed}");
        }
        while !done.is_empty() {
            // Mostly the newest first, as people do.
            let newest = done.len() as u64 - 1;
            let at = if numbers.below(3) == 0 {
                numbers.below(newest + 1)
            } else {
                newest
            };
            let (id, journal) = done.remove(at as usize);
            let whole = numbers.below(3) > 0;
            let ask = if whole {
                json!({})
            } else {
                json!({ "fields": ["last_name"] })
            };
            let counts = undo(&app, &token, &id, &ask);
            assert_eq!(counts, model.undo(&journal, whole), "seed {seed}");
            assert_eq!(contacts(&app, &token), model.contacts, "seed {seed}");
        }
    }
}
