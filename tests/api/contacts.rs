use muster_tests::App;
use serde_json::json;

#[test]
fn stores_what_the_core_accepts() {
    let app = App::start();
    let token = super::owner("acme");
    let body = json!({ "fields": { "first_name": "Zoë", "phone": "+60123456789" }, "tags": ["VIP", "vip"] });
    let created = app.post(&token, "/contacts", &body).ok(201);
    assert_eq!(
        (created["version"].as_u64(), &created["tags"]),
        (Some(1), &json!(["VIP"]))
    );
    let check = |fields: serde_json::Value, issue: &str| {
        let problem = app
            .post(&token, "/contacts", &json!({ "fields": fields }))
            .refused(422, "contact_invalid");
        assert_eq!(problem["issue"], issue);
    };
    check(json!({}), "first_name_required");
    check(json!({ "first_name": " Zoë" }), "refused_by_server");
    check(
        json!({ "first_name": "Zoë", "phone": "123" }),
        "phone_too_short",
    );
    check(
        json!({ "first_name": "Zoë", "email": "nope" }),
        "email_invalid",
    );
    check(
        json!({ "first_name": "Zoë", "country": "Malaysia" }),
        "refused_by_server",
    );
    check(
        json!({ "first_name": "Zoë", "contact_id": "7" }),
        "field_unknown",
    );
    check(json!({ "first_name": "Zoë", "nope": "x" }), "field_unknown");
    let tag = json!({ "fields": { "first_name": "Zoë" }, "tags": ["a,b"] });
    let _ = app
        .post(&token, "/contacts", &tag)
        .refused(422, "contact_invalid");
    let _ = app
        .post(&token, "/contacts", &json!({ "nope": 1 }))
        .refused(400, "bad_request");
    assert_eq!(app.number("SELECT count(*) AS n FROM contacts"), 1);
}

#[test]
fn changes_what_was_read() {
    let app = App::start();
    let token = super::owner("acme");
    let bearer = format!("Bearer {token}");
    let _ = super::import(&app, &token, "add", &super::people(2));
    let change = |version: Option<&str>, body: &str| {
        let mut headers = vec![("authorization", bearer.as_str())];
        headers.extend(version.map(|version| ("if-match", version)));
        app.send("PATCH", "/api/v1/contacts/1", &headers, body.as_bytes())
    };
    let body = r#"{"fields":{"phone":"+60129999999","last_name":null}}"#;
    let _ = change(None, body).refused(428, "version_required");
    let _ = change(Some("x"), body).refused(400, "bad_request");
    let _ = change(Some("\"7\""), body).refused(412, "version_mismatch");
    let _ = change(Some("\"1\""), "{").refused(400, "bad_request");
    let changed = change(Some("\"1\""), body);
    assert_eq!(changed.header("etag"), "\"2\"");
    let changed = changed.ok(200);
    assert_eq!(
        changed["fields"],
        json!({ "phone": "+60129999999", "first_name": "First 0" })
    );
    let _ = change(Some("\"1\""), body).refused(412, "version_mismatch");
    // The fingerprint follows: the new number is found, the old one is free.
    let found = super::import(
        &app,
        &token,
        "add",
        "Phone,First,Last\n+60129999999,X,\n+60123000000,Y,\n",
    );
    assert_eq!(found.counts(), [1, 0, 0, 1, 0]);
}

#[test]
fn lists_and_searches_in_pages() {
    let app = App::start();
    let token = super::owner("acme");
    let _ = super::import(&app, &token, "add", &super::people(12));
    let ids = |query: &str| {
        let page = app.get(&token, &format!("/contacts?{query}")).ok(200);
        let ids: Vec<u64> = page["contacts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["id"].as_u64().unwrap())
            .collect();
        (ids, page["next"].as_u64())
    };
    assert_eq!(ids("limit=5"), (vec![1, 2, 3, 4, 5], Some(5)));
    assert_eq!(ids("limit=5&after=10"), (vec![11, 12], None));
    assert_eq!(ids("search=first%2011"), (vec![12], None));
    assert_eq!(ids("search=3000003"), (vec![4], None));
    // What a pattern would mean is searched as it is.
    assert_eq!(ids("search=%25"), (vec![], None));
    assert_eq!(ids("search=_"), (vec![], None));
    assert_eq!(ids("search=%00"), (vec![], None));
    let _ = app
        .get(&token, "/contacts?limit=x")
        .refused(400, "bad_request");
    assert_eq!(
        app.get(&token, "/contacts/3").ok(200)["fields"]["first_name"],
        "First 2"
    );
}
