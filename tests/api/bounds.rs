//! What is too slow, too much or too often is refused with a code of its own, and nobody else waits for it.

#![expect(
    clippy::unwrap_used,
    reason = "a failure here is a failure of the test that asked"
)]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use muster_core::wire::MatchRequest;
use muster_tests::{App, Import, SECRET, claims, sign};
use serde_json::json;

/// Slow connections of each kind.
const SLOW: usize = 50;

fn connect(app: &App) -> TcpStream {
    let address = app.address.strip_prefix("http://").unwrap();
    let stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream
}

/// What the server says until it ends the connection.
fn until_end(stream: &mut TcpStream) -> Vec<u8> {
    let (mut said, mut buffer) = (Vec::new(), [0; 65_536]);
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return said,
            Ok(count) => said.extend_from_slice(&buffer[..count]),
            Err(error) => {
                assert!(
                    !matches!(
                        error.kind(),
                        std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                    ),
                    "the connection stays open"
                );
                return said;
            }
        }
    }
}

#[test]
fn cuts_slow_connections_at_their_deadline() {
    let app = App::with(|config| {
        config.demo = true;
        config.demo_contacts = 20_000;
        config.head_seconds = 2;
        config.body_seconds = 1;
        config.response_seconds = 1;
        config.slowest_bytes = 64 << 20;
    });
    let token = sign(&claims("demo", "owner"), SECRET);
    let p99 = || {
        let ask = |_| {
            let start = Instant::now();
            assert_eq!(app.get(&token, "/workspace").status, 200);
            start.elapsed()
        };
        let mut times: Vec<Duration> = (0..200).map(ask).collect();
        times.sort_unstable();
        times[197]
    };
    // On a machine that others use, too.
    let alone = p99();
    let bearer = format!("host: x\r\nauthorization: Bearer {token}\r\n");
    let start_some = |count: usize, request: &str| -> Vec<TcpStream> {
        let open = |_| {
            let mut stream = connect(&app);
            stream.write_all(request.as_bytes()).unwrap();
            stream
        };
        (0..count).map(open).collect()
    };
    let start = |request: &str| start_some(SLOW, request);
    let begun = Instant::now();
    let silent = start("");
    let heads = start("GET /api/v1/workspace HTTP/1.1\r\nhost: x\r\nx-slow:");
    let seconds = start("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\nGET /health/live HTT");
    let body = "content-length: 100\r\n\r\n{";
    let bodies = start(&format!("POST /api/v1/contacts HTTP/1.1\r\n{bearer}{body}"));
    let chunks = "transfer-encoding: chunked\r\n\r\n1\r\n{\r\n";
    let chunked = start(&format!(
        "POST /api/v1/contacts HTTP/1.1\r\n{bearer}{chunks}"
    ));
    let unread = start(&format!(
        "POST /api/v1/contacts HTTP/1.1\r\nhost: x\r\n{body}"
    ));
    // About 16 MB each, more than the system keeps for whoever does not read.
    let page = format!("GET /api/v1/contacts?limit=1000 HTTP/1.1\r\n{bearer}\r\n");
    let readers = start_some(5, &page.repeat(80));

    // Others don't notice.
    let p99 = p99();
    let most = Duration::from_secs(1).max(alone * 5);
    assert!(p99 < most, "p99: {p99:?}; alone: {alone:?}");

    let ended = |kind: &str, streams: Vec<TcpStream>, says: &str| {
        for mut stream in streams {
            let said = until_end(&mut stream);
            let said = String::from_utf8_lossy(&said);
            assert!(said.contains(says), "{kind}: {said}");
        }
        println!("{kind}: {:?}", begun.elapsed());
    };
    ended("silent", silent, "408");
    ended("heads", heads, "408");
    ended("second heads", seconds, "200 OK");
    ended("bodies", bodies, "body_timeout");
    ended("chunked bodies", chunked, "body_timeout");
    ended("unread bodies", unread, "unauthorized");
    assert!(
        begun.elapsed() < Duration::from_secs(15),
        "{:?}",
        begun.elapsed()
    );
    std::thread::sleep(Duration::from_secs(2));
    let sizes = readers
        .into_iter()
        .map(|mut stream| until_end(&mut stream).len());
    let whole = app.get(&token, "/contacts?limit=1000").body.len() * 80;
    for size in sizes {
        assert!(size < whole, "{size} of {whole}");
    }
}

#[test]
fn a_large_answer_gets_through_a_line_that_is_fast_enough() {
    let app = App::with(|config| {
        config.demo = true;
        config.demo_contacts = 2_000;
        config.response_seconds = 1;
        // Read is somewhat faster, also on a machine that is late.
        config.slowest_bytes = 10_000;
    });
    let token = sign(&claims("demo", "owner"), SECRET);
    let mut stream = connect(&app);
    let request = format!(
        "GET /api/v1/contacts?limit=1000 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    // Three times as long as a short answer may take.
    let mut said = vec![0; 60_000];
    for part in said.chunks_mut(20_000) {
        stream.read_exact(part).unwrap();
        std::thread::sleep(Duration::from_millis(800));
    }
    said.extend(until_end(&mut stream));
    let text = String::from_utf8_lossy(&said);
    assert!(
        text.ends_with('}') && text.contains("\"next\":1000"),
        "{}",
        said.len()
    );
}

#[test]
fn refuses_what_is_too_large_or_too_deep() {
    let app = App::start();
    let token = super::owner("acme");
    let check = |body: &[u8], status: u16, code: &str| {
        for path in ["/contacts", "/imports"] {
            // Others may have the processor: the best of three.
            let took = [(); 3].map(|()| {
                let start = Instant::now();
                let _ = app.call(&token, "POST", path, body).refused(status, code);
                start.elapsed()
            });
            assert!(
                took.iter().min() < Some(&Duration::from_secs(1)),
                "{path}: {code}"
            );
        }
    };
    check(&vec![b' '; (8 << 20) + 1], 413, "too_large");
    check(
        &[b"[".repeat(100_000), b"]".repeat(100_000)].concat(),
        400,
        "bad_request",
    );
    let nested = format!("{{\"fields\":{}{}}}", "[".repeat(16), "]".repeat(16));
    check(nested.as_bytes(), 400, "bad_request");
    check(b"\xff\xfe", 400, "bad_request");
    let bearer = format!("Bearer {token}");
    for encoding in ["gzip", "br", "zstd", "deflate", "gzip, identity", "x"] {
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-encoding", encoding),
        ];
        let answer = app.send("POST", "/api/v1/contacts", &headers, b"{}");
        let _ = answer.refused(415, "encoding_unsupported");
    }
    let long = "x".repeat(20_000);
    let headers = [
        ("authorization", bearer.as_str()),
        ("x-long", long.as_str()),
    ];
    let answer = app.send("GET", "/api/v1/workspace", &headers, b"");
    let _ = answer.refused(431, "head_too_large");
    let answer = app.send(
        "GET",
        &format!("/api/v1/contacts?search={long}"),
        &headers[..1],
        b"",
    );
    let _ = answer.refused(431, "head_too_large");
    // Longer than is read at all.
    let mut stream = connect(&app);
    let _ = stream
        .write_all(format!("GET / HTTP/1.1\r\nhost: x\r\nx: {}", "x".repeat(200_000)).as_bytes());
    let said = until_end(&mut stream);
    assert!(said.is_empty() || said.starts_with(b"HTTP/1.1 431"));
    assert_eq!(app.get(&token, "/workspace").status, 200);
}

#[test]
fn an_import_has_so_many_batches() {
    let app = App::with(|config| config.max_batches = 1);
    let token = super::owner("acme");
    let import = Import::plan(&app, &token, &super::people(3), super::names("add")).open();
    let _ = import.put(0).ok(201);
    let id = app.get(&token, "/imports").ok(200)["imports"][0]["id"].clone();
    let first = import.batch(0);
    let answer = app.call(&token, "PUT", &format!("/imports/{id}/batches/1"), first);
    let _ = answer.refused(422, "batch_invalid");
}

#[test]
fn asking_too_often_is_refused_per_token_and_per_workspace() {
    let app = App::with(|config| {
        config.token_rate = 1;
        config.workspace_rate = 2;
    });
    let token = |workspace: &str, person: &str| {
        let mut claims = claims(workspace, "owner");
        claims["sub"] = json!(person);
        sign(&claims, SECRET)
    };
    let begun = Instant::now();
    let passed = |token: &str, count: u64| {
        let mut passed = 0;
        for _ in 0..count {
            let answer = app.get(token, "/workspace");
            if answer.status == 200 {
                passed += 1;
            } else {
                let _ = answer.refused(429, "rate_limited");
                let wait: u64 = answer.header("retry-after").parse().unwrap();
                assert!((1..=10).contains(&wait), "{wait}");
            }
        }
        passed
    };
    // What comes back while this runs, however long that takes.
    let back = |rate: u64| rate * (begun.elapsed().as_secs() + 1);
    // Ten seconds' worth each.
    let one = passed(&token("ours", "one"), 20);
    assert!(10 <= one && one <= 10 + back(1), "{one}");
    let two = passed(&token("ours", "two"), 8);
    assert_eq!(two, 8);
    // The workspace has 20 for all of them.
    let three = passed(&token("ours", "three"), 20);
    let left = 20_u64.saturating_sub(one + two);
    assert!(
        left <= three && one + two + three <= 20 + back(2),
        "{three}"
    );
    assert_eq!(passed(&token("theirs", "one"), 10), 10);
}

#[test]
fn a_workspace_has_so_many_open_uploads_and_stored_bytes() {
    let app = App::with(|config| {
        config.max_open_uploads = 2;
        config.max_stored_bytes = 1_000;
    });
    let token = super::owner("acme");
    let plan = |count| Import::plan(&app, &token, &super::people(count), super::names("add"));
    let request = plan(3).request();
    let first = app.post(&token, "/imports", &request).ok(201);
    let _ = app.post(&token, "/imports", &request).ok(201);
    let answer = app.post(&token, "/imports", &request);
    let _ = answer.refused(429, "uploads_full");
    assert_eq!(answer.header("retry-after"), "60");
    // Others may, and so may they when one is gone.
    let _ = app
        .post(&super::owner("theirs"), "/imports", &request)
        .ok(201);
    let path = format!("/imports/{}", first["id"]);
    assert_eq!(app.call(&token, "DELETE", &path, b"").status, 204);
    let import = plan(500).open();
    let _ = import.put(0).refused(413, "storage_full");
    // What was refused was not kept.
    assert_eq!(
        app.number("SELECT sum(bytes_received) AS n FROM imports"),
        0
    );
    assert_eq!(app.number("SELECT count(*) AS n FROM import_batches"), 0);
}

#[test]
fn lookups_are_noted_and_limited_by_day() {
    // The day is to be the same from the beginning to the end.
    while muster_tests::now() % 86_400 > 86_400 - 20 {
        std::thread::sleep(Duration::from_secs(1));
    }
    let app = App::with(|config| config.max_matches_a_day = 5);
    let token = super::owner("acme");
    let ask = |token: &str, prints: u32| {
        let request = MatchRequest {
            prefixes: [vec![], (1..=prints).collect(), vec![]],
        };
        app.call(token, "POST", "/contacts/match", &request.encode())
    };
    assert_eq!(ask(&token, 3).status, 200);
    assert_eq!(ask(&token, 2).status, 200);
    let answer = ask(&token, 1);
    let _ = answer.refused(429, "lookups_used_up");
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=86_401).contains(&wait), "{wait}");
    assert_eq!(ask(&super::owner("theirs"), 5).status, 200);
    // A new day.
    app.execute("UPDATE audit SET at = at - 86400000");
    assert_eq!(ask(&token, 1).status, 200);
    let noted = "SELECT sum(things) AS n FROM audit WHERE action = 'match' AND who = 'owner-1'";
    assert_eq!(app.number(noted), 11);
}

#[test]
fn imports_and_downloads_are_noted() {
    let app = App::start();
    let token = super::owner("acme");
    let ended = super::import(&app, &token, "add", &super::people(3));
    let _ = Import::results(&app, &token, &ended);
    for action in ["commit", "results"] {
        let noted = format!(
            "SELECT sum(things) AS n FROM audit WHERE action = '{action}' AND import_id = {}",
            ended.0["id"]
        );
        assert_eq!(app.number(&noted), 3, "{action}");
    }
}
