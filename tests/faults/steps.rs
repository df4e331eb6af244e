//! The server dies at the first step of an import, then at the second, and so on until an import ends before it dies.
//! A step is a statement, BEGIN and COMMIT too, or an answer.

use muster_tests::Import;

use crate::evidence;
use crate::harness::{Client, counts, cut, database, description, file, turn};

/// People whom each import brings; it changes those of the one before.
const PEOPLE: u32 = 3;

/// An import of two batches: three updates, three new ones and an error.
fn plan<'a>(client: &'a Client, run: u32) -> Import<'a> {
    let csv = file((run - 1) * PEOPLE, 2 * PEOPLE, &format!("Run {run}")) + "nope,Nobody\n";
    let mut import = Import::plan(&client.app, &client.token, &csv, description());
    cut(&mut import, 2 * PEOPLE as usize - 1);
    assert_eq!(import.batches.len(), 2);
    import
}

#[test]
fn stopped_at_every_step_an_import_ends_as_planned() {
    let _turn = turn();
    let client = Client::new(&[]);
    let first = file(0, PEOPLE, "Run 0");
    let import = Import::plan(&client.app, &client.token, &first, description());
    let first = client.carry(&import, "run 0");
    assert_eq!(counts(&first), [3, 0, 0, 0, 0]);
    let mut run = 0;
    loop {
        run += 1;
        let import = plan(&client, run);
        let deaths = client.restarts.get();
        client.die_at(run.into());
        let ended = client.carry(&import, &format!("run {run}"));
        assert_eq!(ended["status"], "completed", "step {run}");
        assert_eq!(counts(&ended), [3, 3, 0, 0, 1], "step {run}");
        let all = i64::from((run + 1) * PEOPLE);
        for (query, expected) in [
            ("SELECT count(*) AS n FROM contacts", all),
            ("SELECT count(DISTINCT phone) AS n FROM contacts", all),
            ("SELECT count(*) AS n FROM contact_tags", all),
            (
                "SELECT sum(version - 1) AS n FROM contacts",
                i64::from(run * PEOPLE),
            ),
            ("SELECT max(version) AS n FROM contacts", 2),
            ("SELECT count(*) AS n FROM jobs", 0),
            ("SELECT count(*) AS n FROM imports", i64::from(run + 1)),
            // Who follows, or is told, misses nothing and hears nothing twice.
            ("SELECT count(*) AS n FROM changes", i64::from(2 * run + 1)),
            (
                "SELECT last_change AS n FROM workspaces",
                i64::from(2 * run + 1),
            ),
            (
                "SELECT count(*) AS n FROM webhook_outbox",
                i64::from(run + 1),
            ),
            (
                "SELECT count(*) AS n FROM import_batches WHERE outcome IS NULL",
                0,
            ),
        ] {
            assert_eq!(client.app.number(query), expected, "{query}: step {run}");
        }
        if client.restarts.get() == deaths {
            break;
        }
    }
    client.app.data.check_integrity();
    assert!(run > 40, "an import has more steps than {run}");
    evidence::count(
        run - 1,
        &format!("deaths at every step of an import on {}", database()),
        "0 failures",
    );
}
