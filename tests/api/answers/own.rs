//! What is a route's own.

use muster_tests::{App, Import};
use serde_json::{Value, json};

use super::{Caller, ids, lookup, of_another_version, plan};

pub(super) fn contacts() {
    let app = App::with(|config| config.max_matches_a_day = 2);
    let owner = Caller::new(&app, "owner");
    let _ = owner.expect(200, "GET", "/workspace", "");
    let contact = r#"{"fields":{"first_name":"Ann","phone":"+60123456789"},"tags":["VIP"]}"#;
    let _ = owner.expect(201, "POST", "/contacts", contact);
    let _ = owner.expect(
        422,
        "POST",
        "/contacts",
        r#"{"fields":{"phone":"+60123456789"}}"#,
    );
    let _ = owner.expect(200, "GET", "/contacts?search=Ann&limit=1", "");
    let _ = owner.expect(200, "GET", "/contacts/1", "");
    let change = r#"{"fields":{"last_name":"Lee"}}"#;
    let _ = owner.expect(422, "PATCH", "/contacts/1", r#"{"fields":{"nope":"x"}}"#);
    let _ = owner.expect(200, "PATCH", "/contacts/1", change);
    let _ = owner.expect(412, "PATCH", "/contacts/1", change);
    let answer = owner.send("PATCH", "/api/v1/contacts/1", &[], change.as_bytes());
    let _ = answer.refused(428, "version_required");
    for (path, bytes) in [
        ("/contacts/match", [lookup("first_name"), lookup("Nope!")]),
        ("/contacts/values", [ids("first_name"), ids("Nope!")]),
    ] {
        let _ = owner.expect(409, "POST", path, of_another_version(bytes[0].clone()));
        let [good, unknown] = bytes;
        let _ = owner.expect(200, "POST", path, good);
        let _ = owner.expect(409, "POST", path, unknown);
    }
    let _ = owner.expect(429, "POST", "/contacts/match", lookup("first_name"));
    let _ = owner.expect(404, "GET", "/contacts?import=9", "");
    let _ = owner.expect(404, "GET", "/contacts.csv?import=9", "");
    let _ = owner.expect(200, "GET", "/contacts.csv", "");
    let _ = owner.expect(204, "DELETE", "/contacts/1", "");
    let _ = owner.expect(200, "GET", "/changes?after=0&limit=1", "");
    let _ = owner.expect(400, "GET", "/changes?after=x", "");
    let _ = owner.expect(410, "GET", "/changes?after=9", "");
}

pub(super) fn imports() {
    let app = App::start();
    let token = crate::owner("acme");
    let owner = Caller::new(&app, "owner");
    let request = plan(&app, &token, 1).request();
    let key = [("idempotency-key", "one")];
    let post = |request: &Value| {
        owner.send(
            "POST",
            "/api/v1/imports",
            &key,
            request.to_string().as_bytes(),
        )
    };
    let opened = post(&request).ok(201);
    let with = |name: &str, value: Value| {
        let mut other = request.clone();
        other[name] = value;
        post(&other)
    };
    let _ = with("language", json!("de")).refused(422, "idempotency_key_reused");
    let _ = with("rows", json!(0)).refused(422, "import_invalid");
    let _ = with("wire_version", json!(99)).refused(409, "client_outdated");
    let path = format!("/imports/{}", opened["id"]);
    let _ = owner.expect(409, "GET", &format!("{path}/results.csv"), "");
    let _ = owner.expect(204, "DELETE", &path, "");

    // Up to the commit, with everything that can be wrong on the way.
    let mut import = plan(&app, &token, 10_001).open();
    let (path, batches) = (format!("/imports/{}", import.id), import.batches.clone());
    let put = |status: u16, n: usize, bytes: &[u8]| {
        owner.expect(status, "PUT", &format!("{path}/batches/{n}"), bytes)
    };
    let commit = |status: u16, body: &Value| {
        owner.expect(status, "POST", &format!("{path}/commit"), body.to_string())
    };
    let whole = import.commit_request();
    let _ = put(201, 0, &batches[0]);
    let _ = put(200, 0, &batches[0]);
    let _ = put(422, 0, &batches[1]).refused(422, "batch_differs");
    let _ = put(422, 1, &batches[0]).refused(422, "batch_invalid");
    let _ = put(409, 1, &of_another_version(batches[1].clone())).refused(409, "client_outdated");
    let _ = commit(409, &whole).refused(409, "batches_missing");
    let _ = put(201, 1, &batches[1]);
    let _ = put(201, 2, &batches[2]);
    let _ = commit(422, &json!({ "batches": 2, "digest": "" })).refused(422, "rows_mismatch");
    let _ = commit(422, &json!({ "batches": 3, "digest": "" })).refused(422, "digest_mismatch");
    let _ = commit(202, &whole);
    let _ = commit(409, &json!({ "batches": 1, "digest": "" })).refused(409, "import_committed");
    let _ = put(409, 0, &batches[0]).refused(409, "import_committed");
    let _ = owner.expect(409, "DELETE", &path, "");
    import.batches.clear();
    let _ = import.wait();
    let _ = owner.expect(200, "GET", &path, "");
    let _ = owner.expect(200, "GET", "/imports?limit=1", "");
    let _ = owner.expect(200, "GET", &format!("{path}/results.csv"), "");
    app.execute("UPDATE imports SET finished_at = finished_at - 700000000");
    let _ = owner.expect(410, "GET", &format!("{path}/results.csv"), "");

    // An upload that lay too long, and one whose field was taken away.
    let import = plan(&app, &token, 1).open();
    let path = format!("/imports/{}", import.id);
    app.execute("UPDATE imports SET created_at = created_at - 90000000, received_at = received_at - 90000000");
    let ended = owner.expect(409, "PUT", &format!("{path}/batches/0"), import.batch(0));
    let _ = ended.refused(409, "import_ended");
    let whole = import.commit_request().to_string();
    let ended = owner.expect(409, "POST", &format!("{path}/commit"), &whole);
    let _ = ended.refused(409, "import_ended");
}

pub(super) fn fields() {
    let app = App::start();
    let token = crate::owner("acme");
    let owner = Caller::new(&app, "owner");
    let _ = owner.expect(200, "GET", "/workspace", "");
    app.execute(
        "INSERT INTO fields (workspace_id, key, name, kind, options, rule, position) \
         SELECT id, 'plan', 'Plan', 'text', '[]', 'open', 1 FROM workspaces",
    );
    let mut description = crate::names("add");
    description["columns"][2]["field"] = json!("plan");
    let plan = || Import::plan(&app, &token, &crate::people(1), description.clone());
    let (one, two) = (plan().open().upload(), plan().open());
    app.execute("DELETE FROM fields");
    let path = format!("/imports/{}/commit", one.id);
    let _ = owner
        .expect(409, "POST", &path, one.commit_request().to_string())
        .refused(409, "fields_changed");
    let path = format!("/imports/{}/batches/0", two.id);
    let _ = owner
        .expect(409, "PUT", &path, two.batch(0))
        .refused(409, "fields_changed");
}

pub(super) fn quotas() {
    let app = App::with(|config| {
        config.max_open_uploads = 2;
        config.max_stored_bytes = 1_000;
    });
    let token = crate::owner("acme");
    let owner = Caller::new(&app, "owner");
    let large = plan(&app, &token, 500).open();
    let path = format!("/imports/{}/batches/0", large.id);
    let _ = owner
        .expect(413, "PUT", &path, large.batch(0))
        .refused(413, "storage_full");
    let request = plan(&app, &token, 1).request().to_string();
    let _ = owner.expect(201, "POST", "/imports", &request);
    let _ = owner
        .expect(429, "POST", "/imports", &request)
        .refused(429, "uploads_full");
    app.execute("DELETE FROM imports WHERE id > 1");
    app.execute("UPDATE imports SET bytes_received = 2000");
    let _ = owner
        .expect(413, "POST", "/imports", &request)
        .refused(413, "storage_full");
}

pub(super) fn tags() {
    let app = App::with(|config| config.limits.new_tags = 1);
    let token = crate::owner("acme");
    let owner = Caller::new(&app, "owner");
    let mut description = crate::names("add");
    description["columns"][2]["field"] = json!("tags");
    let csv = "Phone,First,Tags\n+60123456789,Ann,\"One, Two\"\n";
    let import = Import::plan(&app, &token, csv, description).open().upload();
    let path = format!("/imports/{}/commit", import.id);
    let body = import.commit_request().to_string();
    let _ = owner
        .expect(422, "POST", &path, body)
        .refused(422, "too_many_new_tags");
}
