//! Bodies and heads that want more than they weigh, on every route that takes one: refused at once, and they cost no
//! more memory than what of them may come at all.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use muster_core::wire::{Batch, MatchRequest, Row, RowPlan};
use muster_server::routes::table::OPERATIONS;
use muster_tests::{App, Data, Import, SECRET, claims, sign};

use crate::evidence;
use crate::harness::{Server, database, description, file, free_port, memory, turn};

/// What a refusal may take: a tenth of a second on a machine of one's own, which a test does not have.
const TIME: Duration = Duration::from_secs(1);
/// What one request may cost besides the part of it that may come.
const KILOBYTES: u64 = 10 * 1_024;

/// Has the system forget the most that the program had.
fn forget(server: &Server) {
    std::fs::write(format!("/proc/{}/clear_refs", server.id()), "5").unwrap();
}

/// A batch that is small as it travels, and unpacked larger than a file and all that comes with it.
fn inflating() -> Vec<u8> {
    let value = "a".repeat(64 << 20);
    let plan = RowPlan::New {
        values: vec![(0, value.into())],
        tags: vec![],
        key: None,
    };
    let row = Row {
        row: 2,
        plan,
        warnings: vec![],
    };
    let batch = Batch {
        number: 0,
        rows: vec![row],
    };
    batch.encode()
}

/// Sends a head and so much of a body as is taken; gives the status and how long it took to come.
fn throw(port: u16, head: &str, part: &[u8], times: usize) -> (u16, Duration) {
    let begun = Instant::now();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let patience = Some(Duration::from_secs(20));
    stream.set_read_timeout(patience).unwrap();
    stream.set_write_timeout(patience).unwrap();
    let mut sent = stream.write_all(head.as_bytes());
    for _ in 0..times {
        if sent.is_err() {
            break;
        }
        sent = stream.write_all(part);
    }
    // Where the connection was cut while we wrote, its last words may be lost.
    let mut said = [0; 1_000];
    let status = match stream.read(&mut said) {
        Ok(length) if length > 12 => String::from_utf8_lossy(&said[9..12]).parse().unwrap(),
        answer => {
            assert!(sent.is_err(), "no answer: {answer:?}");
            413
        }
    };
    (status, begun.elapsed())
}

/// A message that says it has four billion entries.
fn boasting() -> Vec<u8> {
    let mut message = MatchRequest::default().encode();
    let length = message.len();
    message[length - 1] = 0xff;
    message.extend([0xff, 0xff, 0xff, 0x0f]);
    message
}

#[test]
fn bombs_are_refused_at_once_and_cost_nothing() {
    let _turn = turn();
    let data = Data::new();
    let port = free_port();
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut server = Server::spawn(&data, port, &[], Some(log.path()));
    server.wait();
    let token = sign(&claims("acme", "owner"), SECRET);
    let deep = [b"[".repeat(400_000), b"]".repeat(400_000)].concat();
    let boasting = boasting();
    let zeros = vec![0; 1_500];
    let chunk = [b"10000\r\n".to_vec(), vec![b' '; 65_536], b"\r\n".to_vec()].concat();
    let many = "x-a: b\r\n".repeat(2_000);
    let long = format!("x-long: {}\r\n", "x".repeat(60_000));
    // The first request makes the workspace, and the threads and caches of the program.
    let plain = format!("host: x\r\nauthorization: Bearer {token}\r\nif-match: \"1\"\r\n");
    for _ in 0..50 {
        let head = format!("GET /api/v1/contacts HTTP/1.1\r\n{plain}\r\n");
        assert_eq!(throw(port, &head, b"", 0).0, 200);
    }
    let app = App::running(format!("http://127.0.0.1:{port}"), data);
    let open = Import::plan(&app, &token, &file(0, 3, "Person"), description()).open();
    let inflating = inflating();
    assert!(inflating.len() < 100_000, "{}", inflating.len());
    let mut thrown = 0;
    let (mut slowest, mut dearest) = (Duration::ZERO, 0);
    for operation in OPERATIONS.iter().filter(|operation| !operation.demo) {
        let path = operation
            .path
            .replace("{id}", &open.id.to_string())
            .replace("{n}", "0")
            .replace("{key}", "plan")
            .replace("{signature}", "x");
        let start = format!("{} {path} HTTP/1.1\r\n", operation.method);
        let mut check = |rest: &str, part: &[u8], times: usize, statuses: &[u16]| {
            let head = format!("{start}{plain}{rest}\r\n");
            let here = format!("{} {rest:.40}", operation.name);
            // Others may have the processor: the best of three.
            let tries = [(); 3].map(|()| {
                forget(&server);
                let [before, _] = memory(server.id());
                let (status, time) = throw(port, &head, part, times);
                assert!(statuses.contains(&status), "{here}: {status}");
                let [_, most] = memory(server.id());
                (time, most.saturating_sub(before))
            });
            let best = tries.map(|(time, _)| time).into_iter().min().unwrap();
            assert!(best < TIME, "{here}: {best:?}");
            // Of some bodies a part may come: as much as a description of an import may have.
            let taken = (part.len() as u64 * times as u64 / 1_024).min(8 * 1_024);
            let cost = tries.map(|(_, cost)| cost).into_iter().min().unwrap();
            assert!(cost <= KILOBYTES + taken, "{here}: {cost} kB");
            slowest = slowest.max(best);
            dearest = dearest.max(cost);
            thrown += 3;
        };
        check(&long, b"", 0, &[431]);
        check(&many, b"", 0, &[400, 431]);
        if operation.takes.is_none() {
            continue;
        }
        for encoding in ["gzip", "br", "deflate", "zstd"] {
            let rest = format!("content-encoding: {encoding}\r\ncontent-length: 1500\r\n");
            check(&rest, &zeros, 1, &[415]);
        }
        check("content-length: 1000000000000\r\n", b"", 0, &[413]);
        let length = format!("content-length: {}\r\n", deep.len());
        check(&length, &deep, 1, &[400, 404, 413, 422]);
        let length = format!("content-length: {}\r\n", boasting.len());
        check(&length, &boasting, 1, &[400, 404, 413, 422]);
        // A batch may be as large as a file.
        if operation.name == "putBatch" {
            let length = format!("content-length: {}\r\n", inflating.len());
            check(&length, &inflating, 1, &[413, 422]);
        } else {
            check("transfer-encoding: chunked\r\n", &chunk, 200, &[413]);
        }
    }
    // It is no fault of the server's, and fills no log.
    let said = std::fs::read_to_string(log.path()).unwrap();
    assert!(!said.contains("ERROR"), "{said}");
    evidence::count(
        thrown,
        &format!("bombs on {}", database()),
        &format!(
            "0 failures; the slowest refused after {slowest:.1?}, the dearest cost {dearest} kB"
        ),
    );
}
