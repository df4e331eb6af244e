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
        .env_remove("DATABASE_URL")
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
fn says_which_database_it_cannot_use() {
    let check = |url: &str, words: &str| {
        let secret = "a secret of the tests, 32 bytes or more";
        check_refused(&["--jwt-secret", secret, "--database-url", url], words);
    };
    check("mysql://localhost/muster", "DATABASE_URL begins with mysql");
    check("muster.db", "DATABASE_URL begins with nothing");
    // Nobody listens on port 1. The password is not said.
    let url = "postgres://muster:canary@127.0.0.1:1/muster";
    check(url, "the database can't be reached");
    let output = run(&["--jwt-secret", &"s".repeat(32), "--database-url", url]);
    assert!(!String::from_utf8_lossy(&output.stderr).contains("canary"));
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

#[test]
fn puts_flags_before_environment_before_file_before_defaults() {
    let folder = folder("config");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("muster.toml");
    let text = "jwt_issuer = 'file'\nport = 81\nmax_rows = 5\njwt_secret = 'the secret of the file, 32 bytes long'\n";
    std::fs::write(&file, text).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_muster_server"))
        .args(["config", "--port", "83"])
        .env("MUSTER_CONFIG", &file)
        .env("MUSTER_PORT", "82")
        .env("MUSTER_JWT_AUDIENCE", "variable")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    for line in [
        "bind = \"127.0.0.1\" # default",
        "port = 83 # --port",
        "jwt_audience = \"variable\" # MUSTER_JWT_AUDIENCE",
        "# jwt_public_key is not set",
    ] {
        assert!(said.lines().any(|said| said == line), "{line}: {said}");
    }
    let place = file.display();
    let line = |text: &str, at: u32| format!("{text}{place}, line {at}");
    assert!(
        said.contains(&line("jwt_issuer = \"file\" # ", 1)),
        "{said}"
    );
    assert!(said.contains(&line("max_rows = 5 # ", 3)), "{said}");
    assert!(said.contains(&line("# jwt_secret is set and not shown: ", 4)));
    assert!(!said.contains("the secret of"), "{said}");
    // What it prints is a file that says the same.
    let again = folder.join("again.toml");
    std::fs::write(&again, &said).unwrap();
    let repeated = run(&["config", "--config", again.to_str().unwrap()]);
    let repeated = String::from_utf8(repeated.stdout).unwrap();
    assert!(repeated.contains("port = 83 # "), "{repeated}");
}

#[test]
fn names_the_key_and_the_source_of_a_wrong_value() {
    let refused = |variable: &str, value: &str, words: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_muster_server"))
            .arg("config")
            .env(variable, value)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(words), "{said}");
    };
    refused(
        "MUSTER_PORT",
        "x",
        "MUSTER_PORT: “x” is not a whole number from 0 to 65535",
    );
    refused(
        "MUSTER_DEMO",
        "yes",
        "MUSTER_DEMO: “yes” is not true or false",
    );
    refused(
        "MUSTER_CONFIG",
        "/nowhere",
        "the configuration /nowhere can't be read",
    );
    check_refused(
        &["--workers", "0"],
        "--workers: “0” is not a whole number from 1 to 256",
    );
    check_refused(&["--wrokers", "1"], "--wrokers");
}

#[test]
fn explains_every_key() {
    let output = run(&["--help"]);
    let said = String::from_utf8(output.stdout).unwrap();
    for words in [
        "--max-rows <NUMBER>",
        "Data rows of a file",
        "MUSTER_MAX_ROWS",
        "[default: 200000]",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
}
