//! Fields and tags.

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
