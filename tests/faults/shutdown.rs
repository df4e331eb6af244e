//! The server is told to stop: whoever is being served is served, the batch in hand is finished, and nobody waits for
//! those who don't come to an end.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use muster_tests::{App, Data, Import, SECRET, claims, sign};

use crate::evidence;
use crate::harness::{Server, database, description, file, free_port, times, turn};

const ROWS: u32 = 20_000;

fn start(data: &Data, port: u16) -> Server {
    let mut server = Server::spawn(data, port, &[], None);
    server.wait();
    server
}

fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let patience = Some(Duration::from_secs(20));
    stream.set_read_timeout(patience).unwrap();
    stream
}

/// The body of a request that creates a contact.
const BODY: &str = r#"{"fields":{"first_name":"Late"}}"#;

/// Begins such a request, up to some of its body, and waits until the server has begun with it, too.
fn begin(port: u16, token: &str) -> TcpStream {
    let mut stream = connect(port);
    let head = format!(
        "POST /api/v1/contacts HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         expect: 100-continue\r\ncontent-length: {}\r\n\r\n",
        BODY.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let expected = b"HTTP/1.1 100 Continue\r\n\r\n";
    let mut said = [0; 25];
    stream.read_exact(&mut said).unwrap();
    assert_eq!(said, *expected, "{}", String::from_utf8_lossy(&said));
    stream.write_all(&BODY.as_bytes()[..10]).unwrap();
    stream
}

#[test]
fn a_request_under_way_is_answered() {
    let _turn = turn();
    let data = Data::new();
    let port = free_port();
    let token = sign(&claims("acme", "owner"), SECRET);
    let mut server = start(&data, port);
    let mut slow = begin(port, &token);
    // Nobody waits for a connection that asks nothing.
    let mut idle = connect(port);
    idle.write_all(b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n")
        .unwrap();
    assert!(idle.read(&mut [0; 1_000]).unwrap() > 0);
    server.signal("TERM");
    // No new ones are taken: whoever balances the load sends them elsewhere.
    let until = Instant::now() + Duration::from_secs(5);
    while TcpStream::connect(("127.0.0.1", port)).is_ok() {
        assert!(Instant::now() < until, "it still listens");
        std::thread::sleep(Duration::from_millis(10));
    }
    slow.write_all(&BODY.as_bytes()[10..]).unwrap();
    let mut said = [0; 4_000];
    let length = slow.read(&mut said).unwrap();
    let said = String::from_utf8_lossy(&said[..length]);
    assert!(said.starts_with("HTTP/1.1 201 "), "{said}");
    drop(slow);
    server.wait_for_end(Duration::from_secs(15));
    assert_eq!(data.number("SELECT count(*) AS n FROM contacts"), 1);
    data.check_integrity();
}

#[test]
fn whoever_does_not_finish_is_cut() {
    let _turn = turn();
    let data = Data::new();
    let port = free_port();
    let token = sign(&claims("acme", "owner"), SECRET);
    let mut server = start(&data, port);
    let _never = begin(port, &token);
    server.signal("TERM");
    // Ten seconds to finish; the body alone would have had thirty.
    server.wait_for_end(Duration::from_secs(20));
    assert_eq!(data.number("SELECT count(*) AS n FROM contacts"), 0);
}

#[test]
fn the_batch_in_hand_is_finished_and_the_next_start_goes_on() {
    let _turn = turn();
    let data = Data::new();
    let port = free_port();
    let token = sign(&claims("acme", "owner"), SECRET);
    let mut server = start(&data, port);
    let app = App::running(format!("http://127.0.0.1:{port}"), data);
    let (mut midway, stops) = (0, times(5, 100));
    for run in 0..stops {
        let csv = file(run * ROWS, ROWS, &format!("Run {run}"));
        let import = Import::plan(&app, &token, &csv, description())
            .open()
            .upload();
        let _ = import.commit().ok(202);
        std::thread::sleep(Duration::from_millis(u64::from(run % 5) * 150));
        server.signal("TERM");
        server.wait_for_end(Duration::from_secs(20));
        // Whole batches: as many rows as those have that have an outcome, each of them once.
        let applied = "SELECT applied AS n FROM imports ORDER BY id DESC LIMIT 1";
        let settled = "SELECT coalesce(sum(to_apply), 0) AS n FROM import_batches \
                       WHERE outcome IS NOT NULL AND import_id = (SELECT max(id) FROM imports)";
        assert_eq!(app.data.number(applied), app.data.number(settled));
        midway += u32::from(app.data.number(applied) < i64::from(ROWS));
        server = start(&app.data, port);
        let ended = import.wait();
        assert_eq!(ended.0["status"], "completed");
        assert_eq!(ended.counts(), [u64::from(ROWS), 0, 0, 0, 0]);
        let all = i64::from(ROWS * (run + 1));
        let contacts = "SELECT count(*) AS n FROM contacts";
        assert_eq!(app.data.number(contacts), all);
    }
    app.data.check_integrity();
    assert!(midway > 0, "no stop came in time");
    evidence::count(
        stops,
        &format!("stops in the middle of an import on {}", database()),
        &format!("0 failures; {midway} before the last row was applied"),
    );
}
