use muster_tests::{App, SECRET, claims, sign};
use serde_json::json;

/// Every address that takes a token, with a body that its handler can read as far as this test goes.
const ROUTES: [(&str, &str); 13] = [
    ("GET", "/workspace"),
    ("POST", "/contacts/match"),
    ("POST", "/contacts/values"),
    ("GET", "/contacts"),
    ("POST", "/contacts"),
    ("GET", "/contacts/1"),
    ("PATCH", "/contacts/1"),
    ("GET", "/imports"),
    ("POST", "/imports"),
    ("GET", "/imports/1"),
    ("PUT", "/imports/1/batches/0"),
    ("POST", "/imports/1/commit"),
    ("GET", "/imports/1/results.csv"),
];

#[test]
fn answers_nobody_without_a_token() {
    let app = App::start();
    for (method, path) in ROUTES {
        let _ = app.call("", method, path, b"").refused(401, "unauthorized");
        let path = format!("/api/v1{path}");
        let _ = app
            .send(method, &path, &[], b"")
            .refused(401, "unauthorized");
    }
    assert_eq!(app.number("SELECT count(*) AS n FROM workspaces"), 0);
}

#[test]
fn lets_agents_see_the_name_only() {
    let app = App::start();
    for role in ["agent", "guest"] {
        let token = sign(&claims("acme", role), SECRET);
        for (method, path) in ROUTES {
            if path == "/workspace" {
                let view = app.get(&token, path).ok(200);
                assert_eq!(view, json!({ "name": "acme", "role": "agent" }));
            } else {
                let _ = app
                    .call(&token, method, path, b"")
                    .refused(403, "forbidden");
            }
        }
    }
}

#[test]
fn keeps_unknown_workspaces_out_where_they_are_not_created() {
    let app = App::with(|config| config.create_workspaces = false);
    let token = super::owner("acme");
    let _ = app.get(&token, "/workspace").refused(403, "forbidden");
    assert_eq!(app.number("SELECT count(*) AS n FROM workspaces"), 0);
}

#[test]
fn keeps_workspaces_apart() {
    let app = App::start();
    let (ours, theirs) = (super::owner("ours"), super::owner("theirs"));
    let ended = super::import(
        &app,
        &theirs,
        "add",
        "Phone,First,Last\n+60123456789,Canary,Sparrow\n",
    );
    let contact = app.number("SELECT id AS n FROM contacts");
    let import = &ended.0["id"];
    let body = br#"{"fields":{"first_name":"Stolen"}}"#;
    let digest = "0".repeat(64);
    let commit = format!(r#"{{"batches":1,"digest":"{digest}"}}"#);
    // What belongs to others looks exactly like what does not exist.
    for (id, contact) in [
        (import.to_string(), contact.to_string()),
        ("999".into(), "999".into()),
        ("x".into(), "-".into()),
    ] {
        let check = |method: &str, path: String, body: &[u8]| {
            let bearer = format!("Bearer {ours}");
            let headers = [("authorization", bearer.as_str()), ("if-match", "\"1\"")];
            let answer = app.send(method, &format!("/api/v1{path}"), &headers, body);
            let problem = answer.refused(404, "not_found");
            assert!(!problem.to_string().contains("Canary"));
        };
        check("GET", format!("/contacts/{contact}"), b"");
        check("PATCH", format!("/contacts/{contact}"), body);
        check("GET", format!("/imports/{id}"), b"");
        check("DELETE", format!("/imports/{id}"), b"");
        check("PUT", format!("/imports/{id}/batches/0"), b"x");
        check("POST", format!("/imports/{id}/commit"), commit.as_bytes());
        check("GET", format!("/imports/{id}/results.csv"), b"");
    }
    for path in [
        "/contacts",
        "/contacts?search=Canary",
        "/imports",
        "/workspace",
    ] {
        let seen = app.get(&ours, path);
        assert_eq!(seen.status, 200);
        assert!(
            !seen.text().contains("Canary") && !seen.text().contains("contacts.csv"),
            "{path}"
        );
    }
    // Not even with their key are their contacts found from here.
    use muster_core::field::Identifier::{ContactId, Phone};
    use muster_core::identity::fingerprint;
    use muster_core::wire::{
        Bounds, MatchAnswer, MatchRequest, ValuesAnswer, ValuesRequest, prefix,
    };
    let key = app.workspace(&theirs).key;
    let bounds = Bounds {
        bytes: 1 << 20,
        items: 100,
    };
    let request = MatchRequest {
        prefixes: [
            vec![prefix(fingerprint(&key, ContactId, &contact.to_string()))],
            vec![prefix(fingerprint(&key, Phone, "+60123456789"))],
            vec![],
        ],
    };
    let found = |token: &str| {
        let answer = app.call(token, "POST", "/contacts/match", &request.encode());
        MatchAnswer::decode(&answer.body, bounds)
            .unwrap()
            .contacts
            .len()
    };
    assert_eq!((found(&theirs), found(&ours)), (1, 0));
    let request = ValuesRequest {
        fields: vec!["first_name".into()],
        ids: vec![contact.cast_unsigned()],
    };
    let held = |token: &str| {
        let answer = app.call(token, "POST", "/contacts/values", &request.encode());
        ValuesAnswer::decode(&answer.body, bounds)
            .unwrap()
            .contacts
            .len()
    };
    assert_eq!((held(&theirs), held(&ours)), (1, 0));
    assert_eq!(
        app.number("SELECT count(*) AS n FROM contacts WHERE first_name = 'Canary'"),
        1
    );
}
