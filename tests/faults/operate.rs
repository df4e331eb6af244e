//! `muster_server jobs`, beside a running server and without one.

use muster_tests::Import;

use crate::harness::{Client, counts, description, file, turn};

#[test]
fn operators_see_and_steer_jobs() {
    let _turn = turn();
    let client = Client::new(&[]);
    let plan = |from, count| {
        let csv = file(from, count, "Person");
        let import = Import::plan(&client.app, &client.token, &csv, description());
        import.open().upload()
    };
    // Nobody begins before all of it is said.
    let _ = plan(0, 1);
    client.app.hold();
    let first = plan(10_000, 10_000);
    let second = plan(100_000, 10);
    let third = plan(200_000, 10);
    for import in [&first, &second, &third] {
        let _ = import.commit().ok(202);
    }
    let jobs = |what: &str, import: u64| {
        let import = import.to_string();
        client.operate(&["jobs", what, "acme", &import])
    };
    assert!(jobs("pause", second.id).is_ok());
    assert!(jobs("pause", third.id).is_ok());
    client.app.release();
    let ended = client.wait(&first.id.into());
    assert_eq!(counts(&ended), [10_000, 0, 0, 0, 0]);
    // Without a server, too. The next call starts it again.
    client.stop();
    let said = client.operate(&["jobs", "list"]).unwrap();
    let paused = |import: u64| format!("acme\t{import}\tapply\t0 of 1\t0\t");
    assert!(
        said.contains(&paused(second.id)) && said.contains("paused"),
        "{said}"
    );
    assert!(jobs("fail", third.id).is_ok());
    let ended = client.wait(&third.id.into());
    assert_eq!(
        (&ended["status"], &ended["reason"]),
        (&"failed".into(), &"ended_by_operator".into())
    );
    assert_eq!(counts(&ended), [0, 0, 0, 0, 10]);
    assert!(jobs("resume", second.id).is_ok());
    let ended = client.wait(&second.id.into());
    assert_eq!(counts(&ended), [10, 0, 0, 0, 0]);
    // There is nothing left to steer.
    let said = jobs("pause", second.id).unwrap_err();
    assert!(said.contains("there is no job"), "{said}");
    let said = client
        .operate(&["jobs", "pause", "nobody", "1"])
        .unwrap_err();
    assert!(said.contains("nobody"), "{said}");
}
