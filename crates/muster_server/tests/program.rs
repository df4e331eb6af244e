//! The program as operators meet it: what it says when it can't start, and how contacts are loaded.

use std::path::PathBuf;
use std::process::{Command, Output};

/// A folder of the test's own, empty.
fn folder(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&path);
    path
}

fn run(arguments: &[&str]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_muster_server"))
        .args(arguments)
        .env_remove("MUSTER_JWT_SECRET")
        .env_remove("MUSTER_DEMO")
        .env_remove("MUSTER_DATA")
        .output();
    output.unwrap_or_else(|error| unreachable!("the program does not run: {error}"))
}

/// The program refuses, with a sentence that holds these words.
#[track_caller]
fn check_refused(arguments: &[&str], words: &str) {
    let output = run(arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "{arguments:?}");
    assert!(said.contains(words), "{arguments:?}: {said}");
}

#[test]
fn says_what_is_missing() {
    let data = folder("missing");
    let data = data.to_str().unwrap();
    check_refused(&["--data", data], "MUSTER_JWT_SECRET");
    check_refused(&["--data", data, "--jwt-secret", "short"], "32 bytes");
    check_refused(&["--data", data, "--demo", "--bind", "0.0.0.0"], "--bind");
    check_refused(
        &["--data", data, "--jwt-public-key", "/nowhere"],
        "MUSTER_JWT_PUBLIC_KEY",
    );
    let seed = ["seed", "--data", data, "--workspace", "acme", "--contacts"];
    check_refused(&[&seed[..], &["/nowhere"]].concat(), "can't open");
    check_refused(
        &[&seed[..], &["x", "--field", "plan"]].concat(),
        "key:name:type",
    );
}

#[test]
fn loads_contacts_into_a_folder_that_no_server_uses() {
    let data = folder("seeded");
    std::fs::create_dir_all(&data).unwrap();
    let contacts = data.join("contacts.json");
    let json = r#"[{"id":7,"version":3,"fields":{"first_name":"Aisyah","plan":"Pro"},"tags":["VIP"]},{"id":9}]"#;
    std::fs::write(&contacts, json).unwrap();
    let (folder, contacts) = (data.to_str().unwrap(), contacts.to_str().unwrap());
    let seed = [
        "seed",
        "--data",
        folder,
        "--workspace",
        "acme",
        "--contacts",
        contacts,
    ];
    let output = run(&seed);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && said.contains("2 contacts loaded"),
        "{said}"
    );
    // All or none: the ids are taken.
    check_refused(&seed, "UNIQUE");
    let lock = std::fs::File::create(data.join("muster.lock")).unwrap();
    lock.try_lock().unwrap();
    check_refused(&seed, "another server");
}
