//! `GET /contacts.csv`, and what narrows a list of contacts.

use muster_tests::{App, Import};
use serde_json::json;

/// Values that a spreadsheet or a careless reader would change.
const ODD: [&str; 8] = [
    "=1+1",
    "+60",
    "-5",
    "@home",
    "'tis",
    "a \"quoted\", one",
    "two\nlines",
    "Ünï ☃",
];

#[test]
fn what_is_exported_is_imported_unchanged() {
    let app = App::start();
    let token = super::owner("acme");
    for field in [
        json!({ "key": "note", "name": "Note", "type": "text" }),
        json!({ "key": "plan", "name": "=Plan", "type": "list", "options": ["Gold"] }),
        json!({ "key": "paid", "name": "Paid", "type": "number" }),
        json!({ "key": "vip", "name": "Vip", "type": "checkbox" }),
    ] {
        let _ = app.post(&token, "/fields", &field).ok(201);
    }
    for (n, odd) in ODD.iter().enumerate() {
        let contact = json!({
            "fields": {
                "first_name": odd, "phone": format!("+6012345678{n}"), "email": format!("a{n}@example.com"),
                "note": odd, "plan": "Gold", "paid": format!("-{n}.5"), "vip": "true", "country": "MY",
                "language": "ms",
            },
            "tags": [format!("-t{n}"), "VIP"],
        });
        let _ = app.post(&token, "/contacts", &contact).ok(201);
    }
    let _ = app
        .post(
            &token,
            "/contacts",
            &json!({ "fields": { "first_name": "Bare" } }),
        )
        .ok(201);
    let answer = app.get(&token, "/contacts.csv");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    let csv = answer.text();
    assert_eq!(
        csv.trim_start_matches('\u{feff}').lines().next(),
        Some(
            "Contact ID,First Name,Last Name,Phone Number,Email,Country,Language,Tags,Note,'=Plan,Paid,Vip"
        )
    );
    // In a spreadsheet none of it is a formula.
    let mut reader = csv::Reader::from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
    for record in reader.records() {
        for cell in &record.unwrap() {
            assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
        }
    }
    let keys = [
        "contact_id",
        "first_name",
        "last_name",
        "phone",
        "email",
        "country",
        "language",
        "tags",
        "note",
        "plan",
        "paid",
        "vip",
    ];
    let column = |(index, key): (usize, &&str)| {
        // What is empty in the file would be emptied, if the contact had it.
        let keeps = ["contact_id", "first_name", "tags"].contains(key);
        let policy = if keeps {
            "overwrite"
        } else {
            "overwrite_and_clear"
        };
        json!({ "index": index, "field": key, "policy": policy })
    };
    let columns: Vec<_> = keys.iter().enumerate().map(column).collect();
    let description =
        json!({ "purpose": "update", "identifiers": ["contact_id"], "columns": columns });
    let ended = Import::plan(&app, &token, csv, description).run();
    assert_eq!(ended.counts(), [0, 0, ODD.len() as u64 + 1, 0, 0]);
    assert_eq!(app.number("SELECT max(version) AS n FROM contacts"), 1);
}

#[test]
fn contacts_are_found_by_text_tag_and_import() {
    let app = App::start();
    let token = super::owner("acme");
    let mut description = super::names("add_and_update");
    description["tags"] = json!(["Red"]);
    let first = Import::plan(&app, &token, &super::people(4), description.clone()).run();
    description["tags"] = json!(["blue"]);
    let csv = "Phone,First,Last\n+60123000003,First 3,Changed\n+60129999999,Zoe,\n";
    let second = Import::plan(&app, &token, csv, description).run();
    assert_eq!(second.counts(), [1, 1, 0, 0, 0]);
    let names = |query: &str| -> Vec<String> {
        let page = app.get(&token, &format!("/contacts?{query}")).ok(200);
        let all = page["contacts"].as_array().unwrap().iter();
        all.map(|one| one["fields"]["first_name"].as_str().unwrap().into())
            .collect()
    };
    let (one, two) = (&first.0["id"], &second.0["id"]);
    for (query, expected) in [
        (
            "tag=red".to_owned(),
            vec!["First 0", "First 1", "First 2", "First 3"],
        ),
        ("tag=Blue".to_owned(), vec!["First 3", "Zoe"]),
        ("tag=Nobody".to_owned(), vec![]),
        (
            format!("import={one}"),
            vec!["First 0", "First 1", "First 2", "First 3"],
        ),
        (format!("import={two}"), vec!["First 3", "Zoe"]),
        (format!("import={two}&tag=red"), vec!["First 3"]),
        (format!("import={two}&search=zo"), vec!["Zoe"]),
        ("search=+60129".replace('+', "%2B"), vec!["Zoe"]),
        (format!("import={one}&limit=1"), vec!["First 0"]),
    ] {
        assert_eq!(names(&query), expected, "{query}");
        let all = !query.contains("limit");
        let lines = app
            .get(&token, &format!("/contacts.csv?{query}"))
            .text()
            .lines()
            .count();
        assert!(!all || lines == expected.len() + 1, "{query}");
    }
    let _ = app
        .get(&token, "/contacts?import=999")
        .refused(404, "not_found");
    let other = super::owner("other");
    let _ = app
        .get(&other, &format!("/contacts?import={one}"))
        .refused(404, "not_found");
    // When its rows are deleted, those that it created are known still.
    app.execute("DELETE FROM import_batches");
    assert_eq!(names(&format!("import={two}")), ["Zoe"]);
}
