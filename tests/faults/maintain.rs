//! `muster_server backup` and `check`, and a second server on the same file.

use muster_tests::{Data, Import};

use crate::harness::{Client, description, file, turn};

#[test]
fn damage_is_found() {
    let _turn = turn();
    let client = Client::new(&[]);
    let csv = file(0, 100, "Person");
    let import = Import::plan(&client.app, &client.token, &csv, description());
    let _ = client.carry(&import, "one");
    let said = client.operate(&["check"]).unwrap();
    assert!(said.lines().all(|line| line.starts_with("ok: ")), "{said}");
    for (damage, repair, rule) in [
        (
            "UPDATE imports SET new_count = new_count - 1",
            "UPDATE imports SET new_count = new_count + 1",
            "accounts for each row",
        ),
        (
            "UPDATE contacts SET phone_print = phone_print + 1 WHERE id = 1",
            "UPDATE contacts SET phone_print = phone_print - 1 WHERE id = 1",
            "found by its identifiers",
        ),
        (
            "UPDATE imports SET state = 'applying'",
            "UPDATE imports SET state = 'completed'",
            "has a job",
        ),
        (
            "UPDATE workspaces SET last_change = last_change - 1",
            "UPDATE workspaces SET last_change = last_change + 1",
            "counted to the last one",
        ),
        (
            "UPDATE changes SET number = number + 1",
            "UPDATE changes SET number = number - 1",
            "says what it was",
        ),
    ] {
        client.app.execute(damage);
        let said = client.operate(&["check"]).unwrap_err();
        let broken: Vec<&str> = said
            .lines()
            .filter(|line| line.starts_with("BROKEN 1 "))
            .collect();
        assert!(
            broken.len() == 1 && broken[0].contains(rule),
            "{rule}: {said}"
        );
        client.app.execute(repair);
    }
    assert!(client.operate(&["check"]).is_ok());
}

#[test]
fn a_file_has_one_server_and_can_be_copied_beside_it() {
    let _turn = turn();
    let client = Client::new(&[]);
    let folder = client.app.data.folder();
    let copy = folder.join("copy.db");
    let copy = copy.to_str().unwrap();
    if Data::server().is_some() {
        let said = client.operate(&["backup", copy]).unwrap_err();
        assert!(said.contains("pg_dump"), "{said}");
        return;
    }
    let said = client
        .operate(&["--port", "0", "--jwt-secret", &"s".repeat(32)])
        .unwrap_err();
    assert!(
        said.contains("another server uses the data folder"),
        "{said}"
    );
    let csv = file(0, 20_000, "Person");
    let import = Import::plan(&client.app, &client.token, &csv, description())
        .open()
        .upload();
    let _ = import.commit().ok(202);
    // In the middle of an import or not: the copy is of one moment.
    client.operate(&["backup", copy]).unwrap();
    let url = format!("sqlite:{copy}");
    let said = client.operate(&["check", "--database-url", &url]).unwrap();
    assert!(said.lines().all(|line| line.starts_with("ok: ")), "{said}");
    let said = client.operate(&["backup", copy]).unwrap_err();
    assert!(said.contains("exists already"), "{said}");
    let _ = client.wait(&import.id.into());
}
