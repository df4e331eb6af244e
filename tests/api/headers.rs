//! The headers of every answer, and who may ask from where.

use muster_tests::{Answer, App};

fn demo(change: impl FnOnce(&mut muster_server::Config)) -> App {
    App::with(|config| {
        config.demo = true;
        change(config);
    })
}

#[test]
fn every_answer_says_what_browsers_must_not_do() {
    let app = demo(|_| {});
    let token = super::owner("acme");
    let check = |answer: Answer, policy: &str| {
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
        assert_eq!(answer.header("strict-transport-security"), "");
        assert_eq!(answer.header("access-control-allow-origin"), "");
        let found = answer.header("content-security-policy");
        assert!(found.ends_with(policy), "{found}");
        assert!(found.starts_with("default-src 'none'"), "{found}");
        assert!(!found.contains("unsafe-inline") && !found.contains("'unsafe-eval'"));
    };
    let nowhere = "; frame-ancestors 'none'";
    check(app.get(&token, "/workspace"), nowhere);
    check(app.get("", "/workspace"), nowhere);
    check(app.get(&token, "/nope"), nowhere);
    check(app.send("GET", "/health/live", &[], b""), nowhere);
    check(app.send("OPTIONS", "/api/v1/workspace", &[], b""), nowhere);
    let page = app.send("GET", "/", &[], b"");
    // Where the page was not built in, a line says so.
    if page.header("content-type").starts_with("text/html") {
        check(page, "; frame-ancestors 'self'");
    }
}

#[test]
fn says_what_the_configuration_says() {
    let app = demo(|config| {
        config.hsts_seconds = 31_536_000;
        config.frame_ancestors = vec!["https://a.example".into(), "https://b.example:8443".into()];
    });
    let page = app.send("GET", "/", &[], b"");
    assert_eq!(page.header("strict-transport-security"), "max-age=31536000");
    if page.header("content-type").starts_with("text/html") {
        let policy = page.header("content-security-policy");
        let framed = "; frame-ancestors https://a.example https://b.example:8443";
        assert!(policy.ends_with(framed), "{policy}");
    }
}

#[test]
fn an_origin_that_is_none_is_refused_at_the_start() {
    for origin in [
        "*",
        "a.example",
        "https://",
        "https://a.example/",
        "https://a; b",
        "'none",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let config = muster_server::Config {
            data: folder.path().into(),
            demo: true,
            demo_contacts: 1,
            frame_ancestors: vec![origin.into()],
            ..Default::default()
        };
        let refused = muster_server::open(config).err().unwrap().to_string();
        assert!(refused.contains("MUSTER_FRAME_ANCESTORS"), "{refused}");
    }
}

#[test]
fn other_origins_ask_only_where_they_may() {
    let app = App::with(|config| config.cors_origins = vec!["https://app.example".into()]);
    let token = super::owner("acme");
    let bearer = format!("Bearer {token}");
    let own = app.address.clone();
    let ask = |method: &str, path: &str, origin: &str| {
        let headers = [("authorization", bearer.as_str()), ("origin", origin)];
        app.send(method, &format!("/api/v1{path}"), &headers, b"{}")
    };
    let answer = ask("GET", "/workspace", "https://app.example");
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "https://app.example"
    );
    assert_eq!(answer.header("vary"), "origin");
    assert!(
        answer
            .header("access-control-expose-headers")
            .contains("retry-after")
    );
    assert_eq!(answer.header("access-control-allow-credentials"), "");
    // A refusal can be read there, too.
    let refused = ask("GET", "/nope", "https://app.example");
    assert_eq!(
        refused.header("access-control-allow-origin"),
        "https://app.example"
    );
    let answer = ask("GET", "/workspace", &own);
    assert_eq!(
        (answer.status, answer.header("access-control-allow-origin")),
        (200, "")
    );

    // Not only can the answer not be read: what is asked does not happen.
    for origin in [
        "https://evil.example",
        "http://app.example",
        "https://app.example:8443",
        "https://app.example.evil.example",
        "https://APP.example",
        "null",
        "",
        "*",
        "app.example",
    ] {
        for (method, path) in [
            ("GET", "/workspace"),
            ("POST", "/contacts"),
            ("OPTIONS", "/contacts"),
        ] {
            let answer = ask(method, path, origin);
            let _ = answer.refused(403, "origin_forbidden");
            assert_eq!(answer.header("access-control-allow-origin"), "", "{origin}");
        }
    }
    let twice = [
        ("authorization", bearer.as_str()),
        ("origin", "https://app.example"),
        ("origin", "https://evil.example"),
    ];
    let answer = app.send("GET", "/api/v1/workspace", &twice, b"");
    let _ = answer.refused(403, "origin_forbidden");
    assert_eq!(app.number("SELECT count(*) AS n FROM contacts"), 0);
}

#[test]
fn a_browser_may_ask_whether_it_may_ask() {
    let app = App::with(|config| config.cors_origins = vec!["https://app.example".into()]);
    let headers = |origin| {
        [
            ("origin", origin),
            ("access-control-request-method", "PUT"),
            ("access-control-request-headers", "authorization"),
        ]
    };
    let path = "/api/v1/imports/1/batches/0";
    let answer = app.send("OPTIONS", path, &headers("https://app.example"), b"");
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    assert!(
        answer
            .header("access-control-allow-methods")
            .contains("PUT")
    );
    assert!(
        answer
            .header("access-control-allow-headers")
            .contains("authorization")
    );
    assert_eq!(answer.header("access-control-max-age"), "600");
    let answer = app.send("OPTIONS", path, &headers("https://evil.example"), b"");
    let _ = answer.refused(403, "origin_forbidden");
}
