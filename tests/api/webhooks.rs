//! Addresses of the operator are told what became of imports.

#![expect(
    clippy::unwrap_used,
    reason = "a failure here is a failure of the test that asked"
)]

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use muster_tests::{App, Does, Import, Received, Receiver};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// What the secret stands for.
const SECRET: &[u8] = b"a secret of the webhooks, 32 bytes";

fn secret() -> String {
    format!("whsec_{}", STANDARD.encode(SECRET))
}

fn start(receivers: &[&Receiver]) -> App {
    App::with(|config| {
        config.webhook_urls = receivers.iter().map(|one| one.url.clone()).collect();
        config.webhook_secret = Some(secret().into());
        // Whoever takes long because the machine does is not told again.
        config.webhook_seconds = 4;
        config.webhook_retry_seconds = 0;
        config.job_retry_seconds = 0;
    })
}

/// HMAC-SHA-256 as RFC 2104 has it.
fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let pad = |with: u8| -> Vec<u8> {
        let bytes = (0..64).map(|at| key.get(at).copied().unwrap_or(0) ^ with);
        bytes.collect()
    };
    let inner = Sha256::digest([&pad(0x36), message].concat());
    Sha256::digest([&pad(0x5C), &inner[..]].concat()).into()
}

/// What an address was told, which has to be signed, and by whom it is.
fn told(received: &Received) -> (String, Value) {
    let [id, time, signature] = ["id", "timestamp", "signature"]
        .map(|name| received.header(&format!("webhook-{name}")).to_owned());
    let signed = format!("{id}.{time}.{}", received.body);
    let expected = STANDARD.encode(hmac(SECRET, signed.as_bytes()));
    assert_eq!(signature, format!("v1,{expected}"));
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    assert!(now.abs_diff(time.parse().unwrap()) < 60, "{time}");
    assert_eq!(received.header("content-type"), "application/json");
    (id, serde_json::from_str(&received.body).unwrap())
}

/// Waits until nothing is left to tell.
fn settle(app: &App) {
    let patience = Instant::now() + Duration::from_secs(60);
    while app.number("SELECT count(*) AS n FROM webhook_outbox") > 0 {
        assert!(Instant::now() < patience, "an event is left");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn tell_how_imports_end() {
    let receiver = Receiver::start(&[]);
    let app = start(&[&receiver]);
    let token = super::owner("acme");
    let csv = "Phone,First,Last\n+60123456789,Ann,\nnope,Ben,\n";
    let ended = super::import(&app, &token, "add", csv);
    let (first, event) = told(&receiver.wait(1)[0]);
    assert_eq!(event["type"], "import.completed");
    assert!(event["timestamp"].as_str().unwrap().ends_with('Z'));
    assert_eq!(
        event["data"],
        json!({
            "workspace": "acme", "import_id": ended.0["id"], "reason": null, "rows": 2,
            "counts": { "new": 1, "updated": 0, "unchanged": 0, "skipped": 0, "error": 1 }, "undo": null,
        })
    );
    let path = format!("/imports/{}", ended.0["id"]);
    let _ = app
        .post(&token, &format!("{path}/undo"), &json!({}))
        .ok(202);
    let (second, event) = told(&receiver.wait(2)[1]);
    assert_eq!(event["type"], "import.undone");
    let undo = json!({ "fields": null, "restored": 0, "deleted": 1, "kept": 0 });
    assert_eq!(event["data"]["undo"], undo);
    assert_ne!(first, second);
    // One whose batch can't be applied.
    let failing = Import::plan(&app, &token, &super::people(3), super::names("add"))
        .open()
        .upload();
    app.execute(&format!(
        "UPDATE import_batches SET payload = digest WHERE import_id = {}",
        failing.id
    ));
    let _ = failing.commit().ok(202);
    let (_, event) = told(&receiver.wait(3)[2]);
    assert_eq!(
        (&event["type"], &event["data"]["reason"]),
        (&json!("import.failed"), &json!("batch_failed"))
    );
    assert_eq!(event["data"]["counts"]["error"], 3);
    settle(&app);
    let all = receiver.received();
    assert_eq!(all.len(), 3);
    // They hold numbers only.
    assert!(
        all.iter()
            .all(|one| !one.body.contains("Ann") && !one.body.contains("+60"))
    );
}

#[test]
fn are_told_again_until_they_are_taken() {
    let refusing = [
        Does::Answers(500),
        Does::Answers(302),
        Does::Answers(429),
        Does::Hangs,
        Does::Stalls,
        Does::Answers(100),
    ];
    let (patient, slow) = (Receiver::start(&[]), Receiver::start(&refusing));
    let app = start(&[&slow, &patient]);
    let token = super::owner("acme");
    let _ = super::import(&app, &token, "add", &super::people(1));
    let received = slow.wait(refusing.len() + 1);
    settle(&app);
    let events: Vec<(String, String)> = received
        .iter()
        .map(|one| (told(one).0, one.body.clone()))
        .collect();
    assert_eq!(events, vec![events[0].clone(); refusing.len() + 1]);
    // Whoever has taken it isn't told again because of the other.
    let once = patient.received();
    assert_eq!(once.len(), 1);
    assert_eq!((told(&once[0]).0, once[0].body.clone()), events[0]);
}

#[test]
fn are_forgotten_after_seven_days() {
    let receiver = Receiver::start(&[]);
    receiver.always(Does::Answers(503));
    let app = App::with(|config| {
        config.webhook_urls = vec![receiver.url.clone()];
        config.webhook_secret = Some(secret().into());
        config.webhook_retry_seconds = 600;
        config.sweep_seconds = 1;
    });
    let _ = super::import(&app, &super::owner("acme"), "add", &super::people(1));
    assert_eq!(receiver.wait(1).len(), 1);
    let waiting = "SELECT count(*) AS n FROM webhook_outbox WHERE not_before > 0";
    let patience = Instant::now() + Duration::from_secs(30);
    while app.number(waiting) == 0 {
        assert!(Instant::now() < patience, "it is not put off");
        std::thread::sleep(Duration::from_millis(20));
    }
    app.clock
        .advance(Duration::from_secs(7 * 24 * 60 * 60 + 60));
    settle(&app);
    // The next attempt was ten minutes away.
    assert_eq!(receiver.received().len(), 1);
}
