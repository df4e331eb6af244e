//! Requests of an upload that come again, in another order, at once, to several servers, or with other bytes.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use muster_tests::{App, Data, Import, SECRET, claims, send, sign};
use serde_json::Value;

use crate::evidence;
use crate::harness::{
    Random, Server, counts, cut, database, description, file, free_port, times, turn,
};

/// Workspaces that are imported into at the same time.
const WORKSPACES: u32 = 4;
/// People of a workspace, whom the sequences change.
const PEOPLE: u32 = 40;
/// Statuses that a request of an upload may be answered with, however late and often it comes: stored, stored already,
/// committed, and what is not complete yet.
const EXPECTED: [u16; 4] = [200, 201, 202, 409];

/// A workspace as it has to be: first name and version by phone.
type Model = BTreeMap<String, (String, i64)>;

/// One import, all of whose requests come at least once, in any order, up to three times, on two connections at once.
fn sequence(
    app: &App,
    servers: &[String],
    token: &str,
    model: &mut Model,
    n: u32,
    random: &mut Random,
) {
    let (from, rows) = (random.below(30), 2 + random.below(9));
    let (from, rows) = (u32::try_from(from).unwrap(), u32::try_from(rows).unwrap());
    let csv = file(from, rows, &format!("Run {n}"));
    let mut import = Import::plan(app, token, &csv, description());
    let per_batch = 1 + random.below(3);
    cut(&mut import, usize::try_from(per_batch).unwrap());
    let import = import.open();
    let path = format!("/api/v1/imports/{}", import.id);
    let bearer = format!("Bearer {token}");
    let commit = import.commit_request().to_string();
    // Each batch and the commit, some of them again.
    let all = import.batches.len() + 1;
    let mut requests: Vec<usize> = (0..all).collect();
    requests.extend((0..all).filter(|_| random.below(2) == 0));
    requests.extend((0..all).filter(|_| random.below(4) == 0));
    for at in (1..requests.len()).rev() {
        let other = random.below(at as u64 + 1);
        requests.swap(at, usize::try_from(other).unwrap());
    }
    let ask = |connection: usize, request: usize| {
        let address = &servers[connection % servers.len()];
        let headers = [("authorization", bearer.as_str())];
        match import.batches.get(request) {
            Some(bytes) => {
                let path = format!("{path}/batches/{request}");
                send(address, "PUT", &path, &headers, bytes)
            }
            None => {
                let path = format!("{path}/commit");
                send(address, "POST", &path, &headers, commit.as_bytes())
            }
        }
    };
    std::thread::scope(|scope| {
        for connection in 0..2 {
            let mine = requests.iter().skip(connection).step_by(2);
            let ask = &ask;
            scope.spawn(move || {
                for &request in mine {
                    let answer = ask(connection, request);
                    let known = EXPECTED.contains(&answer.status);
                    assert!(known, "{}: {}", answer.status, answer.text());
                }
            });
        }
    });
    // The last one that comes is right, at the latest: all batches are there.
    let _ = ask(0, all - 1).ok(202);
    let ended = import.wait().0;
    let mut expected = [0, 0, 0, 0, 0];
    for person in from..from + rows {
        let line = file(person, 1, &format!("Run {n}"));
        let (phone, name) = line.lines().nth(1).unwrap().split_once(',').unwrap();
        let known = model.get_mut(phone);
        expected[usize::from(known.is_some())] += 1;
        match known {
            Some(known) => *known = (name.into(), known.1 + 1),
            None => drop(model.insert(phone.into(), (name.into(), 1))),
        }
    }
    assert_eq!(counts(&ended), expected, "sequence {n}");
}

fn stored(app: &App, token: &str) -> Model {
    let page = app.get(token, "/contacts?limit=1000").ok(200);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let contacts = page["contacts"].as_array().unwrap().iter();
    let mut all = 0;
    let model: Model = contacts
        .map(|contact| {
            all += 1;
            let fields = &contact["fields"];
            let version = contact["version"].as_i64().unwrap();
            (
                text(&fields["phone"]),
                (text(&fields["first_name"]), version),
            )
        })
        .collect();
    assert_eq!(model.len(), all, "a copy");
    model
}

#[test]
fn uploads_that_are_replayed_reordered_and_doubled_end_alike() {
    let _turn = turn();
    let random = Random::new();
    let data = Data::new();
    // A file has one server; a PostgreSQL any number.
    let replicas = if Data::server().is_some() { 2 } else { 1 };
    let ports: Vec<u16> = (0..replicas).map(|_| free_port()).collect();
    let mut running: Vec<Server> = ports
        .iter()
        .map(|&port| Server::spawn(&data, port, &[], None))
        .collect();
    running.iter_mut().for_each(Server::wait);
    let servers: Vec<String> = ports
        .iter()
        .map(|port| format!("http://127.0.0.1:{port}"))
        .collect();
    let app = App::running(servers[0].clone(), data);
    let (sequences, next) = (times(500, 10_000), AtomicU32::new(0));
    std::thread::scope(|scope| {
        for workspace in 0..WORKSPACES {
            let (app, servers, next) = (&app, &servers, &next);
            let mut random = random.split(workspace);
            scope.spawn(move || {
                let token = sign(&claims(&format!("w{workspace}"), "owner"), SECRET);
                let mut model = Model::new();
                loop {
                    let n = next.fetch_add(1, Ordering::SeqCst);
                    if n >= sequences {
                        break;
                    }
                    sequence(app, servers, &token, &mut model, n, &mut random);
                    if n % 10 == 0 {
                        assert_eq!(stored(app, &token), model, "after sequence {n}");
                    }
                }
                assert_eq!(stored(app, &token), model);
                assert!(model.len() <= PEOPLE as usize);
            });
        }
    });
    app.data.check_integrity();
    evidence::count(
        sequences,
        &format!(
            "uploads replayed, reordered and doubled on {} of {}",
            replicas,
            database()
        ),
        &format!("0 failures, seed {}", random.seed),
    );
}

#[test]
fn a_batch_that_comes_with_other_bytes_is_refused() {
    let _turn = turn();
    let app = App::with(|config| {
        config.token_rate = 0;
        config.workspace_rate = 0;
    });
    let token = sign(&claims("acme", "owner"), SECRET);
    let mut import = Import::plan(&app, &token, &file(0, 4, "Person"), description());
    cut(&mut import, 2);
    let import = import.open().upload();
    let path = format!("/imports/{}/batches/0", import.id);
    let bytes = import.batches[0].clone();
    // Each bit, each length, more of it, and another batch.
    let flipped = (0..bytes.len() * 8).map(|bit| {
        let mut other = bytes.clone();
        other[bit / 8] ^= 1 << (bit % 8);
        other
    });
    let shorter = (0..bytes.len()).map(|length| bytes[..length].to_vec());
    let longer =
        [vec![0], vec![255; 100], bytes.clone()].map(|more| [bytes.clone(), more].concat());
    let others = flipped
        .chain(shorter)
        .chain(longer)
        .chain([import.batches[1].clone()]);
    let mut refused = 0;
    for other in others {
        let _ = app
            .call(&token, "PUT", &path, &other)
            .refused(422, "batch_differs");
        refused += 1;
    }
    assert_eq!(app.call(&token, "PUT", &path, &bytes).status, 200);
    assert_eq!(app.number("SELECT count(*) AS n FROM import_batches"), 2);
    // What is committed is what was stored: its digest is the one of the first bytes.
    let _ = import.commit().ok(202);
    let ended = import.wait().0;
    assert_eq!(counts(&ended), [4, 0, 0, 0, 0]);
    evidence::count(
        refused,
        &format!("batches that came again with other bytes on {}", database()),
        "all refused, nothing changed",
    );
}
