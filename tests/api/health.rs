use muster_tests::App;

#[test]
fn answers_without_a_token() {
    let app = App::start();
    for path in ["/health/live", "/health/ready"] {
        assert_eq!(app.send("GET", path, &[], b"").status, 200, "{path}");
    }
}

#[test]
fn tells_what_is_not_there_as_a_problem() {
    let app = App::start();
    let check = |method: &str, path: &str, status: u16, code: &str| {
        let _ = app.send(method, path, &[], b"").refused(status, code);
    };
    check("GET", "/nope", 404, "not_found");
    check("POST", "/nope", 404, "not_found");
    check("GET", "/api/v1/nope", 404, "not_found");
    check("POST", "/health/live", 405, "method_not_allowed");
    check("PATCH", "/api/v1/imports", 405, "method_not_allowed");
    // The host page and its tokens belong to the demo.
    check("GET", "/", 404, "not_found");
    check("GET", "/demo/token?role=owner", 404, "not_found");
}

#[test]
fn a_demo_gives_tokens_and_listens_on_this_machine_only() {
    let app = App::with(|config| {
        config.demo = true;
        config.jwt_secret = None;
    });
    let token = app.send("GET", "/demo/token?role=manager", &[], b"");
    let view = app.get(token.text(), "/workspace").ok(200);
    assert_eq!(
        (view["id"].as_str(), view["role"].as_str()),
        (Some("demo"), Some("manager"))
    );
    assert_eq!(app.number("SELECT count(*) AS n FROM contacts"), 100);
    let _ = app
        .send("GET", "/demo/token?role=king", &[], b"")
        .refused(400, "bad_request");
    let _ = app
        .send("GET", "/demo/token", &[], b"")
        .refused(400, "bad_request");

    let page = app.send("GET", "/", &[], b"");
    assert_eq!(page.status, 200);

    let folder = tempfile::tempdir().unwrap();
    let mut config = muster_server::Config {
        bind: "0.0.0.0".into(),
        port: 0,
        data: folder.path().into(),
        demo: true,
        demo_contacts: 1,
        ..Default::default()
    };
    let refused = |config| muster_server::open(config).err().unwrap().to_string();
    assert!(refused(config.clone()).contains("--bind"));
    // Without the demo there has to be a secret, and a good one.
    config.demo = false;
    assert!(refused(config.clone()).contains("MUSTER_JWT_SECRET"));
    config.jwt_secret = Some("short".into());
    assert!(refused(config).contains("32 bytes"));
}
