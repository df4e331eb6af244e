//! `GET /imports/{id}/events`.

#![expect(
    clippy::unwrap_used,
    reason = "a failure here is a failure of the test that asked"
)]

use std::io::{BufRead as _, BufReader};
use std::time::{Duration, Instant};

use muster_tests::{App, Import};
use serde_json::{Value, json};

/// The imports that a stream tells of, as they come.
fn told(app: &App, token: &str, import: &Value) -> impl Iterator<Item = Value> {
    let url = format!("{}/api/v1/imports/{import}/events", app.address);
    let bearer = format!("Bearer {token}");
    let answer = ureq::get(&url).header("authorization", &bearer).call();
    let answer = answer.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let lines = BufReader::new(answer.into_body().into_reader()).lines();
    // One that is cut is an error.
    lines.filter_map(|line| {
        let line = line.unwrap();
        Some(serde_json::from_str(line.strip_prefix("data: ")?).unwrap())
    })
}

#[test]
fn tells_how_an_import_goes_on_until_it_has_ended() {
    let app = App::start();
    let token = super::owner("acme");
    let before = "Phone,First,Last\n+60129999999,Before,\n";
    let _ = super::import(&app, &token, "add", before);
    app.hold();
    let import = Import::plan(&app, &token, &super::people(30_000), super::names("add"))
        .open()
        .upload();
    let path = format!("/imports/{}", import.id);
    let id = import.id.into();
    let _ = import.commit().ok(202);
    let mut events = told(&app, &token, &id);
    let first = events.next().unwrap();
    assert_eq!(
        (&first["status"], &first["applied"]),
        (&json!("processing"), &json!(0))
    );
    app.release();
    let said: Vec<Value> = events.collect();
    let applied: Vec<i64> = said
        .iter()
        .map(|view| view["applied"].as_i64().unwrap())
        .collect();
    assert!(!applied.is_empty() && applied.is_sorted(), "{applied:?}");
    let last = said.last().unwrap();
    assert_eq!(
        (&last["status"], &last["applied"]),
        (&json!("completed"), &json!(30_000))
    );
    assert_eq!(*last, app.get(&token, &path).ok(200));
    // What has ended is told once.
    assert!(told(&app, &token, &id).eq([last.clone()]));
    // An undo is watched, too.
    let _ = app
        .post(&token, &format!("{path}/undo"), &json!({}))
        .ok(202);
    let last = told(&app, &token, &id).last().unwrap();
    assert_eq!(last["undo"]["status"], "done");
    assert_eq!(last["undo"]["deleted"], 30_000);
}

#[test]
fn a_stream_ends_before_its_connection_is_cut() {
    // Long enough that a busy machine is not what cuts it.
    let app = App::with(|config| config.response_seconds = 8);
    let token = super::owner("acme");
    let import = Import::plan(&app, &token, &super::people(1), super::names("add")).open();
    let start = Instant::now();
    let said: Vec<Value> = told(&app, &token, &import.id.into()).collect();
    assert_eq!(said.len(), 1);
    assert_eq!(said[0]["phase"], "uploading");
    let took = start.elapsed();
    assert!(took > Duration::from_secs(5), "{took:?}");
}
