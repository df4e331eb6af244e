use muster_tests::App;

#[test]
fn tells_what_an_import_needs() {
    let app = App::start();
    let token = super::owner("acme");
    let view = app.get(&token, "/workspace").ok(200);
    assert_eq!(
        (view["id"].as_str(), view["role"].as_str()),
        (Some("acme"), Some("owner"))
    );
    assert_eq!(
        view["user"],
        serde_json::json!({ "id": "owner-1", "name": "Tess Tester" })
    );
    assert_eq!(view["fingerprint_key"].as_str().unwrap().len(), 32);
    assert_eq!(view["limits"]["max_rows"], 200_000);
    assert_eq!(view["fields"].as_array().unwrap().len(), 8);
    assert_eq!(view["wire_version"], muster_core::wire::VERSION);
    // The key stays, and is not another workspace's.
    assert_eq!(
        app.get(&token, "/workspace").ok(200)["fingerprint_key"],
        view["fingerprint_key"]
    );
    let other = app.get(&super::owner("other"), "/workspace").ok(200);
    assert_ne!(other["fingerprint_key"], view["fingerprint_key"]);
}

#[test]
fn counts_the_contacts_of_each_tag() {
    let app = App::start();
    let token = super::owner("acme");
    let mut description = super::names("add");
    description["tags"] = serde_json::json!(["VIP"]);
    let ended = muster_tests::Import::plan(&app, &token, &super::people(3), description).run();
    assert_eq!(ended.counts(), [3, 0, 0, 0, 0]);
    let view = app.get(&token, "/workspace").ok(200);
    assert_eq!(
        (
            view["tags"][0]["name"].as_str(),
            view["tags"][0]["contacts"].as_u64()
        ),
        (Some("VIP"), Some(3))
    );
}
