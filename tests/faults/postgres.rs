//! What only a PostgreSQL can do: serve several at once, and go away in the middle.

use std::time::Duration;

use muster_tests::{App, Data, Import, SECRET, claims, send, sign};

use super::{ROWS, description, file, free_port, spawn, start};

const MIGRATIONS: &str = "SELECT count(*) AS n FROM __diesel_schema_migrations";

const CUT: &str = "SELECT count(pg_terminate_backend(pid)) AS n FROM pg_stat_activity \
                   WHERE datname = current_database() AND application_name = 'muster' AND pid <> pg_backend_pid()";

/// The data of a test, where there is a PostgreSQL.
fn data() -> Option<Data> {
    Data::server().map(|_| Data::new())
}

#[test]
fn servers_that_start_at_once_migrate_once() {
    let Some(data) = data() else { return };
    let ports: Vec<u16> = (0..4).map(|_| free_port()).collect();
    let servers: Vec<_> = ports.iter().map(|&port| spawn(&data, port)).collect();
    for (server, port) in servers.iter().zip(&ports) {
        server.wait(*port);
    }
    let folders = std::fs::read_dir(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../crates/muster_server/migrations/postgres"
    ));
    let migrations = i64::try_from(folders.unwrap().count()).unwrap();
    assert_eq!(data.number(MIGRATIONS), migrations);
    // They serve the same workspace, whoever made it.
    let bearer = format!("Bearer {}", sign(&claims("acme", "owner"), SECRET));
    let headers = [("authorization", bearer.as_str())];
    let ask = |port: u16| {
        let address = format!("http://127.0.0.1:{port}");
        let view = send(&address, "GET", "/api/v1/workspace", &headers, b"").ok(200);
        view["fingerprint_key"].to_string()
    };
    let keys: Vec<String> = std::thread::scope(|scope| {
        let asking: Vec<_> = ports
            .iter()
            .map(|&port| scope.spawn(move || ask(port)))
            .collect();
        asking.into_iter().map(|key| key.join().unwrap()).collect()
    });
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
}

#[test]
fn an_import_ends_although_its_connections_are_cut() {
    let Some(data) = data() else { return };
    let port = free_port();
    let _server = start(&data, port);
    let app = App::running(format!("http://127.0.0.1:{port}"), data);
    let token = sign(&claims("acme", "owner"), SECRET);
    let mut cuts = 0;
    for run in 0..3 {
        let csv = file(run * ROWS, &format!("Run {run}"));
        let import = Import::plan(&app, &token, &csv, description())
            .open()
            .upload();
        let _ = import.commit().ok(202);
        // Once in each batch, at another moment: a third time in one batch would end the import.
        let mut cut = -1;
        loop {
            let batch = app.number("SELECT coalesce(max(next_batch), -1) AS n FROM jobs");
            if batch < 0 {
                break;
            }
            std::thread::sleep(Duration::from_millis(20 + u64::from(run) * 60));
            if batch > cut {
                cuts += app.number(CUT);
                cut = batch;
            }
        }
        let ended = import.wait();
        assert_eq!(ended.0["status"], "completed", "{ended:?}");
        assert_eq!(ended.counts(), [u64::from(ROWS), 0, 0, 0, 0]);
    }
    assert_eq!(
        app.number("SELECT count(DISTINCT phone) AS n FROM contacts"),
        i64::from(3 * ROWS)
    );
    assert_eq!(app.number("SELECT max(version) AS n FROM contacts"), 1);
    app.data.check_integrity();
    println!("{cuts} connections cut");
    assert!(cuts > 0);
}
