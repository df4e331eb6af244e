//! What operators ask, on a listener of its own, and the id by which they find a request again.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failure here is a failure of the test that asked"
)]

use muster_tests::{Answer, App, free_port};

/// A server with the second listener, and how to ask that.
fn start() -> (App, impl Fn(&str, &str) -> Answer) {
    let port = free_port();
    let app = App::with(|config| config.operations_port = Some(port));
    let address = format!("http://127.0.0.1:{port}");
    let ask =
        move |method: &str, path: &str| muster_tests::exchange(&address, method, path, &[], b"");
    (app, ask)
}

/// The value of a line of metrics.
#[track_caller]
fn value(metrics: &str, series: &str) -> f64 {
    let line = metrics
        .lines()
        .find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {series} in {metrics}"))
        .parse()
        .unwrap()
}

#[test]
fn metrics_tell_what_was_asked_and_done() {
    let (app, ask) = start();
    let token = super::owner("acme");
    let ended = super::import(&app, &token, "add", &super::people(30));
    let canary = app.get(&token, "/contacts?search=Canary");
    assert_eq!(canary.status, 200);
    let _ = app.get(&token, "/contacts/999").refused(404, "not_found");
    let _ = app.send("BREW", "/api/v1/imports", &[], b"");
    let metrics = ask("GET", "/metrics");
    assert_eq!(metrics.status, 200);
    assert!(metrics.header("content-type").starts_with("text/plain"));
    let text = metrics.text();
    let check = |series: &str, expected: f64| {
        assert!(
            (value(text, series) - expected).abs() < f64::EPSILON,
            "{series}: {text}"
        );
    };
    let requests = |method: &str, route: &str, status: u16| {
        format!(
            "muster_http_requests_total{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}}"
        )
    };
    check(&requests("POST", "/api/v1/imports", 201), 1.0);
    check(&requests("GET", "/api/v1/contacts", 200), 1.0);
    check(&requests("GET", "/api/v1/contacts/{id}", 404), 1.0);
    check(&requests("other", "/api/v1/imports", 405), 1.0);
    check(
        "muster_http_request_seconds_count{method=\"POST\",route=\"/api/v1/imports\"}",
        1.0,
    );
    check("muster_imports{state=\"completed\"}", 1.0);
    check("muster_imports{state=\"failed\"}", 0.0);
    check("muster_rows_applied_total", 30.0);
    check("muster_queue_age_seconds", 0.0);
    check("muster_lease_takeovers_total", 0.0);
    // A series a route, never one an id; and nothing of anybody.
    for secret in ["acme", "contacts/9", "Canary", "+6012", "contacts.csv"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    assert_eq!(ended.counts()[0], 30);
}

#[test]
fn the_age_of_the_queue_is_that_of_its_oldest_job() {
    let (app, ask) = start();
    let token = super::owner("acme");
    let _ = super::import(&app, &token, "add", &super::people(1));
    // A job of a batch that nobody may try again stays.
    app.execute(
        "INSERT INTO jobs (workspace_id, import_id, queued_at, next_batch, attempts) \
         SELECT workspace_id, id, created_at - 90000, 1, 3 FROM imports",
    );
    let age = value(ask("GET", "/metrics").text(), "muster_queue_age_seconds");
    app.execute("DELETE FROM jobs");
    assert!((90.0..150.0).contains(&age), "{age}");
}

#[test]
fn the_second_listener_has_no_other_addresses_and_the_first_none_of_its() {
    let (app, ask) = start();
    for path in ["/health/live", "/health/ready", "/openapi.json", "/docs/"] {
        assert_eq!(ask("GET", path).status, 200, "{path}");
    }
    assert!(ask("GET", "/docs/").text().contains("swagger-ui"));
    let _ = ask("POST", "/metrics").refused(405, "method_not_allowed");
    for path in ["/api/v1/workspace", "/", "/demo/token?role=owner"] {
        let _ = ask("GET", path).refused(404, "not_found");
    }
    let _ = app
        .send("GET", "/metrics", &[], b"")
        .refused(404, "not_found");
}

#[test]
fn an_answer_has_the_id_of_its_request() {
    let app = App::start();
    let token = super::owner("acme");
    let bearer = format!("Bearer {token}");
    let ask = |path: &str, id: &str| {
        let headers = [("authorization", bearer.as_str()), ("x-request-id", id)];
        app.send("GET", &format!("/api/v1{path}"), &headers, b"")
    };
    // One that came along is kept, where it can stand in a log.
    let answer = ask("/nope", "proxy-1.A_b");
    assert_eq!(answer.header("x-request-id"), "proxy-1.A_b");
    assert_eq!(
        answer.refused(404, "not_found")["request_id"],
        "proxy-1.A_b"
    );
    let long = "x".repeat(65);
    let mut seen = std::collections::BTreeSet::new();
    for id in ["", "a b", "a;b", "a\"b", "{}", long.as_str()] {
        let answer = ask("/workspace", id);
        assert_eq!(answer.status, 200);
        let own = answer.header("x-request-id").to_owned();
        assert!(own.len() == 32 && own.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert!(seen.insert(own), "{id}");
    }
    // What is refused before any route has one, too.
    let headers = [("origin", "https://evil.example")];
    let answer = app.send("GET", "/api/v1/workspace", &headers, b"");
    let id = answer.header("x-request-id").to_owned();
    assert_eq!(answer.refused(403, "origin_forbidden")["request_id"], *id);
}
