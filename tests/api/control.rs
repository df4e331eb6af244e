//! `/imports/{id}/stop` and `/imports/{id}/continue`.

use std::time::Duration;

use muster_server::db::models::job;
use muster_tests::{App, Ended, Import};
use serde_json::Value;

/// The sum over the five outcomes.
fn rows(ended: &Ended) -> u64 {
    ended.counts().iter().sum()
}

#[test]
fn stops_between_two_batches() {
    let app = App::start();
    let token = super::owner("acme");
    let csv = super::people(20_000) + "nope,Nobody,\n";
    let import = Import::plan(&app, &token, &csv, super::names("add")).open();
    let path = format!("/imports/{}", import.id);
    let stop = || app.call(&token, "POST", &format!("{path}/stop"), b"");
    let _ = stop().refused(409, "import_uploading");
    let import = import.upload();
    let _ = import.commit().ok(202);
    let stopped = stop();
    let ended = import.wait();
    // It may have been too late for that.
    if stopped.status == 200 {
        assert_eq!(ended.0["reason"], "stopped");
        let [new, .., skipped, error] = ended.counts();
        assert_eq!((new % 5_000, new + skipped, error), (0, 20_000, 1));
        let results = Import::results(&app, &token, &ended);
        let with = |code: &str| results.iter().filter(|line| line[4] == code).count() as u64;
        assert_eq!(with("stopped"), skipped);
        // Asked for twice, it is done once.
        let _ = stop().ok(200);
    } else {
        let _ = stopped.refused(409, "import_ended");
    }
    assert_eq!(ended.0["status"], "completed");
    assert_eq!(rows(&ended), 20_001);
    assert_eq!(
        app.number("SELECT count(*) AS n FROM contacts"),
        ended.counts()[0].cast_signed()
    );
    let proceed = app.call(&token, "POST", &format!("{path}/continue"), b"");
    let _ = proceed.refused(409, "not_failed");
    // The workspace's next import goes on.
    let next = super::import(
        &app,
        &token,
        "add",
        "Phone,First,Last\n+60129999999,Next,\n",
    );
    assert_eq!(next.counts(), [1, 0, 0, 0, 0]);
}

#[test]
fn a_failed_import_goes_on_where_it_failed() {
    let app = App::with(|config| config.job_retry_seconds = 0);
    let token = super::owner("acme");
    let elsewhere = super::owner("other");
    let stone = serde_json::json!({ "fields": { "first_name": "First 5000" } });
    let _ = app.post(&elsewhere, "/contacts", &stone).ok(201);
    app.execute(
        "CREATE UNIQUE INDEX stumble ON contacts (first_name) WHERE first_name = 'First 5000'",
    );
    let csv = super::people(10_001) + "nope,Nobody,\n";
    let import = Import::plan(&app, &token, &csv, super::names("add"))
        .open()
        .upload();
    let _ = import.commit().ok(202);
    let failed = import.wait();
    assert_eq!(failed.0["reason"], "batch_failed");
    assert_eq!(failed.counts(), [5_000, 0, 0, 0, 5_002]);
    let path = format!("/imports/{}", import.id);
    let stop = app.call(&token, "POST", &format!("{path}/stop"), b"");
    let _ = stop.refused(409, "import_ended");
    app.execute("DROP INDEX stumble");
    let proceed = app
        .call(&token, "POST", &format!("{path}/continue"), b"")
        .ok(202);
    assert_eq!(proceed["status"], "processing");
    assert_eq!(proceed["finished_at"], Value::Null);
    let ended = import.wait();
    assert_eq!(ended.0["status"], "completed");
    assert_eq!(ended.counts(), [10_001, 0, 0, 0, 1]);
    assert_eq!(
        ended.0["errors_by_code"],
        serde_json::json!({ "phone_invalid": 1 })
    );
    assert_eq!(ended.0["applied"], 10_001);
    assert_eq!(Import::results(&app, &token, &ended).len(), 10_002);
    assert_eq!(app.number("SELECT max(version) AS n FROM contacts"), 1);
}

#[test]
fn workspaces_take_turns() {
    let app = App::with(|config| config.job_workers = 1);
    let tokens: Vec<String> = (0..3).map(|n| super::owner(&format!("acme-{n}"))).collect();
    let plan = |workspace: usize, rows: u32, purpose: &str| {
        let csv = super::people(rows);
        Import::plan(&app, &tokens[workspace], &csv, super::names(purpose))
            .open()
            .upload()
    };
    for token in &tokens {
        let csv = "Phone,First,Last\n+60129999999,Before,\n";
        let _ = super::import(&app, token, "add", csv);
    }
    // The first workspace has much to do, and all have something, when anybody begins.
    app.hold();
    let imports = [
        plan(0, 15_000, "add"),
        plan(0, 40_000, "add_all"),
        plan(1, 10_000, "add"),
        plan(2, 10_000, "add"),
    ];
    for import in &imports {
        let _ = import.commit().ok(202);
    }
    app.release();
    let ended: Vec<Ended> = imports.iter().map(Import::wait).collect();
    for (ended, rows) in ended.iter().zip([15_000, 40_000, 10_000, 10_000]) {
        assert_eq!(ended.counts(), [rows, 0, 0, 0, 0]);
    }
    let [first, second, other, another] = imports.map(|import| {
        app.number(&format!(
            "SELECT finished_at AS n FROM imports WHERE id = {}",
            import.id
        ))
    });
    assert!(first <= second, "a workspace does one import at a time");
    assert!(
        other <= second && another <= second,
        "nobody waits until another workspace is done"
    );
}

#[test]
fn a_turn_that_is_over_writes_nothing_and_holds_nobody_up() {
    const LONG: Duration = Duration::from_secs(60);
    let app = App::with(|config| config.job_workers = 0);
    let token = super::owner("acme");
    let import = Import::plan(&app, &token, &super::people(10_000), super::names("add"))
        .open()
        .upload();
    let _ = import.commit().ok(202);
    let connection = &mut app.data.connect();
    let take = |connection: &mut _| job::take(connection, "tests", LONG).unwrap();
    let first = take(connection).unwrap();
    assert_eq!(first.next_batch, 0);
    // As long as it has its lease, nobody else has the turn.
    assert_eq!(take(connection), None);
    assert!(job::extend(connection, &first, LONG).unwrap());
    assert!(job::end_turn(connection, &first).unwrap());
    // A heartbeat that comes too late holds nobody up.
    assert!(!job::extend(connection, &first, LONG).unwrap());
    let second = take(connection).unwrap();
    assert_eq!((second.next_batch, second.attempts), (1, 1));
    // Its lease runs out, and somebody else takes over.
    app.execute("UPDATE jobs SET leased_until = 1");
    let third = take(connection).unwrap();
    assert_eq!((third.next_batch, third.attempts), (1, 2));
    assert!(!job::is_ours(connection, &second).unwrap());
    assert!(!job::extend(connection, &second, LONG).unwrap());
    assert!(!job::end_turn(connection, &second).unwrap());
    assert!(!job::put_off(connection, &second, LONG, true).unwrap());
    assert!(!job::finish(connection, &second).unwrap());
    assert!(job::is_ours(connection, &third).unwrap());
    let stop = app.call(&token, "POST", &format!("/imports/{}/stop", import.id), b"");
    assert_eq!(stop.ok(200)["reason"], "stopped");
    assert!(!job::finish(connection, &third).unwrap());
}
