//! Hundreds who send or read so slowly that they would hold the server: cut at their deadline, and nobody else waits.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use muster_tests::{Data, SECRET, claims, exchange, sign};

use crate::evidence;
use crate::harness::{Server, database, free_port, times, turn};

/// Seconds until heads, bodies and answers have to be through.
const DEADLINE: &str = "3";
/// What others may wait: 200 ms on a machine of one's own, which a test does not have.
const P99: Duration = Duration::from_secs(2);

/// What 99 of a hundred are through after.
fn p99(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() * 99 / 100]
}

#[test]
fn slow_connections_are_cut_and_nobody_waits_for_them() {
    let _turn = turn();
    let (data, port) = (Data::new(), free_port());
    let told = [
        ("MUSTER_HEAD_SECONDS", DEADLINE),
        ("MUSTER_BODY_SECONDS", DEADLINE),
        ("MUSTER_RESPONSE_SECONDS", DEADLINE),
        ("MUSTER_SLOWEST_BYTES", "1073741824"),
    ];
    let mut server = Server::spawn(&data, port, &told, None);
    server.wait();
    let address = format!("http://127.0.0.1:{port}");
    let token = sign(&claims("acme", "owner"), SECRET);
    let bearer = format!("Bearer {token}");
    let ask = || {
        let headers = [("authorization", bearer.as_str())];
        let begun = Instant::now();
        let answer = exchange(&address, "GET", "/api/v1/workspace", &headers, b"");
        assert_eq!(answer.status, 200);
        begun.elapsed()
    };
    // A machine that is busy with others, too, is slow without those who are slow on purpose.
    let alone = p99((0..300).map(|_| ask()).collect());
    let host = format!("host: x\r\nauthorization: {bearer}\r\n");
    // The page's own document: nobody's, and asked for so often, more than any buffer holds.
    let page = format!("GET /openapi.json HTTP/1.1\r\n{host}\r\n").repeat(400);
    let head = format!("GET /api/v1/workspace HTTP/1.1\r\n{host}x-slow:");
    let body = format!("POST /api/v1/contacts HTTP/1.1\r\n{host}content-length: 100\r\n\r\n{{");
    // The system keeps megabytes for each who does not read, and takes its time where that becomes too much: they are
    // few.
    let kind = |n: usize| match n % 20 {
        0 if n < 1_000 => &page,
        n if n % 2 == 0 => &head,
        _ => &body,
    };
    let whole = 400
        * exchange(&address, "GET", "/openapi.json", &[], b"")
            .body
            .len();
    let slow = times(200, 5_000);
    let begun = Instant::now();
    let connections: Vec<TcpStream> = (0..slow as usize)
        .map(|n| {
            let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
            stream.write_all(kind(n).as_bytes()).unwrap();
            stream
        })
        .collect();
    let opened = Instant::now();
    let p99 = p99((0..300).map(|_| ask()).collect());
    assert!(p99 < P99.max(alone * 5), "{p99:?}; alone {alone:?}");
    // All are cut, whoever reads or not: what is still under way comes, then the end.
    std::thread::sleep(Duration::from_secs(5).saturating_sub(opened.elapsed()));
    for (n, mut stream) in connections.into_iter().enumerate() {
        let patience = Some(Duration::from_secs(20));
        stream.set_read_timeout(patience).unwrap();
        let (mut said, mut part) = (0, [0; 65_536]);
        loop {
            match stream.read(&mut part) {
                Ok(0) => break,
                Ok(length) => said += length,
                Err(error) => {
                    let open = matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
                    assert!(!open, "connection {n} stays open");
                    break;
                }
            }
        }
        // A reader who does not read has not been given everything.
        assert!(said < whole, "connection {n} was given {said} bytes");
    }
    let took = begun.elapsed();
    evidence::count(
        slow,
        &format!("slow connections on {}", database()),
        &format!("all cut, after {took:.0?} at the latest; p99 of others meanwhile {p99:.1?}"),
    );
}
