//! A batch that kills whoever applies it ends its import, and nothing else.

use muster_tests::Import;

use crate::evidence;
use crate::harness::{Client, counts, database, description, file, turn};

#[test]
fn a_batch_that_kills_its_worker_each_time_ends_its_import_only() {
    let _turn = turn();
    let client = Client::new(&[("MUSTER_FAULT_BATCH", "1")]);
    let csv = file(0, 10_001, "Deadly");
    let import = Import::plan(&client.app, &client.token, &csv, description());
    let failed = client.carry(&import, "deadly");
    assert_eq!(client.restarts.get(), 3, "an attempt each");
    assert_eq!(
        (failed["status"].as_str(), failed["reason"].as_str()),
        (Some("failed"), Some("batch_failed"))
    );
    assert_eq!(counts(&failed), [5_000, 0, 0, 0, 5_001]);
    // The next one goes on; its only batch is the first.
    let csv = file(20_000, 5, "Next");
    let next = Import::plan(&client.app, &client.token, &csv, description());
    assert_eq!(counts(&client.carry(&next, "next")), [5, 0, 0, 0, 0]);
    // Without what killed it, the failed one can be continued, and ends as planned.
    client.tell(&[]);
    client.kill_after(std::time::Duration::ZERO).join().unwrap();
    let path = format!("/imports/{}/continue", failed["id"]);
    let _ = client.call("POST", &path, None, b"").ok(202);
    let ended = client.wait(&failed["id"]);
    assert_eq!(ended["status"], "completed");
    assert_eq!(counts(&ended), [10_001, 0, 0, 0, 0]);
    assert_eq!(
        client
            .app
            .number("SELECT count(DISTINCT phone) AS n FROM contacts"),
        10_006
    );
    assert_eq!(
        client.app.number("SELECT max(version) AS n FROM contacts"),
        1
    );
    client.app.data.check_integrity();
    evidence::count(
        3,
        &format!("workers killed by one batch on {}", database()),
        "0 failures; the next import went on, Continue completed it",
    );
}
