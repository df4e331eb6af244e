//! Contacts that change between the preview and the import: by other imports, and by people.

use std::collections::{BTreeMap, BTreeSet};

use muster_tests::{App, Import, SECRET, claims, sign};
use serde_json::{Value, json};

use crate::evidence;
use crate::harness::{Random, counts, database, times, turn};

const ROWS: usize = 200;

/// A server for ourselves, and a token.
fn start() -> (App, String) {
    let app = App::with(|config| {
        config.token_rate = 0;
        config.workspace_rate = 0;
    });
    (app, sign(&claims("acme", "owner"), SECRET))
}

fn names(purpose: &str) -> Value {
    json!({
        "purpose": purpose, "identifiers": ["phone"],
        "columns": [{ "index": 0, "field": "phone" }, { "index": 1, "field": "first_name" }],
    })
}

fn csv<'a>(rows: impl IntoIterator<Item = (&'a String, &'a String)>) -> String {
    let lines = rows
        .into_iter()
        .map(|(phone, name)| format!("{phone},{name}\n"));
    format!("Phone,First\n{}", lines.collect::<String>())
}

fn phone(n: u64) -> String {
    format!("+6012{:07}", 3_000_000 + n)
}

/// First name and version by phone.
type Model = BTreeMap<String, (String, i64)>;

fn stored(app: &App, token: &str) -> Model {
    let page = app.get(token, "/contacts?limit=1000").ok(200);
    let contacts = page["contacts"].as_array().unwrap();
    let read = |contact: &Value| {
        let text = |field: &str| contact["fields"][field].as_str().unwrap().to_owned();
        let version = contact["version"].as_i64().unwrap();
        (text("phone"), (text("first_name"), version))
    };
    let model: Model = contacts.iter().map(read).collect();
    assert_eq!(model.len(), contacts.len(), "a copy");
    model
}

/// What an import that was planned on some contacts comes to on those that there are by now.
fn apply(
    purpose: &str,
    rows: &BTreeMap<String, String>,
    planned: &Model,
    model: &mut Model,
) -> [u64; 5] {
    let [mut new, mut updated, mut unchanged, mut skipped, mut error] = [0; 5];
    for (phone, name) in rows {
        let now = model.get(phone).cloned();
        match (purpose, planned.get(phone), now) {
            ("add", Some(_), _) | ("update", None, _) => skipped += 1,
            (_, None, None) => {
                model.insert(phone.clone(), (name.clone(), 1));
                new += 1;
            }
            ("add", None, Some(_)) => skipped += 1,
            (_, None, Some(_)) => error += 1,
            (_, Some((seen, _)), _) if seen == name => unchanged += 1,
            (_, Some(_), Some((held, _))) if held == *name => unchanged += 1,
            (_, Some((seen, _)), Some((held, version))) if held == *seen => {
                model.insert(phone.clone(), (name.clone(), version + 1));
                updated += 1;
            }
            (_, Some(_), _) => error += 1,
        }
    }
    [new, updated, unchanged, skipped, error]
}

#[test]
fn imports_of_the_same_contacts_at_once_end_as_one_after_the_other() {
    let _turn = turn();
    let (app, token) = start();
    let mut random = Random::new();
    let rounds = times(20, 200);
    let (mut model, mut conflicts) = (Model::new(), 0);
    for round in 0..rounds {
        let clients = 2 + random.below(4);
        let files: Vec<(&str, BTreeMap<String, String>)> = (0..clients)
            .map(|client| {
                let purposes = ["add", "update", "add_and_update"];
                let purpose = purposes[usize::try_from(random.below(3)).unwrap()];
                // Half of the people are known to several; each round brings some.
                let rows = (0..40).map(|_| {
                    let person = u64::from(round) * 3 + random.below(60);
                    (
                        phone(person),
                        format!("R{round} C{}", client.min(random.below(6))),
                    )
                });
                (purpose, rows.collect())
            })
            .collect();
        // All look before any of them is applied.
        let mut imports: Vec<Import<'_>> = files
            .iter()
            .map(|(purpose, rows)| Import::plan(&app, &token, &csv(rows), names(purpose)).open())
            .collect();
        imports = imports.into_iter().map(Import::upload).collect();
        let ended: Vec<Value> = std::thread::scope(|scope| {
            let running: Vec<_> = imports
                .iter()
                .map(|import| {
                    scope.spawn(|| {
                        let _ = import.commit().ok(202);
                        import.wait().0
                    })
                })
                .collect();
            running.into_iter().map(|one| one.join().unwrap()).collect()
        });
        // In the order in which they ended; each of them is applied as a whole.
        let place = |at: &usize| {
            let id = &ended[*at]["id"];
            let query = format!(
                "SELECT id AS n FROM webhook_outbox WHERE body LIKE '%\"import_id\":{id},%'"
            );
            app.number(&query)
        };
        let mut order: Vec<usize> = (0..files.len()).collect();
        order.sort_by_key(place);
        let planned = model.clone();
        for at in order {
            let (purpose, rows) = &files[at];
            let expected = apply(purpose, rows, &planned, &mut model);
            let context = format!("round {round}, {purpose}, seed {}", random.seed);
            assert_eq!(counts(&ended[at]), expected, "{context}");
            conflicts += expected[4];
        }
        assert_eq!(
            stored(&app, &token),
            model,
            "round {round}, seed {}",
            random.seed
        );
    }
    assert!(conflicts > 0);
    evidence::count(
        rounds,
        &format!(
            "times 2 to 5 imports of the same contacts at once on {}",
            database()
        ),
        &format!(
            "as one after the other; {conflicts} conflicts, seed {}",
            random.seed
        ),
    );
}

#[test]
fn edits_after_the_preview_are_not_overwritten() {
    let _turn = turn();
    let (app, token) = start();
    let mut random = Random::new();
    let runs = times(5, 200);
    let bearer = format!("Bearer {token}");
    for run in 0..runs {
        let base = u64::from(run) * ROWS as u64;
        let people = (0..ROWS as u64).map(|n| (phone(base + n), format!("Old {n}")));
        let people: BTreeMap<String, String> = people.collect();
        let first = Import::plan(&app, &token, &csv(&people), names("add")).run();
        let path = format!("/contacts?import={}&limit=1000", first.0["id"]);
        let contacts = app.get(&token, &path).ok(200)["contacts"].clone();
        let contacts = contacts.as_array().unwrap();
        let renamed: BTreeMap<String, String> = people
            .keys()
            .map(|phone| (phone.clone(), format!("New {phone}")))
            .collect();
        let import = Import::plan(&app, &token, &csv(&renamed), names("update"))
            .open()
            .upload();
        // A tenth in the field that the import writes, a tenth in another one or a tag.
        let mut chosen = BTreeSet::new();
        while chosen.len() < ROWS / 5 {
            chosen.insert(usize::try_from(random.below(ROWS as u64)).unwrap());
        }
        let (mut touched, mut others) = (BTreeSet::new(), BTreeSet::new());
        for (n, at) in chosen.into_iter().enumerate() {
            let id = contacts[at]["id"].as_i64().unwrap();
            let edit = match n % 4 {
                0 | 2 => json!({ "fields": { "first_name": "Edited" } }),
                1 => json!({ "fields": { "last_name": "Edited" } }),
                _ => json!({ "tags": ["Edited"] }),
            };
            if n % 2 == 0 {
                &mut touched
            } else {
                &mut others
            }
            .insert(id);
            let headers = [("authorization", bearer.as_str()), ("if-match", "\"1\"")];
            let path = format!("/api/v1/contacts/{id}");
            let _ = app
                .send("PATCH", &path, &headers, edit.to_string().as_bytes())
                .ok(200);
        }
        let _ = import.commit().ok(202);
        let ended = import.wait().0;
        let (all, tenth) = (ROWS as u64, ROWS as u64 / 10);
        assert_eq!(counts(&ended), [0, all - tenth, 0, 0, tenth]);
        assert_eq!(
            ended["errors_by_code"],
            json!({ "changed_since_preview": tenth })
        );
        for contact in app.get(&token, &path).ok(200)["contacts"]
            .as_array()
            .unwrap()
        {
            let id = contact["id"].as_i64().unwrap();
            let fields = &contact["fields"];
            let name = fields["first_name"].as_str().unwrap();
            let (was_touched, was_edited) = (touched.contains(&id), others.contains(&id));
            assert_eq!(name == "Edited", was_touched, "{contact}");
            assert_eq!(name.starts_with("New"), !was_touched, "{contact}");
            let edited = fields["last_name"] == "Edited" || contact["tags"] == json!(["Edited"]);
            assert_eq!(edited, was_edited, "{contact}");
            assert_eq!(contact["version"], if was_edited { 3 } else { 2 });
        }
    }
    evidence::count(
        runs * u32::try_from(ROWS / 5).unwrap(),
        &format!(
            "contacts edited between preview and apply on {}",
            database()
        ),
        &format!("0 overwritten, seed {}", random.seed),
    );
}
