//! `/recipes/{signature}`, and files that were imported before.

use muster_tests::{App, Import};
use serde_json::json;

#[test]
fn a_header_has_the_recipe_that_was_kept_last() {
    let app = App::start();
    let (token, other) = (super::owner("acme"), super::owner("other"));
    let path = format!("/recipes/{}", "ab".repeat(32));
    assert_eq!(app.get(&token, &path).status, 204);
    let put = |token: &str, recipe: &serde_json::Value| {
        app.call(token, "PUT", &path, recipe.to_string().as_bytes())
    };
    let mut recipe = super::names("add");
    assert_eq!(put(&token, &recipe).status, 204);
    recipe["purpose"] = json!("add_and_update");
    // Corrected cells are of one file, and values of its people.
    recipe["edits"] = json!([{ "row": 2, "column": 0, "value": "+60120000001" }]);
    recipe["left_out"] = json!([3]);
    assert_eq!(put(&token, &recipe).status, 204);
    let kept = app.get(&token, &path).ok(200);
    assert_eq!(
        (&kept["purpose"], &kept["edits"], &kept["left_out"]),
        (&json!("add_and_update"), &json!([]), &json!([]))
    );
    assert_eq!(kept["columns"][1]["field"], "first_name");
    assert_eq!(
        app.number("SELECT count(*) AS n FROM recipes WHERE recipe LIKE '%+60120000001%'"),
        0
    );
    // It is the workspace's own.
    assert_eq!(app.get(&other, &path).status, 204);
    assert_eq!(put(&other, &super::names("add")).status, 204);
    assert_eq!(app.get(&token, &path).ok(200)["purpose"], "add_and_update");
    for bad in ["x", "AB", &"AB".repeat(32), &"ab".repeat(33)] {
        let path = format!("/recipes/{bad}");
        let _ = app.get(&token, &path).refused(404, "not_found");
        let body = super::names("add").to_string();
        let answer = app.call(&token, "PUT", &path, body.as_bytes());
        let _ = answer.refused(404, "not_found");
    }
    let _ = put(&token, &json!({ "purpose": "destroy" })).refused(400, "bad_request");
}

#[test]
fn a_file_that_was_imported_before_is_found_by_its_digest() {
    let app = App::start();
    let token = super::owner("acme");
    let open = |digest: &str| {
        let mut request =
            Import::plan(&app, &token, &super::people(1), super::names("add")).request();
        request["file_digest"] = json!(digest);
        app.post(&token, "/imports", &request).ok(201)["id"].clone()
    };
    let (one, two) = ("1".repeat(64), "2".repeat(64));
    let ids = [open(&one), open(&two), open(&one)];
    let found = |token: &str, digest: &str| {
        let page = app.get(token, &format!("/imports?digest={digest}")).ok(200);
        let all = page["imports"].as_array().unwrap().iter();
        all.map(|import| import["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(found(&token, &one), [ids[2].clone(), ids[0].clone()]);
    assert_eq!(found(&token, &two), [ids[1].clone()]);
    assert!(found(&token, &"3".repeat(64)).is_empty());
    assert!(found(&super::owner("other"), &one).is_empty());
    let all = app.get(&token, "/imports").ok(200);
    assert_eq!(all["imports"].as_array().unwrap().len(), 3);
}
