//! Who may do what: every kind of token, on every route of the table, with every kind of id.

#![expect(
    clippy::unwrap_used,
    reason = "a failure here is a failure of the test that asked"
)]

use std::fmt::Write as _;

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use muster_core::wire::{MatchRequest, ValuesRequest};
use muster_server::routes::table::{OPERATIONS, Operation, Who};
use muster_tests::{Answer, App, Import, SECRET, claims, sign};
use serde_json::{Value, json};

/// What an operation takes that it goes on with, as far as the ids in its address let it.
fn body(operation: &Operation) -> Vec<u8> {
    let digest = "0".repeat(64);
    match operation.name {
        "matchContacts" => MatchRequest {
            prefixes: [vec![], vec![1, 2], vec![]],
        }
        .encode(),
        "readValues" => ValuesRequest {
            fields: vec!["first_name".into()],
            ids: (1..100).collect(),
        }
        .encode(),
        "createContact" | "changeContact" => br#"{"fields":{"first_name":"Given"}}"#.into(),
        "openImport" => br#"{"wire_version":0}"#.into(),
        "putBatch" => b"x".into(),
        "commitImport" => format!(r#"{{"batches":1,"digest":"{digest}"}}"#).into(),
        "putRecipe" => br#"{"purpose":"add","identifiers":["phone"],"columns":[]}"#.into(),
        "createField" => br#"{"key":"email","name":"E","type":"text"}"#.into(),
        "changeField" => br#"{"rule":"open"}"#.into(),
        "renameTag" => br#"{"name":"VIP"}"#.into(),
        // Nothing that it wrote: the import is there for the next one who asks.
        "undoImport" => br#"{"fields":["plan"]}"#.into(),
        name => {
            assert!(operation.takes.is_none(), "what does {name} take?");
            vec![]
        }
    }
}

/// A workspace with a contact, a committed import and an open one, all of which bear its mark.
struct Tenant {
    name: &'static str,
    mark: &'static str,
    contact: i64,
    import: u64,
    field: &'static str,
    tag: i64,
}

impl Tenant {
    fn new(app: &App, name: &'static str, mark: &'static str, phone: &str) -> Self {
        let token = super::owner(name);
        let csv = format!("Phone,First,Last\n{phone},{mark},Sparrow\n");
        let ended = super::import(app, &token, "add", &csv);
        let mut open = Import::plan(app, &token, &csv, super::names("add_all")).request();
        open["file_name"] = json!(format!("{mark}.csv"));
        let _ = app.post(&token, "/imports", &open).ok(201);
        let list = app.get(&token, "/contacts").ok(200);
        let field = if name == "ours" {
            "our_plan"
        } else {
            "their_plan"
        };
        let new = json!({ "key": field, "name": mark, "type": "text" });
        let _ = app.post(&token, "/fields", &new).ok(201);
        let tagged = json!({ "fields": { "first_name": mark, field: mark }, "tags": [mark] });
        let _ = app.post(&token, "/contacts", &tagged).ok(201);
        let tags = app.get(&token, "/workspace").ok(200)["tags"].clone();
        let tenant = Self {
            name,
            mark,
            contact: list["contacts"][0]["id"].as_i64().unwrap(),
            import: ended.0["id"].as_u64().unwrap(),
            field,
            tag: tags[0]["id"].as_i64().unwrap(),
        };
        let recipe = br#"{"purpose":"add","identifiers":["phone"],"columns":[]}"#;
        let path = format!("/recipes/{}", tenant.signature());
        assert_eq!(app.call(&token, "PUT", &path, recipe).status, 204);
        tenant
    }

    /// The signature of a header that has a recipe.
    fn signature(&self) -> String {
        let letter = if self.name == "ours" { "a" } else { "b" };
        letter.repeat(64)
    }

    /// The address of an operation on what is the workspace's.
    fn path(&self, operation: &Operation) -> String {
        let id = if operation.path.contains("/contacts/") {
            self.contact.to_string()
        } else if operation.path.contains("/fields/") {
            self.field.to_owned()
        } else if operation.path.contains("/tags/") {
            self.tag.to_string()
        } else if operation.path.contains("/recipes/") {
            self.signature()
        } else {
            self.import.to_string()
        };
        with_id(operation, &id)
    }
}

fn with_id(operation: &Operation, id: &str) -> String {
    operation
        .path
        .replace("{id}", id)
        .replace("{key}", id)
        .replace("{signature}", id)
        .replace("{n}", "0")
}

fn send(app: &App, operation: &Operation, path: &str, authorization: Option<&str>) -> Answer {
    let mut headers = vec![("if-match", "\"1\"")];
    headers.extend(authorization.map(|value| ("authorization", value)));
    app.send(operation.method, path, &headers, &body(operation))
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

/// Authorizations that nobody gave, each with its kind.
fn forged(workspace: &str) -> Vec<(&'static str, Option<String>)> {
    let good = claims(workspace, "owner");
    let with = |claim: &str, value: Value| {
        let mut claims = good.clone();
        claims[claim] = value;
        Some(bearer(&sign(&claims, SECRET)))
    };
    let mut aimless = good.clone();
    aimless.as_object_mut().unwrap().remove("aud");
    let token = sign(&good, SECRET);
    let claimed = token.split('.').nth(1).unwrap();
    // {"alg":"none","typ":"JWT"}
    let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claimed}.");
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    let wide = jsonwebtoken::encode(&Header::new(Algorithm::HS512), &good, &key).unwrap();
    vec![
        ("none", None),
        ("empty", Some("Bearer ".into())),
        ("another scheme", Some(format!("Basic {token}"))),
        ("expired", with("exp", json!(1_000_000_000))),
        ("not yet", with("nbf", json!(99_999_999_999_u64))),
        (
            "another key",
            Some(bearer(&sign(&good, "another secret, 32 bytes or more too"))),
        ),
        ("no audience", Some(bearer(&sign(&aimless, SECRET)))),
        ("another audience", with("aud", json!("others"))),
        ("another issuer", with("iss", json!("others"))),
        ("unsigned", Some(bearer(&unsigned))),
        ("another algorithm", Some(bearer(&wide))),
    ]
}

fn app() -> (App, [Tenant; 2]) {
    let app = App::with(|config| {
        config.demo = true;
        config.token_rate = 0;
        config.workspace_rate = 0;
    });
    let ours = Tenant::new(&app, "ours", "Ourmark", "+60123456789");
    let theirs = Tenant::new(&app, "theirs", "Theirmark", "+60123456788");
    (app, [ours, theirs])
}

#[test]
fn nobody_without_a_good_token_learns_or_does_anything() {
    let (app, tenants) = app();
    let contacts = "SELECT count(*) AS n FROM contacts WHERE version = 1";
    let before = app.number(contacts);
    let mut asked = 0;
    for operation in OPERATIONS {
        for (kind, authorization) in forged("ours") {
            for path in [tenants[0].path(operation), with_id(operation, "x")] {
                let answer = send(&app, operation, &path, authorization.as_deref());
                asked += 1;
                let here = format!("{} with {kind}", operation.name);
                if operation.who == Who::Anybody {
                    assert!(answer.status == 200 || answer.status == 400, "{here}");
                } else {
                    assert_eq!(answer.status, 401, "{here}");
                    let _ = answer.refused(401, "unauthorized");
                }
                assert!(!answer.text().contains("rmark"), "{here}");
            }
        }
    }
    assert_eq!(app.number(contacts), before);
    assert!(asked > 300, "{asked}");
}

/// What the table says of somebody with a good token.
fn check(
    app: &App,
    operation: &Operation,
    role: &str,
    own: &Tenant,
    other: &Tenant,
    table: &mut String,
) {
    let authorization = bearer(&sign(&claims(own.name, role), SECRET));
    let ask = |path: &str| {
        let answer = send(app, operation, path, Some(&authorization));
        let said = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(!said.contains(other.mark), "{path} as {role}: {said}");
        answer
    };
    let allowed = match operation.who {
        Who::Anybody | Who::Person => true,
        Who::Member => role == "owner" || role == "manager",
    };
    let here = format!("{} as {role} of {}", operation.name, own.name);
    if !operation.path.contains('{') {
        // From the beginning: what changed holds marks, too.
        let answer = match operation.name {
            "listChanges" => ask("/api/v1/changes?after=0"),
            _ => ask(operation.path),
        };
        let barred = matches!(answer.status, 401 | 403 | 404);
        assert_eq!(barred, !allowed, "{here}: {}", answer.status);
        if !allowed {
            let _ = answer.refused(403, "forbidden");
        }
        return;
    }
    // Both may have files with the same header: each has its own recipe, and theirs is none to us.
    let theirs = match operation.name {
        "putRecipe" => with_id(operation, "z"),
        "getRecipe" if allowed => {
            for path in [other.path(operation), with_id(operation, &"e".repeat(64))] {
                assert_eq!(ask(&path).status, 204, "{here}");
            }
            with_id(operation, "z")
        }
        _ => other.path(operation),
    };
    let unseen = [
        theirs,
        with_id(operation, "999999"),
        with_id(operation, "x"),
        with_id(operation, "-1"),
        with_id(operation, "1e3"),
        with_id(operation, "%00"),
        with_id(operation, "9".repeat(30).as_str()),
    ];
    let mut problems: Vec<Value> = Vec::new();
    for path in &unseen {
        let answer = ask(path);
        let (status, code) = if allowed {
            (404, "not_found")
        } else {
            (403, "forbidden")
        };
        let mut problem = answer.refused(status, code);
        problem.as_object_mut().unwrap().remove("request_id");
        problems.push(problem);
    }
    // Somebody else's looks like nothing, to the letter.
    assert!(problems.iter().all(|one| *one == problems[0]), "{here}");
    let path = if operation.name == "deleteContact" {
        // One that may go.
        let spare = json!({ "fields": { "first_name": own.mark } });
        let made = app
            .post(&super::owner(own.name), "/contacts", &spare)
            .ok(201);
        with_id(operation, &made["id"].to_string())
    } else {
        own.path(operation)
    };
    let answer = ask(&path);
    let barred = matches!(answer.status, 401 | 403 | 404);
    assert_eq!(barred, !allowed, "{here}: {}", answer.status);
    let _ = writeln!(table, "{here}: {}", answer.status);
}

#[test]
fn members_reach_what_is_theirs_and_agents_the_name() {
    let (app, [ours, theirs]) = app();
    let mut table = String::new();
    for operation in OPERATIONS {
        if operation.name == "demoToken" {
            continue;
        }
        for role in ["owner", "manager", "agent", "guest", "Owner", ""] {
            check(&app, operation, role, &ours, &theirs, &mut table);
            check(&app, operation, role, &theirs, &ours, &mut table);
        }
    }
    println!("{table}");
    // What was there before is still there: nobody took the other's.
    for tenant in [&ours, &theirs] {
        let token = super::owner(tenant.name);
        let found = app.get(&token, &format!("/imports/{}", tenant.import));
        assert_eq!(found.ok(200)["status"], "completed");
        let open = app.get(&token, "/imports").ok(200);
        let names: Vec<&str> = open["imports"]
            .as_array()
            .unwrap()
            .iter()
            .map(|import| import["file_name"].as_str().unwrap())
            .collect();
        assert!(
            names.contains(&format!("{}.csv", tenant.mark).as_str()),
            "{names:?}"
        );
    }
    let agent = sign(&claims("ours", "agent"), SECRET);
    let seen = app.get(&agent, "/workspace").ok(200);
    assert_eq!(seen, json!({ "name": "ours", "role": "agent" }));
}
