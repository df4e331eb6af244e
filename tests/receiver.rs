//! Somebody who is told events: notes what arrives, and answers as it was told to.

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What arrived.
#[derive(Clone, Debug)]
pub struct Received {
    /// The headers, in lower case.
    pub headers: HashMap<String, String>,
    /// The body.
    pub body: String,
}

impl Received {
    /// The value of a header; empty where it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// What somebody does who is told something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Does {
    /// Answers with this status.
    Answers(u16),
    /// Closes the connection.
    Hangs,
    /// Says nothing until whoever told it has given up.
    Stalls,
}

/// A server that takes whatever is posted.
#[derive(Clone)]
pub struct Receiver {
    /// Where it is told.
    pub url: String,
    received: Arc<Mutex<Vec<Received>>>,
    script: Arc<Mutex<VecDeque<Does>>>,
    always: Arc<Mutex<Does>>,
}

impl Receiver {
    /// One that does this, then takes everything.
    pub fn start(script: &[Does]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let receiver = Self {
            url,
            received: Arc::default(),
            script: Arc::new(Mutex::new(script.iter().copied().collect())),
            always: Arc::new(Mutex::new(Does::Answers(204))),
        };
        let serving = receiver.clone();
        // It ends with the process: nobody waits for a listener.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let serving = serving.clone();
                std::thread::spawn(move || serving.serve(stream));
            }
        });
        receiver
    }

    /// What it does from now on, after its script.
    pub fn always(&self, does: Does) {
        *self.always.lock().unwrap() = does;
    }

    fn serve(&self, stream: TcpStream) -> Option<()> {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let mut headers = HashMap::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                break;
            };
            headers.insert(name.to_lowercase(), value.to_owned());
        }
        let length: usize = headers.get("content-length")?.parse().ok()?;
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        let body = String::from_utf8(body).ok()?;
        self.received
            .lock()
            .unwrap()
            .push(Received { headers, body });
        let next = self.script.lock().unwrap().pop_front();
        let does = next.unwrap_or_else(|| *self.always.lock().unwrap());
        match does {
            Does::Answers(status) => {
                let here = &self.url;
                let answer = format!(
                    "HTTP/1.1 {status} So\r\nlocation: {here}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                );
                reader.into_inner().write_all(answer.as_bytes()).ok()?;
            }
            Does::Hangs => {}
            Does::Stalls => drop(reader.read(&mut [0])),
        }
        Some(())
    }

    /// What has arrived so far.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// Waits until so much has arrived.
    #[track_caller]
    pub fn wait(&self, many: usize) -> Vec<Received> {
        let patience = Instant::now() + Duration::from_secs(60);
        loop {
            let received = self.received();
            if received.len() >= many {
                return received;
            }
            assert!(
                Instant::now() < patience,
                "{} of {many}: {received:?}",
                received.len()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}
