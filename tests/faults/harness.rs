//! Somebody who goes on, however often the server dies, and what the tests of faults share.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use muster_core::wire::{Batch, BatchColumns, Bounds, Row};
pub(crate) use muster_tests::free_port;
use muster_tests::{Answer, App, Data, Import, SECRET, claims, sign, try_exchange};
use serde_json::{Value, json};

use crate::evidence;
pub(crate) use crate::process::{Server, memory, signal};
use crate::process::{kill, program};

/// How long anybody waits for anything.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// These tests need the machine for themselves, and some take the database away: one at a time.
pub(crate) fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Numbers that are the same for the same `MUSTER_SEED`.
pub(crate) struct Random {
    pub(crate) seed: u64,
    state: u64,
}

impl Random {
    pub(crate) fn new() -> Self {
        let given = std::env::var("MUSTER_SEED").ok();
        let seed = given.and_then(|seed| seed.parse().ok()).unwrap_or_else(|| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
            u64::try_from(now.as_millis()).unwrap()
        });
        // A run that fails shows by which seed.
        eprintln!("MUSTER_SEED={seed}");
        Self { seed, state: seed }
    }

    /// Numbers of their own for somebody beside us.
    pub(crate) fn split(&self, who: u32) -> Self {
        let state = self.seed ^ (u64::from(who) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        Self {
            seed: self.seed,
            state,
        }
    }

    /// A number below the bound.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) % bound.max(1)
    }
}

/// How often a fault is tried: `now` in the test suite, `long` where `MUSTER_FAULTS=long` asks for a longer run.
pub(crate) fn times(now: u32, long: u32) -> u32 {
    let asked = std::env::var("MUSTER_FAULTS");
    evidence::cases(if asked.is_ok_and(|asked| asked == "long") {
        long
    } else {
        now
    })
}

/// Somebody who imports through a server that dies, and starts it again.
pub(crate) struct Client {
    pub(crate) app: App,
    pub(crate) token: String,
    /// How often the server was started again.
    pub(crate) restarts: Cell<u32>,
    port: u16,
    server: RefCell<Server>,
    told: RefCell<Vec<(&'static str, &'static str)>>,
}

impl Client {
    pub(crate) fn new(told: &[(&'static str, &'static str)]) -> Self {
        Self::on(Data::new(), told, None)
    }

    /// One whose data is somewhere else; what the first server logs goes to a file.
    pub(crate) fn on(
        data: Data,
        told: &[(&'static str, &'static str)],
        log: Option<&Path>,
    ) -> Self {
        let port = free_port();
        let mut server = Server::spawn(&data, port, told, log);
        server.wait();
        Self {
            app: App::running(format!("http://127.0.0.1:{port}"), data),
            token: sign(&claims("acme", "owner"), SECRET),
            restarts: Cell::new(0),
            port,
            server: RefCell::new(server),
            told: RefCell::new(told.to_vec()),
        }
    }

    /// Tells the server something else from its next start on.
    pub(crate) fn tell(&self, told: &[(&'static str, &'static str)]) {
        *self.told.borrow_mut() = told.to_vec();
    }

    /// Asks until there is an answer, however often the server dies meanwhile.
    pub(crate) fn call(&self, method: &str, path: &str, key: Option<&str>, body: &[u8]) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let mut headers = vec![("authorization", bearer.as_str())];
        headers.extend(key.map(|key| ("idempotency-key", key)));
        let path = format!("/api/v1{path}");
        let patience = Instant::now() + PATIENCE;
        loop {
            match try_exchange(&self.app.address, method, &path, &headers, body) {
                Ok(answer) if answer.status != 503 => return answer,
                Ok(_) => {}
                Err(_) => self.revive(),
            }
            assert!(Instant::now() < patience, "no answer: {method} {path}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Starts the server again if it is dead.
    fn revive(&self) {
        let mut server = self.server.borrow_mut();
        if server.has_ended() {
            let told = self.told.borrow().clone();
            *server = Server::spawn(&self.app.data, self.port, &told, None);
            // Dead already, it is started once more with the next call.
            let _ = server.listens();
            self.restarts.set(self.restarts.get() + 1);
        }
    }

    /// The most memory that the server had, in kB.
    pub(crate) fn memory(&self) -> u64 {
        memory(self.server.borrow().id())[1]
    }

    /// Runs the program once, beside the server; what it prints, or why it refuses.
    pub(crate) fn operate(&self, arguments: &[&str]) -> Result<String, String> {
        let data = &self.app.data;
        let mut command = Command::new(program());
        match data.url() {
            Some(url) => command.env("DATABASE_URL", url),
            None => command.env_remove("DATABASE_URL"),
        };
        let output = command.args(arguments).arg("--data").arg(data.folder());
        let output = output.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        if output.status.success() {
            Ok(text(output.stdout))
        } else {
            Err(text(output.stderr))
        }
    }

    /// Lets the server die before the step of this number from now on.
    pub(crate) fn die_at(&self, step: u64) {
        // The answer to this is a step, too.
        let step = (step + 1).to_string();
        let headers = [("x-die-at-step", step.as_str())];
        let answer = self.app.send("GET", "/health/live", &headers, b"");
        assert_eq!(answer.status, 200);
    }

    /// Tells the server to stop, and waits until it has. The next call starts it again.
    pub(crate) fn stop(&self) {
        let mut server = self.server.borrow_mut();
        server.signal("TERM");
        server.wait_for_end(PATIENCE);
    }

    /// Kills the server after a while, whatever it is doing. Once that has ended, the server has.
    pub(crate) fn kill_after(&self, wait: Duration) -> std::thread::JoinHandle<()> {
        let process = self.server.borrow().id();
        std::thread::spawn(move || {
            std::thread::sleep(wait);
            kill(process);
        })
    }

    /// The whole way of an import that was planned.
    pub(crate) fn carry(&self, import: &Import<'_>, key: &str) -> Value {
        let request = import.request().to_string();
        let opened = self.call("POST", "/imports", Some(key), request.as_bytes());
        let id = opened.ok(201)["id"].clone();
        for (number, batch) in import.batches.iter().enumerate() {
            let path = format!("/imports/{id}/batches/{number}");
            let answer = self.call("PUT", &path, None, batch);
            assert!([200, 201].contains(&answer.status), "{}", answer.text());
        }
        let commit = import.commit_request().to_string();
        let path = format!("/imports/{id}/commit");
        let _ = self.call("POST", &path, None, commit.as_bytes()).ok(202);
        self.wait(&id)
    }

    /// Waits for the end of an import.
    pub(crate) fn wait(&self, id: &Value) -> Value {
        let patience = Instant::now() + PATIENCE;
        loop {
            let view = self
                .call("GET", &format!("/imports/{id}"), None, b"")
                .ok(200);
            if view["status"] != "processing" {
                return view;
            }
            assert!(Instant::now() < patience, "still processing: {view}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// Cuts a plan into batches of so many rows.
pub(crate) fn cut(import: &mut Import<'_>, rows: usize) {
    let bounds = Bounds {
        bytes: 1_000_000,
        items: 10_000,
    };
    let whole = import.batches.iter();
    let whole: Vec<BatchColumns> = whole
        .map(|batch| BatchColumns::decode(batch, bounds).unwrap())
        .collect();
    let all: Vec<Row> = whole.iter().flat_map(|batch| batch.batch().rows).collect();
    let parts = all.chunks(rows).enumerate();
    let parts = parts.map(|(number, rows)| Batch {
        number: u32::try_from(number).unwrap(),
        rows: rows.to_vec(),
    });
    let parts = parts.map(|part| part.encode()).collect();
    import.batches = parts;
}

/// A file of phones and first names: `count` people from the number on.
pub(crate) fn file(from: u32, count: u32, name: &str) -> String {
    let lines = (from..from + count).map(|n| format!("+6012{:07},{name} {n}\n", 3_000_000 + n));
    format!("Phone,First\n{}", lines.collect::<String>())
}

/// What becomes of such a file.
pub(crate) fn description() -> Value {
    json!({
        "purpose": "add_and_update", "identifiers": ["phone"], "tags": ["Imported"],
        "columns": [{ "index": 0, "field": "phone" }, { "index": 1, "field": "first_name" }],
    })
}

/// New, updated, unchanged, skipped, error.
pub(crate) fn counts(view: &Value) -> [u64; 5] {
    ["new", "updated", "unchanged", "skipped", "error"]
        .map(|name| view["counts"][name].as_u64().unwrap())
}

/// On which database the tests run, for the table.
pub(crate) fn database() -> &'static str {
    match Data::server() {
        Some(_) => "PostgreSQL",
        None => "SQLite",
    }
}
