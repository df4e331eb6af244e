//! What every route answers alike.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use muster_server::Config;
use muster_server::routes::table::{OPERATIONS, Operation, Who};
use muster_tests::{Answer, App};

use super::{Caller, ids, lookup, plan};

/// What an operation takes, as far as it needs nothing that is there already.
fn body(app: &App, operation: &Operation) -> Vec<u8> {
    match operation.name {
        "matchContacts" => lookup("first_name"),
        "readValues" => ids("first_name"),
        "createContact" | "changeContact" => br#"{"fields":{"first_name":"Given"}}"#.into(),
        "openImport" => {
            let token = crate::owner("acme");
            plan(app, &token, 1).request().to_string().into()
        }
        "putBatch" => b"x".into(),
        "commitImport" => format!(r#"{{"batches":1,"digest":"{}"}}"#, "0".repeat(64)).into(),
        "undoImport" => b"{}".into(),
        "putRecipe" => crate::names("add").to_string().into(),
        "createField" => br#"{"key":"plan","name":"Plan","type":"text"}"#.into(),
        "changeField" => b"{}".into(),
        "renameTag" => br#"{"name":"VIP"}"#.into(),
        _ => vec![],
    }
}

/// Sends what is no request that a well-behaved client could send.
fn send_raw(app: &App, operation: &Operation, bearer: &str, rest: &str) -> Answer {
    let address = app.address.strip_prefix("http://").unwrap();
    let path = operation
        .path
        .replace("{id}", "1")
        .replace("{n}", "0")
        .replace("{key}", "nope")
        .replace("{signature}", &"e".repeat(64));
    let mut stream = TcpStream::connect(address).unwrap();
    let method = operation.method;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: x\r\nif-match: \"1\"\r\nauthorization: {bearer}\r\n"
    );
    let request = format!("{head}{rest}");
    stream.write_all(request.as_bytes()).unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).unwrap();
    let (head, body) = said.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap();
    let mut answer = Answer {
        status: status.parse().unwrap(),
        headers: lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect(),
        body: body.into(),
    };
    // The framework may say something of its own after it.
    let length = answer.header("content-length").parse().unwrap();
    answer.body.truncate(length);
    super::note(method, &path, &answer);
    answer
}

/// What is refused alike everywhere.
pub(super) fn refuse() {
    let app = App::with(|config: &mut Config| {
        config.demo = true;
        config.body_seconds = 1;
        config.token_rate = 0;
        config.workspace_rate = 0;
    });
    let owner = Caller::new(&app, "owner");
    let agent = Caller::new(&app, "agent");
    let nobody = Caller {
        app: &app,
        bearer: String::new(),
    };
    let long = "x".repeat(20_000);
    for operation in OPERATIONS {
        let path = operation
            .path
            .replace("{id}", "999999")
            .replace("{n}", "0")
            .replace("{key}", "nope")
            .replace("{signature}", &"e".repeat(64));
        let ask = |caller: &Caller<'_>, headers: &[(&str, &str)]| {
            let mut all = vec![("if-match", "\"1\"")];
            all.extend(headers);
            let body = body(&app, operation);
            let _ = caller.send(operation.method, &path, &all, &body);
        };
        ask(&nobody, &[]);
        ask(&agent, &[]);
        ask(&owner, &[]);
        ask(&owner, &[("origin", "https://evil.example")]);
        ask(&owner, &[("x-long", &long)]);
        if operation.takes.is_some() {
            ask(&owner, &[("content-encoding", "gzip")]);
            for (rest, status) in [
                ("content-length: 1000\r\n\r\n{", 408),
                ("content-length: 99999999999\r\n\r\n", 413),
                (
                    "connection: close\r\ntransfer-encoding: chunked\r\n\r\nnonsense\r\n",
                    400,
                ),
            ] {
                let answer = send_raw(&app, operation, &owner.bearer, rest);
                assert_eq!(answer.status, status, "{}", operation.name);
            }
        }
    }
    // The demo's own, and what can't be read in an address.
    for path in [
        "/demo/token",
        "/demo/token?role=owner",
        "/api/v1/contacts?limit=x",
        "/api/v1/contacts.csv?after=x",
        "/api/v1/imports?after=x",
    ] {
        let _ = owner.send("GET", path, &[], b"");
    }
    let closed = App::with(|config| config.create_workspaces = false);
    let _ = Caller::new(&closed, "owner").expect(403, "GET", "/workspace", "");
    let hurried = App::with(|config| config.token_rate = 1);
    let owner = Caller::new(&hurried, "owner");
    let limited = OPERATIONS
        .iter()
        .filter(|operation| operation.who != Who::Anybody);
    for operation in limited {
        let path = operation
            .path
            .replace("{id}", "1")
            .replace("{n}", "0")
            .replace("{key}", "nope")
            .replace("{signature}", &"e".repeat(64));
        let ask = || owner.send(operation.method, &path, &[], b"").status;
        assert!((0..50).any(|_| ask() == 429), "{}", operation.name);
    }
}

/// A fault of ours: the tables are gone.
pub(super) fn fail() {
    let app = App::start();
    let owner = Caller::new(&app, "owner");
    let bodies: Vec<Vec<u8>> = OPERATIONS
        .iter()
        .map(|operation| body(&app, operation))
        .collect();
    let contact = r#"{"fields":{"first_name":"Ann"}}"#;
    let _ = owner.expect(201, "POST", "/contacts", contact);
    let tables = [
        "fields", "contacts", "imports", "tags", "recipes", "changes",
    ];
    for table in tables {
        app.execute(&format!("ALTER TABLE {table} RENAME TO {table}_gone"));
    }
    for (operation, body) in OPERATIONS.iter().zip(bodies) {
        if operation.who != Who::Anybody {
            let path = operation
                .path
                .replace("{id}", "1")
                .replace("{n}", "0")
                .replace("{key}", "nope")
                .replace("{signature}", &"e".repeat(64))
                .replace("/changes", "/changes?after=0");
            let answer = owner.send(operation.method, &path, &[("if-match", "\"1\"")], &body);
            let problem = answer.refused(500, "internal").to_string();
            assert!(
                !problem.contains("gone") && !problem.contains("table"),
                "{problem}"
            );
        }
    }
    for table in tables {
        app.execute(&format!("ALTER TABLE {table}_gone RENAME TO {table}"));
    }
}
