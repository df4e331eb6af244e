//! A server on a fresh database, spoken to over real HTTP.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use muster_core::{Workspace, field};
use muster_server::Config;
use muster_server::clock::Clock;
use serde_json::{Value, json};

use muster_server::db::Connection;

use crate::data::{self, Data};

/// The secret of the tests' tokens.
pub const SECRET: &str = "a secret of the tests, 32 bytes or more";

/// Seconds that a token is valid: longer than any run of tests.
const VALID: u64 = 24 * 60 * 60;

/// Seconds since 1970.
pub fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| now.as_secs())
}

/// The claims of a valid token.
pub fn claims(workspace: &str, role: &str) -> Value {
    json!({
        "sub": format!("{role}-1"), "name": "Tess Tester", "workspace": workspace, "role": role,
        "aud": "muster", "iss": "muster", "exp": now() + VALID,
    })
}

/// A port that is free, and that nobody is given by chance: it lies below those that the system hands out to whoever
/// does not choose, for connections, too. So a server that was ended finds its port again.
pub fn free_port() -> u16 {
    const FIRST: u32 = 10_000;
    const PORTS: u32 = 20_000;
    static TAKEN: AtomicU32 = AtomicU32::new(0);
    loop {
        // Several programs with tests begin at different places.
        let begin = std::process::id().wrapping_mul(100);
        let n = begin.wrapping_add(TAKEN.fetch_add(1, Ordering::Relaxed)) % PORTS;
        let port = u16::try_from(FIRST + n).unwrap();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// A token with these claims.
pub fn sign(claims: &Value, secret: &str) -> String {
    let key = jsonwebtoken::EncodingKey::from_secret(secret.as_bytes());
    jsonwebtoken::encode(&jsonwebtoken::Header::default(), claims, &key).unwrap()
}

/// When a lease ends that does not end.
const NEVER: i64 = 9_999_999_999_999;

/// What the server answered.
#[must_use]
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers, in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header; empty where it is missing.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body of a successful answer.
    #[track_caller]
    pub fn ok(&self, status: u16) -> Value {
        assert_eq!(
            self.status,
            status,
            "{}",
            String::from_utf8_lossy(&self.body)
        );
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The body of a refusal, which is problem+json with this code.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) -> Value {
        let problem: Value = serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{}: no JSON: {}", self.status, self.text()));
        assert_eq!(
            (self.status, problem["code"].as_str()),
            (status, Some(code)),
            "{problem}"
        );
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(problem["status"], status);
        problem
    }
}

/// A server on a fresh database. Dropping it fails the test if work is left over or the database is damaged.
pub struct App {
    /// Where it listens.
    pub address: String,
    /// Its data.
    pub data: Data,
    /// The server's clock.
    pub clock: Clock,
    server: Option<Running>,
}

struct Running {
    handle: Box<dyn FnOnce() + Send + Sync>,
    thread: JoinHandle<()>,
}

impl App {
    /// A server as it is.
    pub fn start() -> Self {
        Self::with(|_| {})
    }

    /// A server with another configuration.
    pub fn with(change: impl FnOnce(&mut Config)) -> Self {
        let data = Data::new();
        let mut config = Config {
            bind: "127.0.0.1".into(),
            port: 0,
            data: data.folder().into(),
            database_url: data.url().map(Into::into),
            jwt_secret: Some(SECRET.into()),
            workers: 1,
            demo_contacts: 100,
            ..Config::default()
        };
        change(&mut config);
        let (sender, receiver) = channel();
        let clock = Clock::default();
        let shared = clock.clone();
        let thread = std::thread::spawn(move || {
            let ended = actix_web::rt::System::new().block_on(muster_server::run_at(
                config,
                shared,
                move |address, handle| {
                    let stop = Box::new(move || drop(handle.stop(true)));
                    sender
                        .send((address, stop as Box<dyn FnOnce() + Send + Sync>))
                        .unwrap();
                },
            ));
            ended.unwrap();
        });
        let (address, handle) = receiver.recv().unwrap();
        Self {
            address: format!("http://{address}"),
            data,
            clock,
            server: Some(Running { handle, thread }),
        }
    }

    /// A server that somebody else runs on this data.
    pub fn running(address: String, data: Data) -> Self {
        Self {
            address,
            data,
            clock: Clock::default(),
            server: None,
        }
    }

    /// Sends a request and takes whatever comes back.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        send(&self.address, method, path, headers, body)
    }

    /// Sends a request as somebody of the workspace.
    pub fn call(&self, token: &str, method: &str, path: &str, body: &[u8]) -> Answer {
        let bearer = format!("Bearer {token}");
        self.send(
            method,
            &format!("/api/v1{path}"),
            &[("authorization", &bearer)],
            body,
        )
    }

    /// Reads as somebody of the workspace.
    pub fn get(&self, token: &str, path: &str) -> Answer {
        self.call(token, "GET", path, b"")
    }

    /// Sends JSON as somebody of the workspace.
    pub fn post(&self, token: &str, path: &str, body: &Value) -> Answer {
        self.call(token, "POST", path, body.to_string().as_bytes())
    }

    /// What an import has to know of the token's workspace.
    pub fn workspace(&self, token: &str) -> Workspace {
        let view = self.get(token, "/workspace").ok(200);
        let key = view["fingerprint_key"].as_str().unwrap();
        let byte = |at: usize| u8::from_str_radix(&key[at * 2..at * 2 + 2], 16).unwrap();
        let names = view["tags"].as_array().unwrap().iter();
        Workspace {
            key: std::array::from_fn(byte),
            fields: serde_json::from_value::<Vec<field::Field>>(view["fields"].clone()).unwrap(),
            tags: names
                .map(|tag| tag["name"].as_str().unwrap().into())
                .collect(),
        }
    }

    /// The number that a query finds, named `n`.
    pub fn number(&self, query: &str) -> i64 {
        self.data.number(query)
    }

    /// Changes the database behind the server's back.
    pub fn execute(&self, statement: &str) {
        self.data.execute(statement);
    }

    /// Has every workspace with an import wait, as if another server had its turn: what is committed from now on is
    /// queued, and stays so until it is released.
    pub fn hold(&self) {
        self.execute(&format!(
            "INSERT INTO jobs (workspace_id, import_id, queued_at, leased_until) \
             SELECT workspace_id, max(id), 0, {NEVER} FROM imports GROUP BY workspace_id"
        ));
    }

    /// Lets the workspaces go on that wait.
    pub fn release(&self) {
        self.release_by(&mut self.data.connect());
    }

    /// The same where there may be no other connection.
    pub fn release_by(&self, connection: &mut Connection) {
        let statement = format!("DELETE FROM jobs WHERE leased_until = {NEVER}");
        data::execute(connection, &statement);
    }
}

/// Sends a request; what comes back is held against the API's document.
pub fn send(
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    let answer = exchange(address, method, path, headers, body);
    crate::contract::check(method, path, &answer);
    answer
}

/// Sends a request and takes whatever comes back.
pub fn exchange(
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    let answer = try_exchange(address, method, path, headers, body);
    answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"))
}

/// Sends a request to a server that may be gone, or go before it has answered.
pub fn try_exchange(
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Result<Answer, ureq::Error> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .timeout_global(Some(Duration::from_secs(60)))
        .build()
        .into();
    let mut request = ureq::http::Request::builder()
        .method(method)
        .uri(format!("{address}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = if body.is_empty() && ["GET", "DELETE", "HEAD", "OPTIONS"].contains(&method) {
        agent.run(request.body(()).unwrap())
    } else {
        agent.run(request.body(body).unwrap())
    };
    let mut answer = answer?;
    let headers = answer.headers().iter();
    Ok(Answer {
        status: answer.status().as_u16(),
        headers: headers
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect(),
        body: answer
            .body_mut()
            .with_config()
            .limit(1 << 30)
            .read_to_vec()?,
    })
}

impl Drop for App {
    fn drop(&mut self) {
        let Some(server) = self.server.take() else {
            return;
        };
        let failing = std::thread::panicking();
        let patience = Instant::now() + Duration::from_secs(10);
        let jobs = "SELECT count(*) AS n FROM jobs";
        let mut left = self.number(jobs);
        while !failing && left > 0 && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(20));
            left = self.number(jobs);
        }
        (server.handle)();
        let ended = server.thread.join();
        if !failing {
            assert!(ended.is_ok(), "the server ended badly");
            assert_eq!(left, 0, "jobs are left over");
            self.data.check_integrity();
        }
    }
}
