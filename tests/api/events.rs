//! `GET /imports/{id}/events`.

#![expect(
    clippy::unwrap_used,
    reason = "a failure here is a failure of the test that asked"
)]

use std::time::{Duration, Instant};

use muster_tests::{Answer, App, Import};
use serde_json::{Value, json};

/// The imports that a stream told of.
fn told(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "text/event-stream");
    let data = answer
        .text()
        .lines()
        .filter_map(|line| line.strip_prefix("data: "));
    data.map(|json| serde_json::from_str(json).unwrap())
        .collect()
}

#[test]
fn tells_how_an_import_goes_on_until_it_has_ended() {
    let app = App::start();
    let token = super::owner("acme");
    let import = Import::plan(&app, &token, &super::people(30_000), super::names("add"))
        .open()
        .upload();
    let path = format!("/imports/{}", import.id);
    let events = format!("{path}/events");
    let said = std::thread::scope(|scope| {
        let watching = scope.spawn(|| told(&app.get(&token, &events)));
        let _ = import.commit().ok(202);
        watching.join().unwrap()
    });
    let applied: Vec<i64> = said
        .iter()
        .map(|view| view["applied"].as_i64().unwrap())
        .collect();
    assert!(applied.len() > 1 && applied.is_sorted(), "{applied:?}");
    let last = said.last().unwrap();
    assert_eq!(
        (&last["status"], &last["applied"]),
        (&json!("completed"), &json!(30_000))
    );
    assert_eq!(*last, app.get(&token, &path).ok(200));
    // What has ended is told once.
    assert_eq!(told(&app.get(&token, &events)), std::slice::from_ref(last));
    // An undo is watched, too.
    let _ = app
        .post(&token, &format!("{path}/undo"), &json!({}))
        .ok(202);
    let said = told(&app.get(&token, &events));
    assert_eq!(said.last().unwrap()["undo"]["status"], "done");
    assert_eq!(said.last().unwrap()["undo"]["deleted"], 30_000);
}

#[test]
fn a_stream_ends_before_its_connection_is_cut() {
    let app = App::with(|config| config.response_seconds = 4);
    let token = super::owner("acme");
    let import = Import::plan(&app, &token, &super::people(1), super::names("add")).open();
    let start = Instant::now();
    let said = told(&app.get(&token, &format!("/imports/{}/events", import.id)));
    assert_eq!(said.len(), 1);
    assert_eq!(said[0]["phase"], "uploading");
    let took = start.elapsed();
    assert!(
        took > Duration::from_secs(2) && took < Duration::from_secs(4),
        "{took:?}"
    );
}
