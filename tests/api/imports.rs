use muster_core::wire::{Batch, Row, RowPlan};
use muster_tests::{App, Import};
use serde_json::{Value, json};

#[test]
fn goes_the_whole_way() {
    let app = App::start();
    let token = super::owner("acme");
    let ended = super::import(
        &app,
        &token,
        "add",
        "Phone,First,Last\n+60123456789,Aisyah,Rahman\nnope,Ben,\n+60123456789,Copy,\n",
    );
    assert_eq!(ended.counts(), [1, 0, 0, 1, 1]);
    let view = &ended.0;
    assert_eq!(
        (view["status"].as_str(), view["phase"].as_str()),
        (Some("completed"), None)
    );
    assert_eq!(
        (view["to_apply"].as_u64(), view["applied"].as_u64()),
        (Some(1), Some(1))
    );
    assert_eq!(view["errors_by_code"], json!({ "phone_invalid": 1 }));
    assert_eq!(view["uploaded_by"], "Tess Tester");
    assert!(view["results_until"].is_string() && view["finished_at"].is_string());
    let list = app.get(&token, "/imports").ok(200);
    assert_eq!(list["imports"].as_array().unwrap().len(), 1);
    assert_eq!(list["imports"][0]["counts"], view["counts"]);
}

#[test]
fn refuses_descriptions_that_cannot_be() {
    let app = App::start();
    let token = super::owner("acme");
    let whole = Import::plan(&app, &token, &super::people(1), super::names("add")).request();
    let check = |pointer: &str, value: Value, status: u16, code: &str| {
        let mut request = whole.clone();
        *request.pointer_mut(pointer).unwrap() = value;
        let _ = app.post(&token, "/imports", &request).refused(status, code);
    };
    check("/wire_version", json!(99), 409, "client_outdated");
    check("/rows", json!(0), 422, "import_invalid");
    check("/rows", json!(200_001), 422, "import_invalid");
    check(
        "/file_size",
        json!(20 * 1_048_576 + 1),
        422,
        "import_invalid",
    );
    check("/file_name", json!(""), 422, "import_invalid");
    check("/file_name", json!("a\0b"), 422, "import_invalid");
    check("/language", json!("a\0b"), 422, "import_invalid");
    check("/file_digest", json!("abc"), 422, "import_invalid");
    check("/signature", json!("abc"), 422, "import_invalid");
    check("/language", json!(""), 422, "import_invalid");
    check("/rows", json!(-1), 400, "bad_request");
    check("/import/columns", json!([]), 422, "import_invalid");
    check(
        "/import/identifiers",
        json!(["email"]),
        422,
        "import_invalid",
    );
    check(
        "/import/columns/0/field",
        json!("nope"),
        422,
        "import_invalid",
    );
    check(
        "/import/fields",
        json!([{ "key": "plan", "name": "Plan", "type": "text", "create": false }]),
        422,
        "import_invalid",
    );
    check(
        "/import/fields",
        json!([{ "key": "first_name", "name": "First Name", "type": "text", "new_options": ["x"] }]),
        422,
        "import_invalid",
    );
    check("/import/purpose", json!("destroy"), 400, "bad_request");
    let bare = json!({ "wire_version": muster_core::wire::VERSION }).to_string();
    for body in ["", "{", "[]", "null", &bare] {
        let _ = app
            .call(&token, "POST", "/imports", body.as_bytes())
            .refused(400, "bad_request");
    }
    let deep = "[".repeat(100_000);
    let _ = app
        .call(&token, "POST", "/imports", deep.as_bytes())
        .refused(400, "bad_request");
    assert_eq!(app.number("SELECT count(*) AS n FROM imports"), 0);
}

#[test]
fn opens_once_for_a_key() {
    let app = App::start();
    let token = super::owner("acme");
    let bearer = format!("Bearer {token}");
    let request = Import::plan(&app, &token, &super::people(1), super::names("add")).request();
    let open = |key: &str, request: &Value| {
        let headers = [("authorization", bearer.as_str()), ("idempotency-key", key)];
        app.send(
            "POST",
            "/api/v1/imports",
            &headers,
            request.to_string().as_bytes(),
        )
    };
    let first = open("one", &request).ok(201);
    assert_eq!(open("one", &request).ok(201)["id"], first["id"]);
    assert_ne!(open("two", &request).ok(201)["id"], first["id"]);
    let mut other = request.clone();
    other["rows"] = json!(2);
    let _ = open("one", &other).refused(422, "idempotency_key_reused");
    let _ = open("", &request).refused(400, "bad_request");
}

#[test]
fn takes_each_batch_once_and_commits_the_whole() {
    let app = App::start();
    let token = super::owner("acme");
    let mut import = Import::plan(&app, &token, &super::people(10_001), super::names("add")).open();
    assert_eq!(import.batches.len(), 3);
    let commit = format!("/imports/{}/commit", import.id);
    let _ = import.put(1).ok(201);
    let missing = import.commit().refused(409, "batches_missing");
    assert_eq!(missing["missing"], json!([0, 2]));
    let _ = import.put(0).ok(201);
    let _ = import.put(0).ok(200);
    // The same batch with other bytes, and bytes that are none.
    let whole = import.batches[1].clone();
    import.batches[1] = import.batches[2].clone();
    let _ = import.put(1).refused(422, "batch_differs");
    let _ = import.put(2).ok(201);
    import.batches[2] = b"nonsense".to_vec();
    let _ = import.put(2).refused(422, "batch_differs");
    import.batches[2] = import.batches[1].clone();
    import.batches[1] = whole;
    let wrong = json!({ "batches": 3, "digest": "0".repeat(64) });
    let _ = app
        .post(&token, &commit, &wrong)
        .refused(422, "digest_mismatch");
    let fewer = json!({ "batches": 2, "digest": "0".repeat(64) });
    let _ = app
        .post(&token, &commit, &fewer)
        .refused(422, "rows_mismatch");
    let none = json!({ "batches": 0, "digest": "" });
    let _ = app
        .post(&token, &commit, &none)
        .refused(422, "rows_mismatch");
    let _ = app
        .post(&token, &commit, &json!({}))
        .refused(400, "bad_request");
    assert_eq!(app.number("SELECT count(*) AS n FROM contacts"), 0);
    let _ = import.commit().ok(202);
    let _ = import.commit().ok(202);
    let _ = app
        .post(&token, &commit, &wrong)
        .refused(409, "import_committed");
    let _ = import.put(0).refused(409, "import_committed");
    let cancel = app.call(&token, "DELETE", &format!("/imports/{}", import.id), b"");
    let _ = cancel.refused(409, "import_committed");
    assert_eq!(import.wait().counts(), [10_001, 0, 0, 0, 0]);
    let _ = import.commit().ok(202);
    assert_eq!(app.number("SELECT count(*) AS n FROM contacts"), 10_001);
}

#[test]
fn refuses_batches_that_cannot_be() {
    let app = App::start();
    let token = super::owner("acme");
    let mut import = Import::plan(&app, &token, &super::people(3), super::names("add")).open();
    let mut check = |rows: Vec<Row<'_>>, number: u32, at: usize| {
        import.batches.resize(at + 1, Vec::new());
        import.batches[at] = Batch { number, rows }.encode();
        let _ = import.put(at).refused(422, "batch_invalid");
    };
    let row = |row, plan| Row {
        row,
        plan,
        warnings: vec![],
    };
    let left_out = || RowPlan::Skipped {
        reason: muster_core::issue::Code::LeftOut,
        id: None,
        identifier: "".into(),
        kept_row: None,
    };
    check(vec![], 0, 0);
    check(vec![row(3, left_out()), row(2, left_out())], 0, 0);
    check(vec![row(2, left_out())], 1, 0);
    check(vec![row(2, left_out())], 3, 3);
    check(vec![row(2, RowPlan::Unchanged { id: 1 })], 0, 0);
    check(vec![row(2, RowPlan::Error { issues: vec![] })], 0, 0);
    // Too few rows, and rows that overlap.
    import.batches = vec![
        Batch {
            number: 0,
            rows: vec![row(2, left_out())],
        }
        .encode(),
    ];
    let _ = import.put(0).ok(201);
    let _ = import.commit().refused(422, "rows_mismatch");
    import.batches.push(
        Batch {
            number: 1,
            rows: vec![row(2, left_out()), row(3, left_out())],
        }
        .encode(),
    );
    let _ = import.put(1).ok(201);
    let _ = import.commit().refused(422, "rows_mismatch");
    let path = format!("/imports/{}/batches", import.id);
    let _ = app
        .call(&token, "PUT", &format!("{path}/x"), b"")
        .refused(404, "not_found");
    let _ = app
        .call(&token, "PUT", &format!("{path}/-1"), b"")
        .refused(422, "batch_invalid");
}

#[test]
fn cancels_without_a_trace() {
    let app = App::start();
    let token = super::owner("acme");
    let import = Import::plan(&app, &token, &super::people(3), super::names("add"))
        .open()
        .upload();
    let path = format!("/imports/{}", import.id);
    assert_eq!(app.get(&token, &path).ok(200)["phase"], "uploading");
    let _ = app
        .get(&token, &format!("{path}/results.csv"))
        .refused(409, "results_pending");
    assert_eq!(app.call(&token, "DELETE", &path, b"").status, 204);
    let _ = app
        .call(&token, "DELETE", &path, b"")
        .refused(404, "not_found");
    let _ = import.commit().refused(404, "not_found");
    assert_eq!(
        app.number(
            "SELECT (SELECT count(*) FROM imports) + (SELECT count(*) FROM import_batches) AS n"
        ),
        0
    );
    assert_eq!(app.get(&token, "/imports").ok(200)["imports"], json!([]));
}

#[test]
fn notices_fields_that_changed_before_commit() {
    let app = App::start();
    let token = super::owner("acme");
    let import = Import::plan(&app, &token, &super::people(3), super::names("add"))
        .open()
        .upload();
    app.execute("UPDATE fields SET rule = 'closed' WHERE key = 'last_name'");
    let _ = import.commit().refused(409, "fields_changed");
    app.execute("UPDATE fields SET rule = 'open' WHERE key = 'last_name'");
    let _ = import.commit().ok(202);
    assert_eq!(import.wait().counts(), [3, 0, 0, 0, 0]);
}

#[test]
fn pages_stay_while_imports_arrive() {
    let app = App::start();
    let token = super::owner("acme");
    let open = || {
        Import::plan(&app, &token, &super::people(1), super::names("add"))
            .open()
            .id
    };
    let ids: Vec<u64> = (0..5).map(|_| open()).collect();
    let page = |query: &str| {
        let page = app.get(&token, &format!("/imports?limit=2{query}")).ok(200);
        let ids: Vec<u64> = page["imports"]
            .as_array()
            .unwrap()
            .iter()
            .map(|view| view["id"].as_u64().unwrap())
            .collect();
        (ids, page["next"].clone())
    };
    let (first, next) = page("");
    assert_eq!(first, [ids[4], ids[3]]);
    open();
    let (second, next) = page(&format!("&after={next}"));
    assert_eq!(second, [ids[2], ids[1]]);
    let (third, next) = page(&format!("&after={next}"));
    assert_eq!((third, next), (vec![ids[0]], Value::Null));
    let _ = app
        .get(&token, "/imports?after=x")
        .refused(400, "bad_request");
}

#[test]
fn shows_uploads_that_were_given_up_and_results_that_are_gone() {
    let app = App::start();
    let token = super::owner("acme");
    let import = Import::plan(&app, &token, &super::people(3), super::names("add"))
        .open()
        .upload();
    let path = format!("/imports/{}", import.id);
    let shown = || {
        let view = app.get(&token, &path).ok(200);
        (
            view["status"].as_str().unwrap().to_owned(),
            view["reason"].as_str().unwrap_or("").to_owned(),
        )
    };
    app.execute("UPDATE imports SET received_at = received_at - 16 * 60000");
    assert_eq!(shown(), ("processing".into(), "upload_interrupted".into()));
    app.execute("UPDATE imports SET created_at = created_at - 25 * 3600000");
    assert_eq!(shown(), ("failed".into(), "upload_incomplete".into()));
    let _ = import.commit().refused(409, "import_ended");
    let _ = app
        .get(&token, &format!("{path}/results.csv"))
        .refused(404, "not_found");

    let ended = super::import(&app, &token, "add", &super::people(1));
    app.execute("UPDATE imports SET finished_at = finished_at - 8 * 24 * 3600000");
    let path = format!("/imports/{}", ended.0["id"]);
    let view = app.get(&token, &path).ok(200);
    assert_eq!(
        (view["status"].as_str(), &view["results_until"]),
        (Some("expired"), &Value::Null)
    );
    let _ = app
        .get(&token, &format!("{path}/results.csv"))
        .refused(410, "results_expired");
}

#[test]
fn takes_a_description_that_says_no_more_than_it_must() {
    let app = App::start();
    let token = super::owner("acme");
    let mut request = Import::plan(&app, &token, &super::people(1), super::names("add")).request();
    let import = request["import"].as_object_mut().unwrap();
    import.retain(|key, _| ["purpose", "identifiers", "columns"].contains(&key.as_str()));
    assert_eq!(import.len(), 3);
    let _ = app.post(&token, "/imports", &request).ok(201);
}

#[test]
fn creates_only_so_many_tags() {
    let app = App::with(|config| config.limits.new_tags = 2);
    let token = super::owner("acme");
    let file =
        |tags: &str| format!("Phone,First,Tags\n+60123456789,Ann,{tags}\n+60123456780,Ben,c\n");
    let description = || {
        let mut description = super::names("add");
        description["columns"][2]["field"] = "tags".into();
        description
    };
    let commit = |tags: &str| {
        let import = Import::plan(&app, &token, &file(tags), description());
        import.open().upload().commit()
    };
    let refused = commit("a;b").refused(422, "too_many_new_tags");
    assert_eq!((&refused["limit"], &refused["row"]), (&2.into(), &3.into()));
    let _ = commit("a;A").ok(202);
}
