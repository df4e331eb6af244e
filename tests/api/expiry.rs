//! What time brings about.

use std::time::{Duration, Instant};

use muster_tests::{App, Import};
use serde_json::{Value, json};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const ROWS: &str = "SELECT count(*) AS n FROM import_batches";

/// A server that looks each second for what is over.
fn start() -> App {
    App::with(|config| config.sweep_seconds = 1)
}

/// Waits until the query finds nothing any more.
fn wait(app: &App, query: &str) {
    let patience = Instant::now() + Duration::from_secs(30);
    while app.number(query) > 0 {
        assert!(Instant::now() < patience, "{query}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn rows_are_deleted_seven_days_after_the_end() {
    let app = start();
    let token = super::owner("acme");
    let csv = "Phone,First,Last\n+60123456789,Ann,\nnope,Ben,\n";
    let ended = super::import(&app, &token, "add", csv);
    let path = format!("/imports/{}", ended.0["id"]);
    app.clock.advance(6 * DAY);
    std::thread::sleep(Duration::from_millis(1_500));
    assert_eq!(app.number(ROWS), 1);
    assert_eq!(app.get(&token, &format!("{path}/results.csv")).status, 200);
    app.clock.advance(DAY + DAY / 24);
    wait(&app, ROWS);
    let view = app.get(&token, &path).ok(200);
    assert_eq!(
        (&view["status"], &view["results_until"]),
        (&json!("expired"), &Value::Null)
    );
    // The row of the history stays as it was.
    assert_eq!(view["counts"], ended.0["counts"]);
    let _ = app
        .get(&token, &format!("{path}/results.csv"))
        .refused(410, "results_expired");
    for what in ["undo", "continue"] {
        let _ = app
            .post(&token, &format!("{path}/{what}"), &json!({}))
            .refused(410, "results_expired");
    }
    assert_eq!(app.number("SELECT count(*) AS n FROM contacts"), 1);
}

#[test]
fn an_upload_that_nobody_finishes_fails_after_a_day() {
    let app = start();
    let token = super::owner("acme");
    let import = Import::plan(&app, &token, &super::people(3), super::names("add"))
        .open()
        .upload();
    let path = format!("/imports/{}", import.id);
    app.clock.advance(DAY - DAY / 24);
    std::thread::sleep(Duration::from_millis(1_500));
    assert_eq!(app.number(ROWS), 1);
    app.clock.advance(DAY / 12);
    wait(&app, ROWS);
    let view = app.get(&token, &path).ok(200);
    assert_eq!(
        (&view["status"], &view["reason"], &view["results_until"]),
        (&json!("failed"), &json!("upload_incomplete"), &Value::Null)
    );
    let _ = import.commit().refused(409, "import_ended");
    let _ = import.put(0).refused(409, "import_ended");
    let _ = app
        .get(&token, &format!("{path}/results.csv"))
        .refused(404, "not_found");
    let proceed = app.call(&token, "POST", &format!("{path}/continue"), b"");
    let _ = proceed.refused(409, "not_failed");
}

#[test]
fn a_running_undo_is_waited_for() {
    let app = start();
    let token = super::owner("acme");
    let ended = super::import(&app, &token, "add", &super::people(5));
    let id = &ended.0["id"];
    // It is asked for, and rests.
    app.execute(&format!(
        "INSERT INTO jobs (workspace_id, import_id, queued_at, kind, paused) \
         SELECT workspace_id, id, 0, 'undo', TRUE FROM imports WHERE id = {id}"
    ));
    app.clock.advance(8 * DAY);
    std::thread::sleep(Duration::from_millis(1_500));
    assert_eq!(app.number(ROWS), 1);
    app.execute("DELETE FROM jobs");
    wait(&app, ROWS);
}
