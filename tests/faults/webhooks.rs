//! Events outlive the server that was to tell them, and several servers tell each once.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use muster_tests::{Data, Does, Import, Receiver};

use crate::evidence;
use crate::harness::{Client, Random, Server, database, description, file, free_port, times, turn};

const SECRET: &str = "whsec_YSBzZWNyZXQgb2YgdGhlIHdlYmhvb2tzLCAzMiBieXRlcw==";

/// What a server is told that tells this receiver. The path is a secret, too.
fn told(receiver: &Receiver) -> Vec<(&'static str, &'static str)> {
    // As long as the process lives: the variables of servers that are started again.
    let url: &'static str = Box::leak(format!("{}/overheard", receiver.url).into_boxed_str());
    vec![
        ("MUSTER_WEBHOOK_URLS", url),
        ("MUSTER_WEBHOOK_SECRET", SECRET),
        // Whoever takes long because the machine does is not told again.
        ("MUSTER_WEBHOOK_SECONDS", "30"),
        ("MUSTER_WEBHOOK_RETRY_SECONDS", "0"),
    ]
}

fn import(client: &Client, run: u32) {
    let csv = file(run * 10, 10, &format!("Run {run}"));
    let import = Import::plan(&client.app, &client.token, &csv, description());
    let ended = client.carry(&import, &format!("run {run}"));
    assert_eq!(ended["status"], "completed");
}

fn wait_until_told(client: &Client) {
    let patience = Instant::now() + Duration::from_secs(60);
    while client
        .app
        .number("SELECT count(*) AS n FROM webhook_outbox")
        > 0
    {
        assert!(Instant::now() < patience, "an event is left");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn events_outlive_their_server() {
    let _turn = turn();
    let mut random = Random::new();
    let receiver = Receiver::start(&[]);
    let client = Client::new(&told(&receiver));
    let kills = times(5, 100);
    for run in 0..kills {
        receiver.always(Does::Answers(503));
        import(&client, run);
        let moment = Duration::from_millis(random.below(30));
        client.kill_after(moment).join().unwrap();
        receiver.always(Does::Answers(204));
        let _ = client.call("GET", "/workspace", None, b"");
        wait_until_told(&client);
    }
    assert_eq!(client.restarts.get(), kills);
    let ids = receiver.received();
    let ids: BTreeSet<&str> = ids.iter().map(|one| one.header("webhook-id")).collect();
    assert_eq!(ids.len(), kills as usize, "one event an import");
    evidence::count(
        kills,
        &format!("servers killed with an event to tell on {}", database()),
        &format!("0 events lost, seed {}", random.seed),
    );
}

#[test]
fn several_servers_tell_each_event_once_and_no_log_has_the_secret() {
    let _turn = turn();
    if Data::server().is_none() {
        return;
    }
    let receiver = Receiver::start(&[Does::Answers(500)]);
    let told = told(&receiver);
    // The first one only applies; three others tell.
    let client = Client::new(&[]);
    let logs: Vec<_> = (0..3)
        .map(|n| client.app.data.folder().join(format!("{n}.log")))
        .collect();
    let mut servers: Vec<Server> = logs
        .iter()
        .map(|log| Server::spawn(&client.app.data, free_port(), &told, Some(log)))
        .collect();
    servers.iter_mut().for_each(Server::wait);
    let imports = times(20, 200);
    for run in 0..imports {
        import(&client, run);
    }
    wait_until_told(&client);
    let received = receiver.received();
    // The first attempt was refused.
    assert_eq!(received.len(), imports as usize + 1);
    let said: String = logs
        .iter()
        .map(|log| std::fs::read_to_string(log).unwrap())
        .collect();
    assert!(said.contains("an event was not taken"), "{said}");
    for secret in ["overheard", "YSBzZWNyZXQ", "a secret of"] {
        assert!(!said.contains(secret), "{said}");
    }
    evidence::count(imports, "events told by three servers", "each once");
}
