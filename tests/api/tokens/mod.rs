//! The ways to verify tokens: a secret, a public key, a set of keys that changes.

#![expect(
    clippy::unwrap_used,
    reason = "a failure here is a failure of the test that asked"
)]

mod forged;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use jsonwebtoken::{Algorithm, EncodingKey};
use muster_tests::{App, SECRET, claims};
use serde_json::{Value, json};

const ED: &[u8] = include_bytes!("../../fixtures/keys/ed25519.pem");
const ED_PUBLIC: &[u8] = include_bytes!("../../fixtures/keys/ed25519.pub.pem");
const OTHER_ED: &[u8] = include_bytes!("../../fixtures/keys/other-ed25519.pem");
const RSA: &[u8] = include_bytes!("../../fixtures/keys/rsa.pem");
const RSA_PUBLIC: &[u8] = include_bytes!("../../fixtures/keys/rsa.pub.pem");

fn fixture(name: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/keys")
        .join(name)
}

/// Base64 for URLs, without padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk
            .iter()
            .chain(&[0, 0])
            .take(3)
            .fold(0_u32, |bits, &byte| bits << 8 | u32::from(byte));
        for place in 0..=chunk.len() {
            out.push(DIGITS[(bits >> (18 - 6 * place)) as usize & 63].into());
        }
    }
    out
}

/// A token of exactly these texts, signed.
fn forge(header: &str, body: &str, key: &EncodingKey, algorithm: Algorithm) -> String {
    let message = format!("{}.{}", base64(header.as_bytes()), base64(body.as_bytes()));
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, algorithm).unwrap();
    format!("{message}.{signature}")
}

fn hs256(header: &str, body: &str) -> String {
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    forge(header, body, &key, Algorithm::HS256)
}

const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// A token of valid claims, but for one.
fn with(claim: &str, value: &Value) -> String {
    let mut claims = claims("acme", "owner");
    claims[claim] = value.clone();
    hs256(HEADER, &claims.to_string())
}

#[test]
fn takes_what_is_whole_and_true() {
    let app = App::start();
    // Clocks may differ by five seconds. These are signed anew each time: the next one is asked for later.
    let now = muster_tests::now;
    assert_eq!(
        app.get(&with("exp", &json!(now() - 2)), "/workspace")
            .status,
        200
    );
    for (claim, value) in [
        ("aud", json!("muster")),
        ("aud", json!(["other", "muster"])),
        ("nbf", json!(now() + 2)),
        ("name", json!("")),
        ("extra", json!({ "deep": [1, 2] })),
        ("sub", json!("Ünïcode 名")),
    ] {
        assert_eq!(
            app.get(&with(claim, &value), "/workspace").status,
            200,
            "{claim}"
        );
    }
    for header in [
        r#"{"alg":"HS256"}"#,
        r#"{"alg":"HS256","typ":"jwt","kid":"any"}"#,
    ] {
        let token = hs256(header, &claims("acme", "owner").to_string());
        assert_eq!(app.get(&token, "/workspace").status, 200, "{header}");
    }
}

#[test]
fn a_public_key_takes_its_own_algorithm_only() {
    let body = claims("acme", "owner").to_string();
    let ed = |pem| EncodingKey::from_ed_pem(pem).unwrap();
    let rsa = EncodingKey::from_rsa_pem(RSA).unwrap();
    let by_ed = forge(r#"{"alg":"EdDSA"}"#, &body, &ed(ED), Algorithm::EdDSA);
    let by_rsa = forge(r#"{"alg":"RS256"}"#, &body, &rsa, Algorithm::RS256);
    let check = |file: &str, public: &[u8], good: &str, bad: &[String]| {
        let app = App::with(|config| {
            config.jwt_secret = None;
            config.jwt_public_key = Some(fixture(file));
        });
        assert_eq!(app.get(good, "/workspace").status, 200, "{file}");
        // The public key, which everybody has, is not a secret to sign with.
        let text = String::from_utf8(public.to_vec()).unwrap();
        for secret in [text.as_str(), text.trim(), &text.replace('\n', "")] {
            let key = EncodingKey::from_secret(secret.as_bytes());
            let token = forge(HEADER, &body, &key, Algorithm::HS256);
            let _ = app.get(&token, "/workspace").refused(401, "unauthorized");
        }
        for token in bad {
            let _ = app.get(token, "/workspace").refused(401, "unauthorized");
        }
    };
    let other = forge(r#"{"alg":"EdDSA"}"#, &body, &ed(OTHER_ED), Algorithm::EdDSA);
    let rs512 = forge(r#"{"alg":"RS512"}"#, &body, &rsa, Algorithm::RS512);
    let posed = forge(r#"{"alg":"RS256"}"#, &body, &ed(ED), Algorithm::EdDSA);
    check(
        "ed25519.pub.pem",
        ED_PUBLIC,
        &by_ed,
        &[by_rsa.clone(), other, posed],
    );
    let pss = forge(r#"{"alg":"PS256"}"#, &body, &rsa, Algorithm::PS256);
    check(
        "rsa.pub.pem",
        RSA_PUBLIC,
        &by_rsa,
        &[by_ed.clone(), rs512, pss],
    );
}

/// A key set with the public halves of these, under these names.
fn key_set(keys: &[(&str, &[u8])]) -> Value {
    let keys = keys.iter().map(|(kid, pem)| {
        let key = EncodingKey::from_ed_pem(pem).unwrap();
        let jwk = jsonwebtoken::jwk::Jwk::from_encoding_key(&key, Algorithm::EdDSA).unwrap();
        let mut jwk = serde_json::to_value(jwk).unwrap();
        jwk["kid"] = (*kid).into();
        jwk
    });
    json!({ "keys": keys.collect::<Vec<_>>() })
}

fn named(kid: &str, pem: &[u8]) -> String {
    let header = json!({ "alg": "EdDSA", "kid": kid }).to_string();
    let key = EncodingKey::from_ed_pem(pem).unwrap();
    forge(
        &header,
        &claims("acme", "owner").to_string(),
        &key,
        Algorithm::EdDSA,
    )
}

#[test]
fn a_key_set_is_read_again_when_keys_change() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys.json");
    let write = |set: &Value| std::fs::write(&file, set.to_string()).unwrap();
    let secret = json!({ "kty": "oct", "k": "c2VjcmV0", "kid": "shared" });
    let mut set = key_set(&[("one", ED)]);
    set["keys"].as_array_mut().unwrap().push(secret);
    write(&set);
    let app = App::with(|config| {
        config.jwt_secret = None;
        config.jwt_jwks = Some(file.display().to_string());
        config.jwks_pause_seconds = 1;
        config.jwks_age_seconds = 2;
    });
    let status = |token: &str| app.get(token, "/workspace").status;
    let (one, two) = (named("one", ED), named("two", OTHER_ED));
    assert_eq!((status(&one), status(&two)), (200, 401));
    // The name alone is nothing, nor is none; a secret in a public set is no key.
    assert_eq!(status(&named("one", OTHER_ED)), 401);
    let body = claims("acme", "owner").to_string();
    let key = EncodingKey::from_ed_pem(ED).unwrap();
    assert_eq!(
        status(&forge(r#"{"alg":"EdDSA"}"#, &body, &key, Algorithm::EdDSA)),
        401
    );
    let shared = EncodingKey::from_secret(b"secret");
    let header = r#"{"alg":"HS256","kid":"shared"}"#;
    assert_eq!(
        status(&forge(header, &body, &shared, Algorithm::HS256)),
        401
    );
    // A new key is there as soon as a token names it, a second later at the latest.
    write(&key_set(&[("one", ED), ("two", OTHER_ED)]));
    std::thread::sleep(Duration::from_millis(1_100));
    assert_eq!((status(&two), status(&one)), (200, 200));
    // A withdrawn one ends with the set's age, and a broken file ends nothing.
    write(&key_set(&[("two", OTHER_ED)]));
    std::thread::sleep(Duration::from_millis(2_100));
    assert_eq!((status(&one), status(&two)), (401, 200));
    std::fs::write(&file, "{").unwrap();
    std::thread::sleep(Duration::from_millis(2_100));
    assert_eq!((status(&one), status(&two)), (401, 200));
}

#[test]
fn a_key_set_is_asked_for_at_a_bounded_rate() {
    let asked = Arc::new(AtomicUsize::new(0));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (count, body) = (asked.clone(), key_set(&[("one", ED)]).to_string());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            use std::io::{Read as _, Write as _};
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4_096]);
            count.fetch_add(1, Ordering::SeqCst);
            let length = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            );
        }
    });
    let app = App::with(|config| {
        config.jwt_secret = None;
        config.jwt_jwks = Some(format!("http://{address}/keys"));
        config.jwks_pause_seconds = 1;
    });
    assert_eq!(app.get(&named("one", ED), "/workspace").status, 200);
    std::thread::sleep(Duration::from_millis(1_100));
    let begun = Instant::now();
    // At once and one after the other, each with a name of its own.
    std::thread::scope(|scope| {
        for worker in 0..4 {
            let app = &app;
            scope.spawn(move || {
                for n in 0..10 {
                    let token = named(&format!("{worker}-{n}"), OTHER_ED);
                    let _ = app.get(&token, "/workspace").refused(401, "unauthorized");
                }
            });
        }
    });
    let asked = asked.load(Ordering::SeqCst);
    // Once a second, however long that takes.
    let most = 3 + usize::try_from(begun.elapsed().as_secs()).unwrap();
    assert!((2..=most).contains(&asked), "{asked} of {most}");
}
