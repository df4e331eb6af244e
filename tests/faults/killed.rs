//! The server is killed at a random moment of an import: of the upload, of the commit, of applying.

use std::time::{Duration, Instant};

use muster_tests::Import;

use crate::evidence;
use crate::harness::{Client, Random, counts, database, description, file, times, turn};

/// Rows of the file; half of them change a contact, half become one.
const ROWS: u32 = 20_000;
/// Kills of a database, each in another import: it grows with them.
const KILLS: u32 = 20;

#[test]
fn killed_at_random_moments_each_row_is_applied_once() {
    let _turn = turn();
    let mut random = Random::new();
    let kills = times(KILLS, 1_000);
    let rounds = (0..kills).step_by(KILLS as usize);
    let midway: u32 = rounds
        .map(|round| kill(&mut random, KILLS.min(kills - round)))
        .sum();
    assert!(
        midway > 0,
        "no kill came in time: the moments are chosen badly"
    );
    evidence::count(
        kills,
        &format!("kills at random moments on {}", database()),
        &format!("0 failures; {midway} before the end, seed {}", random.seed),
    );
}

/// Kills a server so many times; how many kills came before the end of an import.
fn kill(random: &mut Random, kills: u32) -> u32 {
    let client = Client::new(&[]);
    let (app, half) = (&client.app, ROWS / 2);
    let csv = file(0, ROWS, "Run 0");
    let import = Import::plan(app, &client.token, &csv, description());
    let start = Instant::now();
    let first = client.carry(&import, "run 0");
    // How long it takes here tells where the random moments lie.
    let took = u64::try_from(start.elapsed().as_millis()).unwrap();
    assert_eq!(counts(&first), [u64::from(ROWS), 0, 0, 0, 0]);
    for run in 1..=kills {
        let csv = file(run * half, ROWS, &format!("Run {run}"));
        let import = Import::plan(app, &client.token, &csv, description());
        let moment = random.below(took);
        let killing = client.kill_after(Duration::from_millis(moment));
        let ended = client.carry(&import, &format!("run {run}"));
        killing.join().unwrap();
        let context = format!("run {run}, killed after {moment} ms of {took}");
        assert_eq!(ended["status"], "completed", "{context}");
        assert_eq!(
            counts(&ended),
            [half.into(), half.into(), 0, 0, 0],
            "{context}"
        );
        assert_eq!(ended["applied"], ROWS, "{context}");
        let all = i64::from(ROWS + run * half);
        let named =
            format!("SELECT count(*) AS n FROM contacts WHERE first_name LIKE 'Run {run} %'");
        assert_eq!(app.number(&named), i64::from(ROWS), "{context}");
        for (query, expected) in [
            ("SELECT count(*) AS n FROM contacts", all),
            ("SELECT count(DISTINCT phone) AS n FROM contacts", all),
            ("SELECT count(*) AS n FROM contact_tags", all),
            // Each contact but the newest half was changed exactly once; the first run's first half never.
            (
                "SELECT sum(version - 1) AS n FROM contacts",
                i64::from(run * half),
            ),
            ("SELECT max(version) AS n FROM contacts", 2),
            ("SELECT count(*) AS n FROM jobs", 0),
            ("SELECT count(*) AS n FROM imports", i64::from(run + 1)),
            (
                "SELECT count(*) AS n FROM webhook_outbox",
                i64::from(run + 1),
            ),
        ] {
            assert_eq!(app.number(query), expected, "{query}: {context}");
        }
        let results = client.call(
            "GET",
            &format!("/imports/{}/results.csv", ended["id"]),
            None,
            b"",
        );
        // A line each, and the header.
        assert_eq!(
            results.text().lines().count(),
            ROWS as usize + 1,
            "{context}"
        );
    }
    app.data.check_integrity();
    client.restarts.get()
}
