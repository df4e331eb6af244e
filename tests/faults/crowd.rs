//! Many who import at the same moment, as the server is when it is installed: each row arrives once, and whoever is too
//! much is told when to come again.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use muster_tests::{Answer, Import, SECRET, claims, send, sign};
use serde_json::{Value, json};

use crate::evidence;
use crate::harness::{Client, counts, database, description, file, times, turn};

/// Rows of a file.
const ROWS: u32 = 2_000;
/// People of a workspace.
const COLLEAGUES: u32 = 5;
/// How long anybody waits for anything.
const PATIENCE: Duration = Duration::from_secs(600);

/// Somebody who imports.
struct Importer<'a> {
    address: &'a str,
    bearer: String,
    /// How often anybody was told to come again.
    put_off: &'a AtomicU32,
}

impl Importer<'_> {
    /// Asks until it is done; who is told to come again waits as long as that says.
    fn ask(&self, method: &str, path: &str, body: &[u8]) -> Answer {
        let path = format!("/api/v1/imports{path}");
        let headers = [("authorization", self.bearer.as_str())];
        let patience = Instant::now() + PATIENCE;
        loop {
            let answer = send(self.address, method, &path, &headers, body);
            if ![429, 503].contains(&answer.status) {
                assert!(answer.status < 300, "{}", answer.text());
                return answer;
            }
            self.put_off.fetch_add(1, Ordering::Relaxed);
            let wait: u64 = answer.header("retry-after").parse().unwrap();
            assert!(Instant::now() < patience, "no answer: {method} {path}");
            std::thread::sleep(Duration::from_secs(wait));
        }
    }

    fn carry(&self, import: &Import<'_>) -> Value {
        let opened = self.ask("POST", "", import.request().to_string().as_bytes());
        let id = opened.ok(201)["id"].clone();
        for (number, batch) in import.batches.iter().enumerate() {
            let _ = self.ask("PUT", &format!("/{id}/batches/{number}"), batch);
        }
        let commit = import.commit_request().to_string();
        let _ = self.ask("POST", &format!("/{id}/commit"), commit.as_bytes());
        let patience = Instant::now() + PATIENCE;
        loop {
            let view = self.ask("GET", &format!("/{id}"), b"").ok(200);
            if view["status"] != "processing" {
                return view;
            }
            assert!(Instant::now() < patience, "still processing: {view}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

#[test]
fn many_import_at_once() {
    let _turn = turn();
    let people = times(50, 500);
    let defaults = [
        ("MUSTER_TOKEN_RATE", "100"),
        ("MUSTER_WORKSPACE_RATE", "400"),
    ];
    let client = Client::new(&defaults);
    let app = &client.app;
    let token = |person: u32| {
        let mut claims = claims(&format!("workspace {}", person / COLLEAGUES), "owner");
        claims["sub"] = json!(format!("person {person}"));
        sign(&claims, SECRET)
    };
    let tokens: Vec<String> = (0..people).map(token).collect();
    let imports: Vec<Import<'_>> = tokens
        .iter()
        .zip(0..)
        .map(|(token, person)| {
            let csv = file(person * ROWS, ROWS, "Person");
            Import::plan(app, token, &csv, description())
        })
        .collect();
    let before = client.memory();
    let (begin, put_off) = (Barrier::new(imports.len()), AtomicU32::new(0));
    let start = Instant::now();
    std::thread::scope(|scope| {
        for (token, import) in tokens.iter().zip(&imports) {
            let importer = Importer {
                address: &app.address,
                bearer: format!("Bearer {token}"),
                put_off: &put_off,
            };
            let begin = &begin;
            scope.spawn(move || {
                begin.wait();
                let view = importer.carry(import);
                assert_eq!(view["status"], "completed", "{view}");
                assert_eq!(counts(&view), [u64::from(ROWS), 0, 0, 0, 0]);
            });
        }
    });
    let took = start.elapsed();
    let all = i64::from(people * ROWS);
    let different =
        "SELECT count(*) AS n FROM (SELECT DISTINCT workspace_id, phone FROM contacts) AS d";
    for (query, expected) in [
        ("SELECT count(*) AS n FROM contacts", all),
        (different, all),
        ("SELECT count(*) AS n FROM contact_tags", all),
        ("SELECT max(version) AS n FROM contacts", 1),
        ("SELECT count(*) AS n FROM jobs", 0),
        ("SELECT count(*) AS n FROM imports", people.into()),
    ] {
        assert_eq!(app.number(query), expected, "{query}");
    }
    app.data.check_integrity();
    assert_eq!(client.restarts.get(), 0);
    evidence::count(
        people,
        &format!("importers at once of {ROWS} rows each on {}", database()),
        &format!(
            "{all} rows, each once, in {took:.1?}; told to come again {} times; memory grew by {} MB",
            put_off.into_inner(),
            client.memory().saturating_sub(before) / 1_024
        ),
    );
}
