//! Tokens, forged and malformed: all refused alike.

use jsonwebtoken::{Algorithm, EncodingKey};
use muster_tests::{App, SECRET, claims};
use serde_json::json;

use super::{ED, HEADER, RSA, base64, forge, hs256, with};

/// Tokens that a server with the secret must refuse, each with what is wrong with it.
fn bad() -> Vec<(String, String)> {
    let body = claims("acme", "owner").to_string();
    let now = muster_tests::now();
    let good = hs256(HEADER, &body);
    let parts: Vec<&str> = good.split('.').collect();
    let (head, claimed, signature) = (parts[0], parts[1], parts[2]);
    let mut bad: Vec<(String, String)> = Vec::new();
    let mut add = |what: &str, token: String| bad.push((what.to_owned(), token));

    // The form.
    add("nothing", String::new());
    add("one word", "nonsense".into());
    add("two parts", format!("{head}.{claimed}"));
    add("no signature", format!("{head}.{claimed}."));
    add("four parts", format!("{good}.{signature}"));
    add(
        "five parts, as encrypted ones",
        format!("{head}..{claimed}.{signature}.x"),
    );
    add("dots", "..".into());
    add("empty claims", format!("{head}..{signature}"));
    add("empty header", format!(".{claimed}.{signature}"));
    add("leading blank", format!(" {good}"));
    add("blank inside", format!("{head}. {claimed}.{signature}"));
    add("two tokens", format!("{good} {good}"));
    add("a comma", format!("{good},{good}"));
    add("quoted", format!("\"{good}\""));
    add("percent", format!("{good}%00"));
    add("padded", format!("{head}.{claimed}.{signature}="));
    add(
        "standard base64",
        format!("{head}.{claimed}.+/{}", &signature[2..]),
    );
    add("no base64 header", format!("!{head}.{claimed}.{signature}"));
    add("no base64 claims", format!("{head}.{claimed}*.{signature}"));
    add("one character more", format!("{good}A"));
    add("one character less", good[..good.len() - 1].into());
    add("upper case", good.to_uppercase());
    add("reversed", good.chars().rev().collect());
    add("huge", format!("{head}.{}.{signature}", "A".repeat(10_000)));
    add("huge and signed", with("name", &"x".repeat(9_000).into()));
    add("long signature", format!("{good}{}", "A".repeat(4_000)));

    // The header.
    let none = |header: &str| format!("{}.{claimed}.", base64(header.as_bytes()));
    for alg in ["none", "None", "NONE", "nOnE", ""] {
        add(
            "alg none",
            none(&json!({ "alg": alg, "typ": "JWT" }).to_string()),
        );
    }
    add(
        "alg none with signature",
        format!("{}{signature}", none(r#"{"alg":"none"}"#)),
    );
    for header in [
        r#"{}"#,
        r#"{"typ":"JWT"}"#,
        r#"{"alg":null}"#,
        r#"{"alg":["HS256"]}"#,
        r#"{"alg":256}"#,
        r#"{"alg":{"alg":"HS256"}}"#,
        r#"{"alg":"hs256"}"#,
        r#"{"alg":"HS384","typ":"JWT"}"#,
        r#"{"alg":"HS512","typ":"JWT"}"#,
        r#"{"alg":"RS256","typ":"JWT"}"#,
        r#"{"alg":"EdDSA","typ":"JWT"}"#,
        r#"{"alg":"ES256","typ":"JWT"}"#,
        r#"{"alg":"HS256","typ":"JWE"}"#,
        r#"{"alg":"HS256","typ":7}"#,
        r#"{"alg":"none","alg":"HS256"}"#,
        r#"{"alg":"HS256","crit":["b64"],"b64":false}"#,
        r#"{"alg":"HS256","kid":7}"#,
        r#"["HS256"]"#,
        r#""HS256""#,
        "null",
        "{",
        "",
        "\u{feff}{\"alg\":\"HS256\"}",
    ] {
        add(header, hs256(header, &body));
    }
    let deep = format!(
        "{{\"alg\":\"HS256\",\"x\":{}{}}}",
        "[".repeat(500),
        "]".repeat(500)
    );
    add("deep header", hs256(&deep, &body));

    // The signature.
    let other = EncodingKey::from_secret(b"another secret, also of 32 bytes or more");
    add(
        "another secret",
        forge(HEADER, &body, &other, Algorithm::HS256),
    );
    let empty = EncodingKey::from_secret(b"");
    add(
        "empty secret",
        forge(HEADER, &body, &empty, Algorithm::HS256),
    );
    let longer = EncodingKey::from_secret(format!("{SECRET}\n").as_bytes());
    add(
        "secret with newline",
        forge(HEADER, &body, &longer, Algorithm::HS256),
    );
    let swapped = base64(claims("acme", "manager").to_string().as_bytes());
    add("claims of another", format!("{head}.{swapped}.{signature}"));
    let secret = EncodingKey::from_secret(SECRET.as_bytes());
    let wide = r#"{"alg":"HS512"}"#;
    add(
        "signed by HS512",
        forge(wide, &body, &secret, Algorithm::HS512),
    );
    add(
        "HS512 said to be HS256",
        forge(HEADER, &body, &secret, Algorithm::HS512),
    );
    let ed = EncodingKey::from_ed_pem(ED).unwrap();
    add(
        "signed by EdDSA",
        forge(r#"{"alg":"EdDSA"}"#, &body, &ed, Algorithm::EdDSA),
    );
    let rsa = EncodingKey::from_rsa_pem(RSA).unwrap();
    add(
        "signed by RS256",
        forge(r#"{"alg":"RS256"}"#, &body, &rsa, Algorithm::RS256),
    );

    // The claims.
    for claim in ["sub", "name", "workspace", "role", "aud", "iss", "exp"] {
        let mut without = claims("acme", "owner");
        without.as_object_mut().unwrap().remove(claim);
        add(&format!("no {claim}"), hs256(HEADER, &without.to_string()));
        for value in [
            json!(null),
            json!({ "a": 1 }),
            json!([]),
            json!(true),
            json!([[1]]),
        ] {
            add(&format!("{claim}: {value}"), with(claim, &value));
        }
    }
    for claim in ["sub", "name", "workspace", "role", "iss"] {
        add(&format!("{claim} is a number"), with(claim, &json!(7)));
        add(
            &format!("{claim} is a list"),
            with(claim, &json!(["muster"])),
        );
    }
    for (claim, value) in [
        ("sub", json!("")),
        ("sub", json!("x".repeat(256))),
        ("workspace", json!("")),
        ("workspace", json!("x".repeat(256))),
        ("workspace", json!("a\u{0}b")),
        ("workspace", json!("a\nb")),
        ("name", json!("x".repeat(1_001))),
        ("name", json!("a\0b")),
        ("role", json!("x".repeat(256))),
        ("aud", json!("somebody else")),
        ("aud", json!("MUSTER")),
        ("aud", json!("muster ")),
        ("aud", json!(["somebody", "else"])),
        ("aud", json!(["muster", 7])),
        ("aud", json!([["muster"]])),
        ("aud", json!({ "muster": true })),
        ("iss", json!("somebody else")),
        ("iss", json!("")),
        ("exp", json!(0)),
        ("exp", json!(-1)),
        ("exp", json!(now - 7)),
        ("exp", json!(now - 3_600)),
        ("exp", json!((now + 600).to_string())),
        ("exp", json!("never")),
        ("exp", json!(1e300)),
        ("nbf", json!(now + 3_600)),
        ("nbf", json!("later")),
    ] {
        add(&format!("{claim}: {value}"), with(claim, &value));
    }
    let twice = |pair: &str| format!("{},{pair}}}", &body[..body.len() - 1]);
    for pair in [
        r#""workspace":"theirs""#,
        r#""role":"owner""#,
        r#""aud":"muster""#,
        r#""exp":99999999999"#,
        r#""sub":"x""#,
    ] {
        add(&format!("{pair} twice"), hs256(HEADER, &twice(pair)));
    }
    for body in [
        "",
        "null",
        "[]",
        "7",
        "\"x\"",
        "{",
        "{}",
        "\u{0}",
        "\u{feff}{}",
    ] {
        add(&format!("claims {body:?}"), hs256(HEADER, body));
    }
    add("a token inside", with("name", &json!({ "token": good })));
    let nested = format!("{}{}", "[".repeat(1_000), "]".repeat(1_000));
    add(
        "deep claims",
        hs256(HEADER, &twice(&format!("\"role\":{nested}"))),
    );
    bad
}

#[test]
fn refuses_whatever_is_forged_or_malformed() {
    let app = App::start();
    let bad = bad();
    assert!(bad.len() >= 60, "{}", bad.len());
    for (what, token) in &bad {
        let answer = app.get(token, "/workspace");
        assert_eq!(answer.status, 401, "{what}");
        let problem = answer.refused(401, "unauthorized");
        // Neither why nor what: that is for the log, and the token for nobody.
        assert_eq!(problem["detail"], "A valid token is needed.", "{what}");
        assert_eq!(answer.header("www-authenticate"), "Bearer", "{what}");
    }
    let good = hs256(HEADER, &claims("acme", "owner").to_string());
    for authorization in [
        format!("Basic {good}"),
        format!("Bearer  {good}"),
        format!("Bearer\t{good}"),
        format!("Token {good}"),
        good.clone(),
        "Bearer".into(),
        "Bearer ".into(),
        format!("Bearer {good}, Bearer {good}"),
    ] {
        let headers = [("authorization", authorization.as_str())];
        let answer = app.send("GET", "/api/v1/workspace", &headers, b"");
        let _ = answer.refused(401, "unauthorized");
    }
    let bearer = format!("Bearer {good}");
    let twice = [("authorization", bearer.as_str()); 2];
    let answer = app.send("GET", "/api/v1/workspace", &twice, b"");
    let _ = answer.refused(401, "unauthorized");
    let in_query = format!("/api/v1/workspace?access_token={good}&token={good}");
    let _ = app
        .send("GET", &in_query, &[], b"")
        .refused(401, "unauthorized");
    // None of them made a workspace; a good one does.
    assert_eq!(app.number("SELECT count(*) AS n FROM workspaces"), 0);
    let headers = [("authorization", format!("bEaReR {good}"))];
    let headers = [(headers[0].0, headers[0].1.as_str())];
    assert_eq!(
        app.send("GET", "/api/v1/workspace", &headers, b"").status,
        200
    );
    assert_eq!(app.number("SELECT count(*) AS n FROM workspaces"), 1);
}
