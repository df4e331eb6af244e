//! Three servers behind a proxy with one PostgreSQL, and many who import at once: each row arrives once, nobody waits
//! much longer than the others, and one server may die on the way.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Barrier;
use std::time::{Duration, Instant};

use muster_tests::{Answer, App, Data, Import, SECRET, claims, sign, try_exchange};
use serde_json::Value;

use crate::evidence;
use crate::harness::{Server, counts, description, file, free_port, times, turn};

const REPLICAS: usize = 3;
const WORKSPACES: usize = 30;
/// How long anybody waits for anything.
const PATIENCE: Duration = Duration::from_secs(600);
/// A turn that died is taken over after the lease: where all the others take less, that is not unfair.
const SHORT: Duration = Duration::from_secs(5);

/// The proxy, ended with the value.
struct Proxy(Child);

impl Proxy {
    fn start(folder: &Path, port: u16, replicas: &[u16]) -> Self {
        let servers = replicas.iter().enumerate();
        let servers = servers.map(|(n, port)| {
            format!("  server replica{n} 127.0.0.1:{port} check inter 100ms fall 1 rise 1\n")
        });
        let config = format!(
            "defaults\n  mode http\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n  retries 3\n  \
             option redispatch\nlisten muster\n  bind 127.0.0.1:{port}\n  balance roundrobin\n  \
             option httpchk GET /health/ready\n{}",
            servers.collect::<String>()
        );
        let path = folder.join("haproxy.cfg");
        std::fs::write(&path, config).unwrap();
        let program = std::env::var_os("MUSTER_HAPROXY").map(PathBuf::from);
        let program = program.unwrap_or_else(|| "/usr/sbin/haproxy".into());
        assert!(
            program.exists(),
            "haproxy is missing: `cargo xtask test faults` installs it"
        );
        let child = Command::new(program)
            .args(["-q", "-db", "-f"])
            .arg(path)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        Self(child.unwrap())
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Asks until some replica answers.
fn call(app: &App, token: &str, method: &str, path: &str, key: &str, body: &[u8]) -> Answer {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("idempotency-key", key)];
    let path = format!("/api/v1{path}");
    let patience = Instant::now() + PATIENCE;
    loop {
        match try_exchange(&app.address, method, &path, &headers, body) {
            Ok(answer) if answer.status < 500 => return answer,
            // 502 to 504 are the proxy's words for a replica that is gone.
            Ok(answer) => assert!(answer.status != 500, "{}", answer.text()),
            Err(_) => {}
        }
        assert!(Instant::now() < patience, "no answer: {method} {path}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The whole way of an import that was planned.
fn carry(app: &App, token: &str, import: &Import<'_>) -> Value {
    let ask = |method: &str, path: &str, body: &[u8]| call(app, token, method, path, "once", body);
    let request = import.request().to_string();
    let id = ask("POST", "/imports", request.as_bytes()).ok(201)["id"].clone();
    for (number, batch) in import.batches.iter().enumerate() {
        let stored = ask("PUT", &format!("/imports/{id}/batches/{number}"), batch);
        assert!([200, 201].contains(&stored.status), "{}", stored.text());
    }
    let commit = import.commit_request().to_string();
    let _ = ask("POST", &format!("/imports/{id}/commit"), commit.as_bytes()).ok(202);
    let patience = Instant::now() + PATIENCE;
    loop {
        let view = ask("GET", &format!("/imports/{id}"), b"").ok(200);
        if view["status"] != "processing" {
            return view;
        }
        assert!(Instant::now() < patience, "still processing: {view}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn many_workspaces_import_at_once_through_replicas_of_which_one_dies() {
    let _turn = turn();
    if Data::server().is_none() {
        return;
    }
    let rows = times(2_000, 20_000);
    let data = Data::new();
    let ports: Vec<u16> = (0..REPLICAS).map(|_| free_port()).collect();
    let spawn = |&port: &u16| Server::spawn(&data, port, &[], None);
    let mut servers: Vec<Server> = ports.iter().map(spawn).collect();
    servers.iter_mut().for_each(Server::wait);
    let port = free_port();
    let _proxy = Proxy::start(data.folder(), port, &ports);
    let app = App::running(format!("http://127.0.0.1:{port}"), data);
    let tokens: Vec<String> = (0..WORKSPACES)
        .map(|n| sign(&claims(&format!("workspace {n}"), "owner"), SECRET))
        .collect();
    for token in &tokens {
        let seen = call(&app, token, "GET", "/workspace", "once", b"");
        assert_eq!(seen.status, 200);
    }

    let begin = Barrier::new(WORKSPACES + 1);
    let (took, midway) = std::thread::scope(|scope| {
        let importing: Vec<_> = tokens
            .iter()
            .map(|token| {
                let (app, begin) = (&app, &begin);
                scope.spawn(move || {
                    let csv = file(0, rows, "Person");
                    let import = Import::plan(app, token, &csv, description());
                    begin.wait();
                    let begun = Instant::now();
                    let view = carry(app, token, &import);
                    assert_eq!(view["status"], "completed", "{view}");
                    assert_eq!(counts(&view), [u64::from(rows), 0, 0, 0, 0]);
                    begun.elapsed()
                })
            })
            .collect();
        begin.wait();
        let applied = "SELECT count(*) AS n FROM import_batches WHERE outcome IS NOT NULL";
        let patience = Instant::now() + PATIENCE;
        while app.number(applied) == 0 && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(5));
        }
        servers[0].kill();
        let ended = "SELECT count(*) AS n FROM imports WHERE state = 'completed'";
        let midway = app.number(ended) < WORKSPACES as i64;
        let mut took: Vec<Duration> = importing
            .into_iter()
            .map(|importing| importing.join().unwrap())
            .collect();
        took.sort_unstable();
        (took, midway)
    });

    let all = i64::from(rows) * WORKSPACES as i64;
    let contacts = "SELECT count(*) AS n FROM contacts";
    assert_eq!(app.number(contacts), all);
    let different =
        "SELECT count(*) AS n FROM (SELECT DISTINCT workspace_id, phone FROM contacts) AS d";
    assert_eq!(app.number(different), all);
    let untouched = "SELECT count(*) AS n FROM contacts WHERE version = 1";
    assert_eq!(app.number(untouched), all);
    assert_eq!(app.number("SELECT count(*) AS n FROM jobs"), 0);
    app.data.check_integrity();
    // Before their database goes.
    drop(servers);
    let (median, slowest) = (took[took.len() / 2], took[took.len() - 1]);
    assert!(
        slowest <= 3 * median.max(SHORT),
        "the slowest took {slowest:.1?}, the median {median:.1?}"
    );
    let when = if midway { "midway" } else { "at the end" };
    evidence::count(
        all,
        "rows of 30 workspaces at once through 3 replicas behind a proxy on PostgreSQL",
        &format!(
            "each once; one replica killed {when}; median {:.1} s, slowest {:.1} s",
            median.as_secs_f32(),
            slowest.as_secs_f32()
        ),
    );
}
