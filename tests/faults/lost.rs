//! Answers that are lost after the server has done what it was asked: whoever asks again gets the same answer.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use muster_tests::{Answer, App, Import, SECRET, claims, sign, try_exchange};

use crate::evidence;
use crate::harness::{counts, cut, database, description, file, times, turn};

/// Rows of a batch.
const ROWS: usize = 3;
/// Batches of an import.
const BATCHES: u32 = 100;

/// Somebody in the middle who loses every other answer, once it is there as a whole.
struct Proxy {
    address: String,
    lost: Arc<AtomicU32>,
}

impl Proxy {
    fn start(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let server = server.strip_prefix("http://").unwrap().to_owned();
        let lost: Arc<AtomicU32> = Arc::default();
        let losing = lost.clone();
        std::thread::spawn(move || {
            for (n, client) in listener.incoming().flatten().enumerate() {
                let answer = forward(&client, &server);
                if n % 2 == 0 {
                    losing.fetch_add(1, Ordering::SeqCst);
                } else {
                    // Whoever asked may have gone.
                    let _ = { client }.write_all(&answer);
                }
            }
        });
        Self { address, lost }
    }
}

/// Passes a request on, and gives the whole answer.
fn forward(mut client: &TcpStream, server: &str) -> Vec<u8> {
    let (mut request, mut part) = (Vec::new(), [0; 65_536]);
    let head = loop {
        let length = client.read(&mut part).unwrap();
        assert!(length > 0, "half a request");
        request.extend_from_slice(&part[..length]);
        if let Some(end) = request.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
    };
    let text = String::from_utf8_lossy(&request[..head]).to_lowercase();
    let length = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.map_or(0, |length| length.parse().unwrap());
    while request.len() < head + 4 + length {
        let length = client.read(&mut part).unwrap();
        assert!(length > 0, "half a body");
        request.extend_from_slice(&part[..length]);
    }
    // The server ends the connection: so its answer is whole.
    request.splice(head..head, *b"\r\nconnection: close");
    let mut upstream = TcpStream::connect(server).unwrap();
    upstream.write_all(&request).unwrap();
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer).unwrap();
    answer
}

#[test]
fn lost_answers_are_given_again() {
    let _turn = turn();
    let app = App::with(|config| {
        config.token_rate = 0;
        config.workspace_rate = 0;
    });
    let token = sign(&claims("acme", "owner"), SECRET);
    let bearer = format!("Bearer {token}");
    let proxy = Proxy::start(&app.address);
    let ask = |method: &str, path: &str, key: &str, body: &[u8]| -> Answer {
        let path = format!("/api/v1{path}");
        let headers = [("authorization", bearer.as_str()), ("idempotency-key", key)];
        let first = try_exchange(&proxy.address, method, &path, &headers, body);
        assert!(first.is_err(), "the answer was not lost");
        try_exchange(&proxy.address, method, &path, &headers, body).unwrap()
    };
    let batches = times(BATCHES, 5_000);
    let runs = batches.div_ceil(BATCHES);
    let rows = BATCHES * u32::try_from(ROWS).unwrap();
    for run in 0..runs {
        let csv = file(run * rows, rows, &format!("Run {run}"));
        let mut import = Import::plan(&app, &token, &csv, description());
        cut(&mut import, ROWS);
        assert_eq!(import.batches.len(), BATCHES as usize);
        let request = import.request().to_string();
        let opened = ask(
            "POST",
            "/imports",
            &format!("run {run}"),
            request.as_bytes(),
        )
        .ok(201);
        let all = app.number("SELECT count(*) AS n FROM imports");
        assert_eq!(all, i64::from(run + 1), "opened twice");
        let path = format!("/imports/{}", opened["id"]);
        for (n, batch) in import.batches.iter().enumerate() {
            let answer = ask("PUT", &format!("{path}/batches/{n}"), "", batch);
            // Stored already: by the request whose answer was lost.
            assert_eq!(answer.status, 200, "{}", answer.text());
        }
        let commit = import.commit_request().to_string();
        let committed = ask("POST", &format!("{path}/commit"), "", commit.as_bytes()).ok(202);
        assert_eq!(committed["id"], opened["id"]);
        import.id = opened["id"].as_u64().unwrap();
        let ended = import.wait().0;
        assert_eq!(counts(&ended), [rows.into(), 0, 0, 0, 0]);
    }
    for (query, expected) in [
        ("SELECT count(*) AS n FROM contacts", rows * runs),
        (
            "SELECT count(DISTINCT phone) AS n FROM contacts",
            rows * runs,
        ),
        ("SELECT max(version) AS n FROM contacts", 1),
        ("SELECT count(*) AS n FROM import_batches", batches),
        (
            "SELECT count(*) AS n FROM audit WHERE action = 'commit'",
            runs,
        ),
    ] {
        assert_eq!(app.number(query), i64::from(expected), "{query}");
    }
    let lost = proxy.lost.load(Ordering::SeqCst);
    assert_eq!(lost, batches + 2 * runs);
    evidence::count(
        lost,
        &format!(
            "answers lost after the server had done it on {}",
            database()
        ),
        "0 failures; asked again, the same answer",
    );
}
