//! Somebody who imports: does what the page does, with the same core.

use std::time::{Duration, Instant};

use muster_core::Session;
use muster_core::limits::Limits;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::app::{App, send};

/// A file and what is to become of it.
pub struct Import<'a> {
    app: Address<'a>,
    token: &'a str,
    /// The session, after the diff.
    pub session: Session,
    description: Value,
    /// The import at the server, once it is open.
    pub id: u64,
    /// The batches, as they travel.
    pub batches: Vec<Vec<u8>>,
}

struct Address<'a>(&'a str);

impl Address<'_> {
    fn call(&self, token: &str, method: &str, path: &str, body: &[u8]) -> crate::Answer {
        let bearer = format!("Bearer {token}");
        send(
            self.0,
            method,
            &format!("/api/v1{path}"),
            &[("authorization", &bearer)],
            body,
        )
    }
}

/// An import that has ended.
#[derive(Clone, Debug)]
pub struct Ended(pub Value);

impl Ended {
    /// New, updated, unchanged, skipped, error.
    pub fn counts(&self) -> [u64; 5] {
        ["new", "updated", "unchanged", "skipped", "error"]
            .map(|name| self.0["counts"][name].as_u64().unwrap())
    }
}

impl<'a> Import<'a> {
    /// Reads a file, looks its rows up and compares them.
    pub fn plan(app: &'a App, token: &'a str, csv: &str, description: Value) -> Self {
        let mut session = Session::new(Limits::default());
        session.push(csv.as_bytes());
        session.finish().unwrap();
        let import = serde_json::from_value(description).unwrap();
        session.configure(&import, &app.workspace(token)).unwrap();
        loop {
            let lookups = session.lookups();
            if lookups.is_empty() {
                break;
            }
            for (n, lookup) in lookups.iter().enumerate() {
                let answer = app.call(token, "POST", "/contacts/match", lookup);
                assert_eq!(answer.status, 200, "{}", answer.text());
                session.matched(n, &answer.body).unwrap();
            }
        }
        for wanted in session.wanted() {
            let answer = app.call(token, "POST", "/contacts/values", &wanted);
            assert_eq!(answer.status, 200, "{}", answer.text());
            session.valued(&answer.body).unwrap();
        }
        session.diff();
        let batches = (0..session.batches()).map(|n| session.batch(n)).collect();
        let description = serde_json::to_value(session.to_open().unwrap()).unwrap();
        Self {
            app: Address(&app.address),
            token,
            session,
            description,
            id: 0,
            batches,
        }
    }

    /// What opens the import.
    pub fn request(&self) -> Value {
        json!({
            "file_name": "contacts.csv", "file_size": 1_000, "file_digest": "0".repeat(64), "signature": null,
            "rows": self.session.counts().total(), "language": "en", "wire_version": muster_core::wire::VERSION,
            "import": self.description,
        })
    }

    /// Opens the import.
    pub fn open(mut self) -> Self {
        let body = self.request().to_string();
        let answer = self
            .app
            .call(self.token, "POST", "/imports", body.as_bytes());
        self.id = answer.ok(201)["id"].as_u64().unwrap();
        self
    }

    /// The bytes of a batch.
    pub fn batch(&self, number: usize) -> &[u8] {
        &self.batches[number]
    }

    /// Sends one batch.
    pub fn put(&self, number: usize) -> crate::Answer {
        let path = format!("/imports/{}/batches/{number}", self.id);
        self.app
            .call(self.token, "PUT", &path, &self.batches[number])
    }

    /// Sends all batches.
    pub fn upload(self) -> Self {
        for number in 0..self.batches.len() {
            let _ = self.put(number).ok(201);
        }
        self
    }

    /// What commits the import.
    pub fn commit_request(&self) -> Value {
        let mut digest = Sha256::new();
        for batch in &self.batches {
            digest.update(Sha256::digest(batch));
        }
        let digest: String = digest
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        json!({ "batches": self.batches.len(), "digest": digest })
    }

    /// Commits the import.
    pub fn commit(&self) -> crate::Answer {
        let path = format!("/imports/{}/commit", self.id);
        self.app.call(
            self.token,
            "POST",
            &path,
            self.commit_request().to_string().as_bytes(),
        )
    }

    /// Waits for the end.
    pub fn wait(&self) -> Ended {
        let patience = Instant::now() + Duration::from_secs(60);
        loop {
            let path = format!("/imports/{}", self.id);
            let view = self.app.call(self.token, "GET", &path, b"").ok(200);
            if view["status"] != "processing" {
                return Ended(view);
            }
            assert!(Instant::now() < patience, "still processing: {view}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The whole way.
    pub fn run(self) -> Ended {
        let import = self.open().upload();
        let _ = import.commit().ok(202);
        import.wait()
    }

    /// The lines of the results file, without its header.
    pub fn results(app: &App, token: &str, ended: &Ended) -> Vec<Vec<String>> {
        let path = format!("/imports/{}/results.csv", ended.0["id"]);
        let answer = app.get(token, &path);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let mut reader = csv::Reader::from_reader(&answer.body[3..]);
        let lines = reader.records().map(Result::unwrap);
        lines
            .map(|line| line.iter().map(str::to_owned).collect())
            .collect()
    }
}
