//! `/fields` and `/tags`, and what an import creates of them.

use muster_tests::{App, Import};
use serde_json::{Value, json};

/// The custom fields and the tags of the workspace.
fn seen(app: &App, token: &str) -> (Value, Vec<String>) {
    let view = app.get(token, "/workspace").ok(200);
    let custom = view["fields"].as_array().map(|all| all[8..].to_vec());
    let tags = view["tags"].as_array().into_iter().flatten();
    let name = |tag: &Value| tag["name"].as_str().unwrap_or_default().to_owned();
    (json!(custom), tags.map(name).collect())
}

/// An import that maps a fourth column to a custom field.
fn description(field: &Value) -> Value {
    let mut description = super::names("add_and_update");
    if let Some(columns) = description["columns"].as_array_mut() {
        columns.push(json!({ "index": 3, "field": field["key"] }));
    }
    description["fields"] = json!([field]);
    description
}

const CSV: &str = "Phone,First,Last,Plan\n+60120000001,Ann,,Gold\n+60120000002,Ben,,free\n";

#[test]
fn an_import_creates_its_fields_and_options_and_undo_deletes_them() {
    let app = App::start();
    let token = super::owner("acme");
    let plan = json!({
        "key": "plan", "name": "Plan", "type": "list", "options": ["Free", "Gold"], "create": true,
    });
    let import = Import::plan(&app, &token, CSV, description(&plan))
        .open()
        .upload();
    // Until it is committed, there is none.
    assert_eq!(seen(&app, &token).0, json!([]));
    let _ = import.commit().ok(202);
    let first = import.wait();
    assert_eq!(first.counts(), [2, 0, 0, 0, 0]);
    let field = |options: Value| json!([{ "key": "plan", "name": "Plan", "type": "list", "options": options, "rule": "open" }]);
    assert_eq!(seen(&app, &token).0, field(json!(["Free", "Gold"])));
    let ann = &app.get(&token, "/contacts").ok(200)["contacts"][1]["fields"];
    assert_eq!(ann["plan"], "Free");
    // One that is there is used; it gains an option.
    let more = json!({
        "key": "plan", "name": "Plan", "type": "list", "create": true, "new_options": ["FREE", "Trial"],
    });
    let csv = "Phone,First,Last,Plan\n+60120000001,Ann,,Trial\n";
    let second = Import::plan(&app, &token, csv, description(&more)).run();
    assert_eq!(second.counts(), [0, 1, 0, 0, 0]);
    assert_eq!(
        seen(&app, &token).0,
        field(json!(["Free", "Gold", "Trial"]))
    );
    let undo = |ended: &muster_tests::Ended| {
        let _ = super::undo(&app, &token, &ended.0["id"], &json!({}));
    };
    // Whose contacts are gone, its field stays as long as another import's contact has a value.
    undo(&second);
    assert_eq!(seen(&app, &token).0, field(json!(["Free", "Gold"])));
    let other = r#"{"fields":{"first_name":"Cid","plan":"Gold"}}"#;
    let _ = app
        .call(&token, "POST", "/contacts", other.as_bytes())
        .ok(201);
    undo(&first);
    assert_eq!(seen(&app, &token).0, field(json!(["Free", "Gold"])));
    app.execute("DELETE FROM contacts");
    undo(&first);
    assert_eq!(seen(&app, &token).0, json!([]));
}

#[test]
fn a_field_that_became_another_one_stops_the_commit() {
    let app = App::start();
    let token = super::owner("acme");
    let plan = json!({ "key": "plan", "name": "Plan", "type": "text", "create": true });
    let import = Import::plan(&app, &token, CSV, description(&plan))
        .open()
        .upload();
    let number = json!({ "key": "plan", "name": "Plan", "type": "number" });
    let _ = app.post(&token, "/fields", &number).ok(201);
    let _ = import.commit().refused(409, "fields_changed");
    let path = format!("/imports/{}", import.id);
    assert_eq!(app.call(&token, "DELETE", &path, b"").status, 204);
    // And one that was closed.
    let _ = app.call(&token, "DELETE", "/fields/plan", b"");
    let import = Import::plan(&app, &token, CSV, description(&plan))
        .open()
        .upload();
    let closed = json!({ "key": "plan", "name": "Plan", "type": "text", "rule": "closed" });
    let _ = app.post(&token, "/fields", &closed).ok(201);
    let _ = import.commit().refused(409, "fields_changed");
    assert_eq!(
        app.call(&token, "DELETE", &path.replace('1', "2"), b"")
            .status,
        204
    );
}

#[test]
fn what_can_be_no_field_is_refused() {
    let app = App::start();
    let token = super::owner("acme");
    let good = json!({ "key": "plan", "name": "Plan", "type": "text" });
    let with = |name: &str, value: Value| {
        let mut other = good.clone();
        other[name] = value;
        other
    };
    for bad in [
        with("key", json!("Plan")),
        with("key", json!("")),
        with("key", json!("1plan")),
        with("key", json!("email")),
        with("key", json!("full_name")),
        with("key", json!("x".repeat(65))),
        with("name", json!("")),
        with("name", json!(" Plan")),
        with("name", json!("x".repeat(256))),
        with("type", json!("phone")),
        with("type", json!("tags")),
        with("options", json!(["A"])),
        json!({ "key": "plan", "name": "Plan", "type": "list", "options": ["A", "a"] }),
        json!({ "key": "plan", "name": "Plan", "type": "list", "options": [""] }),
    ] {
        let _ = app
            .post(&token, "/fields", &bad)
            .refused(422, "field_invalid");
        let mut plan = bad.clone();
        plan["create"] = json!(true);
        let mut request =
            Import::plan(&app, &token, &super::people(1), super::names("add")).request();
        request["import"]["fields"] = json!([plan]);
        let _ = app
            .post(&token, "/imports", &request)
            .refused(422, "import_invalid");
    }
    let _ = app.post(&token, "/fields", &good).ok(201);
    let _ = app
        .post(&token, "/fields", &good)
        .refused(409, "field_exists");
    let change = |key: &str, change: Value| {
        app.call(
            &token,
            "PATCH",
            &format!("/fields/{key}"),
            change.to_string().as_bytes(),
        )
    };
    let _ = change("plan", json!({ "options": ["A"] })).refused(422, "field_invalid");
    let _ = change("email", json!({ "name": "Mail" })).refused(422, "field_invalid");
    let changed = change("email", json!({ "rule": "only_where_empty" })).ok(200);
    assert_eq!(changed["rule"], "only_where_empty");
    let _ = app
        .call(&token, "DELETE", "/fields/email", b"")
        .refused(409, "in_use");
}

#[test]
fn what_is_in_use_stays() {
    let app = App::start();
    let token = super::owner("acme");
    for field in [
        json!({ "key": "plan", "name": "Plan", "type": "list", "options": ["Gold", "G%ld", "Old"] }),
        json!({ "key": "plan_2", "name": "Plan 2", "type": "text" }),
        json!({ "key": "plan12", "name": "Plan 12", "type": "text" }),
    ] {
        let _ = app.post(&token, "/fields", &field).ok(201);
    }
    let contact = json!({
        "fields": { "first_name": "Ann", "plan": "Gold", "plan12": "\"plan_2\":\"x\"" }, "tags": ["VIP", "Gone"],
    });
    let made = app.post(&token, "/contacts", &contact).ok(201);
    let patch =
        |path: &str, change: Value| app.call(&token, "PATCH", path, change.to_string().as_bytes());
    let delete = |path: &str| app.call(&token, "DELETE", path, b"");
    let refused = patch("/fields/plan", json!({ "options": ["G%ld", "Old"] }));
    assert_eq!(refused.refused(409, "in_use")["option"], "Gold");
    let changed = patch(
        "/fields/plan",
        json!({ "options": ["Gold", "New"], "name": "Tariff" }),
    );
    assert_eq!(changed.ok(200)["options"], json!(["Gold", "New"]));
    let _ = delete("/fields/plan").refused(409, "in_use");
    // A value that looks like another field's is none.
    assert_eq!(delete("/fields/plan_2").status, 204);
    assert_eq!(seen(&app, &token).0[0]["name"], "Tariff");

    let tags = app.get(&token, "/workspace").ok(200)["tags"].clone();
    let path = |n: usize| format!("/tags/{}", tags[n]["id"]);
    let _ = delete(&path(0)).refused(409, "in_use");
    let _ = patch(&path(0), json!({ "name": "gone" })).refused(409, "field_exists");
    let _ = patch(&path(0), json!({ "name": "a,b" })).refused(422, "field_invalid");
    assert_eq!(patch(&path(0), json!({ "name": "vip" })).status, 204);
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("if-match", "\"1\"")];
    let path_of_contact = format!("/api/v1/contacts/{}", made["id"]);
    let _ = app
        .send("PATCH", &path_of_contact, &headers, br#"{"tags":["VIP"]}"#)
        .ok(200);
    assert_eq!(delete(&path(1)).status, 204);
    assert_eq!(seen(&app, &token).1, ["vip"]);
}
