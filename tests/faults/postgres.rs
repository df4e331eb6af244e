//! What only a PostgreSQL can do: serve several at once, and go away in the middle.

use std::time::{Duration, Instant};

use muster_tests::{Data, Import, SECRET, claims, send, sign};

use crate::evidence;
use crate::harness::{
    Client, Random, Server, counts, cut, description, file, free_port, signal, times, turn,
};

const ROWS: u32 = 20_000;

const MIGRATIONS: &str = "SELECT count(*) AS n FROM __diesel_schema_migrations";

const CUT: &str = "SELECT count(pg_terminate_backend(pid)) AS n FROM pg_stat_activity \
                   WHERE datname = current_database() AND application_name = 'muster' AND pid <> pg_backend_pid()";

/// One of the server's backends.
const BACKEND: &str = "SELECT max(pid) AS n FROM pg_stat_activity \
                       WHERE datname = current_database() AND application_name = 'muster' AND pid <> pg_backend_pid()";

#[test]
fn servers_that_start_at_once_migrate_once() {
    let _turn = turn();
    if Data::server().is_none() {
        return;
    }
    let data = Data::new();
    let ports: Vec<u16> = (0..4).map(|_| free_port()).collect();
    let spawn = |&port: &u16| Server::spawn(&data, port, &[], None);
    let mut servers: Vec<Server> = ports.iter().map(spawn).collect();
    servers.iter_mut().for_each(Server::wait);
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
    let _turn = turn();
    if Data::server().is_none() {
        return;
    }
    let client = Client::new(&[]);
    let app = &client.app;
    let (mut cuts, runs) = (0, times(3, 100));
    for run in 0..runs {
        let csv = file(run * ROWS, ROWS, &format!("Run {run}"));
        let import = Import::plan(app, &client.token, &csv, description())
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
            std::thread::sleep(Duration::from_millis(20 + u64::from(run % 3) * 60));
            if batch > cut {
                cuts += app.number(CUT);
                cut = batch;
            }
        }
        let ended = client.wait(&import.id.into());
        assert_eq!(ended["status"], "completed", "{ended}");
        assert_eq!(counts(&ended), [u64::from(ROWS), 0, 0, 0, 0]);
    }
    check(&client, runs * ROWS);
    assert!(cuts > 0);
    evidence::count(cuts, "connections to PostgreSQL cut", "0 failures");
}

/// Each row is there once.
fn check(client: &Client, rows: u32) {
    for (query, expected) in [
        ("SELECT count(*) AS n FROM contacts", i64::from(rows)),
        (
            "SELECT count(DISTINCT phone) AS n FROM contacts",
            i64::from(rows),
        ),
        ("SELECT max(version) AS n FROM contacts", 1),
        ("SELECT count(*) AS n FROM jobs", 0),
    ] {
        assert_eq!(client.app.number(query), expected, "{query}");
    }
    client.app.data.check_integrity();
}

#[test]
fn an_import_ends_although_postgres_restarts() {
    let _turn = turn();
    if Data::server().is_none() {
        return;
    }
    let mut random = Random::new();
    let client = Client::new(&[]);
    let restarts = times(5, 200);
    let mut took = 0;
    for run in 0..=restarts {
        let csv = file(run * ROWS, ROWS, &format!("Run {run}"));
        let import = Import::plan(&client.app, &client.token, &csv, description());
        let moment = Duration::from_millis(random.below(took));
        let data = &client.app.data;
        let ended = std::thread::scope(|scope| {
            // A backend that is killed takes all others with it: PostgreSQL recovers as after a crash.
            if run > 0 {
                scope.spawn(move || {
                    std::thread::sleep(moment);
                    let backend = data.number(BACKEND);
                    signal(u32::try_from(backend).unwrap(), "KILL");
                });
            }
            let start = Instant::now();
            let ended = client.carry(&import, &format!("run {run}"));
            took = took.max(u64::try_from(start.elapsed().as_millis()).unwrap());
            ended
        });
        client.app.data.wait();
        assert_eq!(ended["status"], "completed", "{ended}");
        assert_eq!(counts(&ended), [u64::from(ROWS), 0, 0, 0, 0], "run {run}");
    }
    check(&client, (restarts + 1) * ROWS);
    assert_eq!(client.restarts.get(), 0, "the server outlives its database");
    evidence::count(
        restarts,
        "restarts of PostgreSQL",
        &format!("0 failures, seed {}", random.seed),
    );
}

#[test]
fn what_a_paused_server_writes_too_late_is_refused() {
    let _turn = turn();
    if Data::server().is_none() {
        return;
    }
    let mut random = Random::new();
    // The client's own server waits; the ones that are paused come and go.
    let metrics = free_port().to_string();
    let client = Client::new(&[("MUSTER_OPERATIONS_PORT", metrics.clone().leak())]);
    let pauses = times(5, 300);
    let mut refused = 0;
    for run in 0..pauses {
        let csv = file(run * ROWS, ROWS, &format!("Run {run}"));
        let port = free_port();
        let log = client.app.data.folder().join(format!("paused-{run}.log"));
        let mut paused = Server::spawn(&client.app.data, port, &[], Some(&log));
        paused.wait();
        let import = Import::plan(&client.app, &client.token, &csv, description())
            .open()
            .upload();
        // Committed there, it is begun there.
        let bearer = format!("Bearer {}", client.token);
        let path = format!("/api/v1/imports/{}/commit", import.id);
        let _ = send(
            &format!("http://127.0.0.1:{port}"),
            "POST",
            &path,
            &[("authorization", &bearer)],
            import.commit_request().to_string().as_bytes(),
        )
        .ok(202);
        std::thread::sleep(Duration::from_millis(random.below(400)));
        paused.signal("STOP");
        std::thread::sleep(Duration::from_secs(3));
        paused.signal("CONT");
        let ended = client.wait(&import.id.into());
        assert_eq!(ended["status"], "completed", "{ended}");
        assert_eq!(counts(&ended), [u64::from(ROWS), 0, 0, 0, 0], "run {run}");
        // It says so when it notices.
        std::thread::sleep(Duration::from_millis(500));
        let said = std::fs::read_to_string(&log).unwrap();
        refused += said.matches("nothing was written").count();
    }
    let metrics = send(
        &format!("http://127.0.0.1:{metrics}"),
        "GET",
        "/metrics",
        &[],
        b"",
    );
    let takeovers = metrics.text().lines().find_map(|line| {
        let count = line.strip_prefix("muster_lease_takeovers_total ")?;
        count.parse::<usize>().ok()
    });
    assert!(takeovers.is_some_and(|takeovers| takeovers >= refused));
    check(&client, pauses * ROWS);
    evidence::count(
        pauses,
        "servers paused for three leases",
        &format!(
            "0 failures; {refused} late writes refused, seed {}",
            random.seed
        ),
    );
}

#[test]
fn a_turn_that_somebody_else_has_taken_writes_nothing() {
    let _turn = turn();
    if Data::server().is_none() {
        return;
    }
    let client = Client::new(&[]);
    let app = &client.app;
    let tries = times(5, 100);
    for run in 0..tries {
        let csv = file(run * ROWS, ROWS, &format!("Run {run}"));
        let mut import = Import::plan(app, &client.token, &csv, description());
        // So many turns that it lasts until somebody else has come.
        cut(&mut import, 100);
        let import = import.open().upload();
        let _ = import.commit().ok(202);
        let patience = Instant::now() + Duration::from_secs(60);
        let leased = "SELECT count(*) AS n FROM jobs WHERE leased_until > 0";
        while app.number(leased) == 0 {
            assert!(Instant::now() < patience, "nobody takes the job");
        }
        // As if another server had it from now on, with a batch in hand here.
        app.execute("UPDATE jobs SET fence = fence + 1, leased_until = 9999999999999");
        let next = app.number("SELECT next_batch AS n FROM jobs");
        std::thread::sleep(Duration::from_secs(2));
        assert_eq!(app.number("SELECT next_batch AS n FROM jobs"), next);
        let settled = "SELECT count(*) AS n FROM import_batches AS b JOIN jobs AS j USING (workspace_id, import_id) \
                       WHERE outcome IS NOT NULL";
        assert_eq!(app.number(settled), next);
        app.execute("UPDATE jobs SET leased_until = 0");
        let ended = client.wait(&import.id.into());
        assert_eq!(counts(&ended), [u64::from(ROWS), 0, 0, 0, 0], "run {run}");
    }
    check(&client, tries * ROWS);
    evidence::count(
        tries,
        "turns taken from a server at work",
        "it wrote nothing",
    );
}
