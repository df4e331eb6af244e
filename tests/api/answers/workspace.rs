//! Fields, tags and recipes.

use muster_tests::App;

use super::Caller;

pub(super) fn fields() {
    let app = App::start();
    let owner = Caller::new(&app, "owner");
    let field = r#"{"key":"plan","name":"Plan","type":"text"}"#;
    let _ = owner.expect(201, "POST", "/fields", field);
    let _ = owner.expect(409, "POST", "/fields", field);
    let _ = owner.expect(
        422,
        "POST",
        "/fields",
        r#"{"key":"Plan","name":"Plan","type":"text"}"#,
    );
    let _ = owner.expect(200, "PATCH", "/fields/plan", "{}");
    let _ = owner.expect(422, "PATCH", "/fields/plan", r#"{"name":""}"#);
    let list = r#"{"key":"list","name":"List","type":"list","options":["A"]}"#;
    let _ = owner.expect(201, "POST", "/fields", list);
    let contact = r#"{"fields":{"first_name":"Ann","list":"A"},"tags":["One","Two"]}"#;
    let _ = owner.expect(201, "POST", "/contacts", contact);
    let _ = owner.expect(409, "PATCH", "/fields/list", r#"{"options":[]}"#);
    let _ = owner.expect(409, "DELETE", "/fields/list", "");
    let _ = owner.expect(204, "DELETE", "/fields/plan", "");
    let _ = owner.expect(204, "PATCH", "/tags/1", r#"{"name":"First"}"#);
    let _ = owner.expect(409, "PATCH", "/tags/1", r#"{"name":"TWO"}"#);
    let _ = owner.expect(422, "PATCH", "/tags/1", r#"{"name":"a;b"}"#);
    let _ = owner.expect(409, "DELETE", "/tags/1", "");
    app.execute("DELETE FROM contact_tags");
    let _ = owner.expect(204, "DELETE", "/tags/1", "");
}

pub(super) fn recipes() {
    let app = App::start();
    let owner = Caller::new(&app, "owner");
    let path = |letter: &str| format!("/recipes/{}", letter.repeat(64));
    let recipe = crate::names("add").to_string();
    let _ = owner.expect(204, "PUT", &path("a"), &recipe);
    let _ = owner.expect(200, "GET", &path("a"), "");
    let _ = owner.expect(204, "GET", &path("b"), "");
    let _ = owner.expect(404, "GET", &path("z"), "");
    let _ = owner.expect(404, "PUT", &path("z"), &recipe);
    app.execute(
        "INSERT INTO recipes (workspace_id, signature, recipe, changed_at) \
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) \
         SELECT w.id, CAST(n.i AS TEXT), '{}', 0 FROM n, workspaces AS w",
    );
    let _ = owner
        .expect(413, "PUT", &path("b"), &recipe)
        .refused(413, "storage_full");
    let _ = owner.expect(204, "PUT", &path("a"), &recipe);
}
