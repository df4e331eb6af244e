//! A server in a process of its own, and somebody who imports through it.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, bail, ensure};
use jsonwebtoken::{EncodingKey, Header, encode};
use muster_core::import::Import;
use muster_core::limits::Limits;
use muster_core::wire::{Bounds, LOOKUP_ITEMS, Lookup};
use muster_core::{Session, Workspace};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::Place;

const SECRET: &str = "a secret of the bench, 32 bytes or more";
const PATIENCE: Duration = Duration::from_secs(600);
/// Lookups at once, as in `www/src/worker/engine.ts`.
const IN_FLIGHT: usize = 3;

/// A file and what becomes of it.
pub(crate) struct File {
    csv: Vec<u8>,
    import: Import,
    pub(crate) rows: u64,
}

impl File {
    pub(crate) fn read(folder: &Path) -> anyhow::Result<Self> {
        let csv = std::fs::read(folder.join("data.csv"))?;
        let import: Import = serde_json::from_slice(&std::fs::read(folder.join("import.json"))?)?;
        let rows = csv::Reader::from_reader(csv.as_slice()).records().count() as u64;
        Ok(Self { csv, import, rows })
    }

    /// The same people, all of them renamed.
    pub(crate) fn with_first_names_changed(&self) -> anyhow::Result<Self> {
        let mut import = self.import.clone();
        for field in &mut import.fields {
            field.create = false;
        }
        let named = import.columns.iter();
        let named = named.clone().find(|column| column.field == "first_name");
        let column = named.context("the file has no first names")?.index as usize;
        let mut reader = csv::Reader::from_reader(self.csv.as_slice());
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(reader.headers()?)?;
        for record in reader.records() {
            let record = record?;
            let cells = record.iter().enumerate();
            writer.write_record(cells.map(|(at, cell)| match at == column {
                true => format!("{cell}a"),
                false => cell.to_owned(),
            }))?;
        }
        let csv = writer.into_inner()?;
        let rows = self.rows;
        Ok(Self { csv, import, rows })
    }

    fn limits(&self) -> Limits {
        let usual = Limits::default();
        Limits {
            max_bytes: usual.max_bytes.max(self.csv.len() as u64 * 2),
            max_rows: usual
                .max_rows
                .max(u32::try_from(self.rows).unwrap_or(u32::MAX)),
            ..usual
        }
    }
}

/// An import that has ended.
pub(crate) struct Imported {
    view: Value,
    pub(crate) applied: Duration,
    pub(crate) matched: Duration,
    pub(crate) prints: u64,
    pub(crate) rows_together: usize,
}

impl Imported {
    /// New and updated.
    pub(crate) fn counts(&self) -> [u64; 2] {
        ["new", "updated"].map(|name| self.view["counts"][name].as_u64().unwrap_or(0))
    }
}

/// A running server.
pub(crate) struct Server {
    process: Child,
    agent: ureq::Agent,
    address: String,
    token: String,
    idle: u64,
}

impl Server {
    /// Starts it; it has started when it says that it is ready.
    pub(crate) fn start(program: &Path, place: &Place, file: &File) -> anyhow::Result<Self> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?
            .local_addr()?
            .port();
        let limits = file.limits();
        let mut command = Command::new(program);
        match place.url() {
            Some(url) => command.env("DATABASE_URL", url),
            None => command.env_remove("DATABASE_URL"),
        };
        let process = command
            .args(["--port", &port.to_string(), "--data"])
            .arg(place.folder())
            .env("MUSTER_JWT_SECRET", SECRET)
            .env("MUSTER_MAX_BYTES", limits.max_bytes.to_string())
            .env("MUSTER_MAX_ROWS", limits.max_rows.to_string())
            .env("MUSTER_TOKEN_RATE", "0")
            .env("MUSTER_WORKSPACE_RATE", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(PATIENCE))
            .build();
        let expires = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() + 36_000;
        let claims = json!({
            "sub": "bench", "name": "Ben Bencher", "workspace": "bench", "role": "owner",
            "aud": "muster", "iss": "muster", "exp": expires,
        });
        let mut server = Self {
            process,
            agent: agent.into(),
            address: format!("http://127.0.0.1:{port}"),
            token: encode(
                &Header::default(),
                &claims,
                &EncodingKey::from_secret(SECRET.as_bytes()),
            )?,
            idle: 0,
        };
        server.wait()?;
        server.idle = server.memory("VmRSS")?;
        // From here on the high-water mark counts anew.
        std::fs::write(format!("/proc/{}/clear_refs", server.process.id()), "5")?;
        Ok(server)
    }

    fn wait(&mut self) -> anyhow::Result<()> {
        let patience = Instant::now() + PATIENCE;
        let ready = format!("{}/health/ready", self.address);
        while !self
            .agent
            .get(&ready)
            .call()
            .is_ok_and(|answer| answer.status() == 200)
        {
            let ended = self.process.try_wait()?;
            ensure!(ended.is_none(), "the server ended before it was ready");
            ensure!(Instant::now() < patience, "the server does not start");
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    /// Asks it to end, and waits.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        let asked = Command::new("kill")
            .arg(self.process.id().to_string())
            .status()?;
        ensure!(
            asked.success() && self.process.wait()?.success(),
            "the server ended badly"
        );
        Ok(())
    }

    /// A line of what the system says of its memory.
    fn memory(&self, name: &str) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|line| line.split_whitespace().nth(1));
        Ok(number.context("the system does not tell")?.parse::<u64>()? * 1024)
    }

    pub(crate) fn memory_above_idle(&self) -> anyhow::Result<u64> {
        Ok(self.memory("VmHWM")?.saturating_sub(self.idle))
    }

    fn call(&self, method: &str, path: &str, body: &[u8]) -> anyhow::Result<Vec<u8>> {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}/api/v1{path}", self.address))
            .header("authorization", format!("Bearer {}", self.token));
        let answer = match method {
            "GET" => self.agent.run(request.body(())?),
            _ => self.agent.run(request.body(body)?),
        };
        let mut answer = answer.with_context(|| path.to_owned())?;
        let bytes = answer
            .body_mut()
            .with_config()
            .limit(1 << 30)
            .read_to_vec()?;
        if !answer.status().is_success() {
            bail!("{path}: {}", String::from_utf8_lossy(&bytes));
        }
        Ok(bytes)
    }

    fn json(&self, method: &str, path: &str, body: &Value) -> anyhow::Result<Value> {
        let bytes = self.call(method, path, body.to_string().as_bytes())?;
        Ok(serde_json::from_slice(&bytes)?)
    }

    fn workspace(&self) -> anyhow::Result<Workspace> {
        let view = self.json("GET", "/workspace", &Value::Null)?;
        let hex = view["fingerprint_key"].as_str().unwrap_or_default();
        let mut key = [0; 16];
        for (byte, at) in key.iter_mut().zip((0..).step_by(2)) {
            *byte = u8::from_str_radix(hex.get(at..at + 2).context("no key")?, 16)?;
        }
        let tags = view["tags"].as_array().into_iter().flatten();
        let tags = tags.filter_map(|tag| Some(tag["name"].as_str()?.to_owned()));
        Ok(Workspace {
            key,
            fields: serde_json::from_value(view["fields"].clone())?,
            tags: tags.collect(),
        })
    }

    /// Asks who has these fingerprints, as many requests at once as the page has in flight.
    fn match_all(&self, requests: &[Vec<u8>]) -> anyhow::Result<Vec<Vec<u8>>> {
        let next = AtomicUsize::new(0);
        let lane = || {
            let mut answers = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(request) = requests.get(number) else {
                    return anyhow::Ok(answers);
                };
                answers.push((number, self.call("POST", "/contacts/match", request)?));
            }
        };
        let mut answers = std::thread::scope(|scope| {
            let lanes: Vec<_> = (0..IN_FLIGHT).map(|_| scope.spawn(lane)).collect();
            let mut answers = Vec::with_capacity(requests.len());
            for lane in lanes {
                let answered = lane.join();
                answers.extend(answered.map_err(|_| anyhow::anyhow!("a lane broke"))??);
            }
            anyhow::Ok(answers)
        })?;
        answers.sort_unstable();
        Ok(answers.into_iter().map(|(_, answer)| answer).collect())
    }

    /// The whole way of a file, as the page goes it.
    pub(crate) fn import(&self, file: &File) -> anyhow::Result<Imported> {
        let mut session = Session::new(file.limits());
        session.push(&file.csv);
        let refused = session.finish().err();
        ensure!(refused.is_none(), "the file is refused: {refused:?}");
        session.configure(&file.import, &self.workspace()?)?;
        let (mut matched, mut prints) = (Duration::ZERO, 0);
        loop {
            let requests = session.lookups();
            if requests.is_empty() {
                break;
            }
            for request in &requests {
                let bounds = Bounds {
                    bytes: 1 << 20,
                    items: LOOKUP_ITEMS,
                };
                prints += Lookup::decode(request, bounds)?.prints() as u64;
            }
            let begun = Instant::now();
            let answers = self.match_all(&requests)?;
            matched += begun.elapsed();
            for (number, answer) in answers.iter().enumerate() {
                session.matched(number, answer)?;
            }
        }
        for request in session.wanted() {
            session.valued(&self.call("POST", "/contacts/values", &request)?)?;
        }
        session.diff();
        let opened = json!({
            "file_name": "contacts.csv", "file_size": file.csv.len(), "file_digest": "0".repeat(64),
            "signature": null, "rows": file.rows, "language": "en",
            "wire_version": muster_core::wire::VERSION, "import": session.to_open().context("no import")?,
        });
        let id = self.json("POST", "/imports", &opened)?["id"].clone();
        let mut digest = Sha256::new();
        for number in 0..session.batches() {
            let batch = session.batch(number);
            digest.update(Sha256::digest(&batch));
            self.call("PUT", &format!("/imports/{id}/batches/{number}"), &batch)?;
        }
        let digest = digest
            .finalize()
            .into_iter()
            .map(|byte| format!("{byte:02x}"));
        let commit = json!({ "batches": session.batches(), "digest": digest.collect::<String>() });
        let rows = usize::try_from(file.rows)?;
        let rows_together = rows.div_ceil(session.batches().max(1));
        drop(session);

        let begun = Instant::now();
        self.json("POST", &format!("/imports/{id}/commit"), &commit)?;
        loop {
            let view = self.json("GET", &format!("/imports/{id}"), &Value::Null)?;
            if view["status"] != "processing" {
                return Ok(Imported {
                    view,
                    applied: begun.elapsed(),
                    matched,
                    prints,
                    rows_together,
                });
            }
            ensure!(begun.elapsed() < PATIENCE, "still processing: {view}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
