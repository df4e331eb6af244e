//! The server dies at a random moment of applying and is started again: each row is applied once. So it does when its
//! PostgreSQL goes away.

#![expect(
    clippy::unwrap_used,
    reason = "a failure here is a failure of the test that asked"
)]

mod postgres;

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use muster_tests::{App, Data, Import, SECRET, claims, sign};
use serde_json::json;

/// Rows of the file; half of them change a contact, half become one.
const ROWS: u32 = 20_000;
/// How often the server is killed, each time in another import.
const KILLS: u32 = 20;

/// The server's program, which cargo leaves two folders above this one.
fn program() -> PathBuf {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    path.push("muster_server");
    assert!(
        path.exists(),
        "{} is missing: run `cargo build -p muster_server` first",
        path.display()
    );
    path
}

/// The running program. A test that fails leaves none behind: an orphan would hold the port and the output.
struct Server(Child);

impl Server {
    /// Waits until it listens.
    fn wait(&self, port: u16) {
        let patience = Instant::now() + Duration::from_secs(30);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < patience, "the server does not listen");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// As the power goes: no signal that could be handled.
    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the program on the data, and waits until it listens.
fn start(data: &Data, port: u16) -> Server {
    let server = spawn(data, port);
    server.wait(port);
    server
}

fn spawn(data: &Data, port: u16) -> Server {
    let mut command = Command::new(program());
    match data.url() {
        Some(url) => command.env("DATABASE_URL", url),
        None => command.env_remove("DATABASE_URL"),
    };
    let child = command
        .args(["--port", &port.to_string(), "--data"])
        .arg(data.folder())
        .env("MUSTER_JWT_SECRET", SECRET)
        .env("RUST_LOG", "warn")
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    Server(child)
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// A file over the contacts `from..from + ROWS`: the phones below `from + ROWS / 2` are stored already.
fn file(from: u32, name: &str) -> String {
    let lines = (from..from + ROWS).map(|n| format!("+6012{:07},{name} {n}\n", 3_000_000 + n));
    format!("Phone,First\n{}", lines.collect::<String>())
}

fn description() -> serde_json::Value {
    json!({
        "purpose": "add_and_update", "identifiers": ["phone"], "tags": ["Imported"],
        "columns": [{ "index": 0, "field": "phone" }, { "index": 1, "field": "first_name" }],
    })
}

#[test]
fn killed_at_random_moments_each_row_is_applied_once() {
    let seed = std::env::var("MUSTER_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(|| {
            SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .unwrap()
                .as_nanos() as u64
        });
    println!("MUSTER_SEED={seed}");
    let mut random = seed;
    let mut midway = 0;
    let data = Data::new();
    let port = free_port();
    let token = sign(&claims("acme", "owner"), SECRET);
    let mut server = start(&data, port);
    let app = App::running(format!("http://127.0.0.1:{port}"), data);
    let half = ROWS / 2;
    let first = Import::plan(&app, &token, &file(0, "Run 0"), description()).run();
    assert_eq!(first.counts(), [u64::from(ROWS), 0, 0, 0, 0]);
    // How long applying takes here tells where the random moments lie.
    let took = app
        .number("SELECT finished_at - received_at AS n FROM imports WHERE id = 1")
        .max(1);
    for run in 1..=KILLS {
        let csv = file(run * half, &format!("Run {run}"));
        let import = Import::plan(&app, &token, &csv, description())
            .open()
            .upload();
        let _ = import.commit().ok(202);
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let moment = (random >> 33) % took.cast_unsigned();
        std::thread::sleep(Duration::from_millis(moment));
        server.kill();
        let applied = app.number("SELECT applied AS n FROM imports ORDER BY id DESC LIMIT 1");
        midway += u32::from(applied < i64::from(ROWS));
        app.data.check_integrity();
        server = start(&app.data, port);
        let ended = import.wait();
        let context = format!("run {run}, killed after {moment} ms at {applied} rows");
        assert_eq!(ended.0["status"], "completed", "{context}");
        assert_eq!(
            ended.counts(),
            [half.into(), half.into(), 0, 0, 0],
            "{context}"
        );
        assert_eq!(ended.0["applied"], ROWS, "{context}");
        let all = i64::from(ROWS + run * half);
        let named =
            format!("SELECT count(*) AS n FROM contacts WHERE first_name LIKE 'Run {run} %'");
        assert_eq!(app.number(&named), i64::from(ROWS), "{context}");
        for (query, expected) in [
            ("SELECT count(*) AS n FROM contacts", all),
            ("SELECT count(DISTINCT phone) AS n FROM contacts", all),
            ("SELECT count(*) AS n FROM contact_tags", all),
            // Each contact but the newest half was changed exactly once; the first run's first half never.
            (
                "SELECT sum(version - 1) AS n FROM contacts",
                i64::from(run * half),
            ),
            ("SELECT max(version) AS n FROM contacts", 2),
            ("SELECT count(*) AS n FROM jobs", 0),
        ] {
            assert_eq!(app.number(query), expected, "{query}: {context}");
        }
        assert_eq!(
            Import::results(&app, &token, &ended).len(),
            ROWS as usize,
            "{context}"
        );
    }
    app.data.check_integrity();
    server.kill();
    println!(
        "{KILLS} kills, {midway} of them before the last row was applied, {took} ms to apply {ROWS} rows"
    );
    assert!(
        midway > 0,
        "no kill came in time: the moments are chosen badly"
    );
}
