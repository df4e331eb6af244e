//! The disk is full in the middle of an upload, or while an import is applied: whoever asks is told so, reads go on,
//! nothing is half there, and once there is room again everything ends as planned.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use diesel::QueryResult;
use muster_server::db::Connection;
use muster_tests::{Data, Import, try_number};
use serde_json::Value;
use tempfile::TempDir;

use crate::evidence;
use crate::harness::{Client, Random, counts, cut, database, description, file, times, turn};

const ROWS: u32 = 10_000;
/// How long nothing has to happen until it counts as standing still.
const STILL: Duration = Duration::from_secs(2);

/// A small filesystem of its own.
struct Disk(TempDir);

impl Disk {
    /// None where nobody lets us have one.
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_str().unwrap();
        let options = "size=96m,mode=1777";
        privileged(&["mount", "-t", "tmpfs", "-o", options, "tmpfs", path]).then(|| Self(folder))
    }

    fn folder(&self) -> &Path {
        self.0.path()
    }

    /// Fills it but for so many bytes, until the value is dropped.
    fn fill(&self, room: u64) -> Filler {
        let path = self.folder().join("filler");
        let mut filler = File::create(&path).unwrap();
        for size in [1 << 20, 4_096] {
            while filler.write_all(&vec![0; size]).is_ok() {}
        }
        let full = filler.metadata().unwrap().len();
        filler.set_len(full.saturating_sub(room)).unwrap();
        Filler(path)
    }
}

/// What takes the room. It goes before the data, which a database may not be able to leave for lack of it.
struct Filler(PathBuf);

impl Drop for Filler {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        privileged(&["umount", "-l", self.folder().to_str().unwrap()]);
    }
}

/// Runs a program as we are, or as whoever we may be without being asked.
fn privileged(words: &[&str]) -> bool {
    let run = |words: &[&str]| {
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).stdin(Stdio::null());
        let output = command.output();
        output.is_ok_and(|output| output.status.success())
    };
    run(words) || run(&[&["sudo", "-n"], words].concat())
}

/// Whether a database may be too full to be read: PostgreSQL writes what changed before it reads into the same memory.
fn may_not_read() -> bool {
    Data::server().is_some()
}

/// Sends what an import consists of, until something finds no room. Whether nothing did.
fn upload(client: &Client, import: &Import<'_>, key: &str) -> bool {
    let bearer = format!("Bearer {}", client.token);
    let headers = [("authorization", bearer.as_str()), ("idempotency-key", key)];
    let ask = |method: &str, path: &str, body: &[u8]| {
        let path = format!("/api/v1/imports{path}");
        let answer = client.app.send(method, &path, &headers, body);
        if answer.status == 503 {
            let _ = answer.refused(503, "busy");
            assert!(answer.header("retry-after").parse::<u64>().is_ok());
            return None;
        }
        assert!(answer.status < 300, "{}", answer.text());
        Some(answer)
    };
    let all = || {
        let opened = ask("POST", "", import.request().to_string().as_bytes())?;
        let id = opened.ok(201)["id"].clone();
        for (number, batch) in import.batches.iter().enumerate() {
            let _ = ask("PUT", &format!("/{id}/batches/{number}"), batch)?;
        }
        let commit = import.commit_request().to_string();
        ask("POST", &format!("/{id}/commit"), commit.as_bytes())
    };
    all().is_some()
}

/// Waits until the newest import has ended or nothing happens any more; reads go on meanwhile.
fn wait_until_still(client: &Client) {
    let patience = Instant::now() + Duration::from_secs(60);
    let (mut seen, mut since) = (Value::Null, Instant::now());
    while since.elapsed() < STILL {
        assert!(Instant::now() < patience, "it goes on and on");
        let read = |path: &str| {
            let answer = client.app.get(&client.token, path);
            if answer.status == 503 && may_not_read() {
                return answer.refused(503, "busy");
            }
            answer.ok(200)
        };
        for path in ["/contacts?limit=5", "/workspace"] {
            let _ = read(path);
        }
        let now = read("/imports?limit=1")["imports"][0].clone();
        if now != seen {
            (seen, since) = (now, Instant::now());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Fails unless each batch was applied as a whole or not at all.
fn check_whole_batches(connection: &mut Connection) -> QueryResult<()> {
    let settled =
        "SELECT coalesce(sum(to_apply), 0) AS n FROM import_batches WHERE outcome IS NOT NULL";
    let settled = try_number(connection, settled)?;
    for query in [
        "SELECT count(*) AS n FROM contacts",
        "SELECT sum(applied) AS n FROM imports",
    ] {
        assert_eq!(try_number(connection, query)?, settled, "{query}");
    }
    Ok(())
}

/// Has the disk be full once; whether that was while the import was applied.
fn fill_once(disk: &Disk, random: &mut Random, log: &Path) -> bool {
    let client = Client::on(Data::within(disk.folder()), &[], Some(log));
    let app = &client.app;
    let first = Import::plan(app, &client.token, &file(0, 1, "First"), description());
    let _ = client.carry(&first, "first");
    let csv = file(1, ROWS, "Person");
    let mut import = Import::plan(app, &client.token, &csv, description());
    cut(&mut import, 1_000);
    let applying = random.below(2) == 0;
    // A new one may find no room.
    let connection = &mut app.data.connect();
    let filler = if applying {
        app.hold();
        assert!(upload(&client, &import, "import"));
        // Enough to let it begin.
        let filler = disk.fill((256 << 10) + random.below(512 << 10));
        app.release_by(connection);
        filler
    } else {
        let filler = disk.fill(random.below(128 << 10));
        upload(&client, &import, "import");
        filler
    };
    wait_until_still(&client);
    let checked = check_whole_batches(connection);
    assert!(checked.is_ok() || may_not_read(), "{checked:?}");
    let said = std::fs::read_to_string(log).unwrap();
    let full = [
        "disk is full",
        "No space left on device",
        "could not extend file",
    ];
    assert!(full.iter().any(|words| said.contains(words)), "{said}");
    drop(filler);
    let committed = "SELECT count(*) AS n FROM imports WHERE batch_count IS NOT NULL";
    let mut ended = if app.number(committed) == 2 {
        client.wait(&app.number("SELECT max(id) AS n FROM imports").into())
    } else {
        client.carry(&import, "import")
    };
    if ended["status"] == "failed" {
        let path = format!("/imports/{}/continue", ended["id"]);
        let _ = client.call("POST", &path, None, b"").ok(202);
        ended = client.wait(&ended["id"]);
    }
    assert_eq!(ended["status"], "completed", "{ended}");
    assert_eq!(counts(&ended), [u64::from(ROWS), 0, 0, 0, 0]);
    check_whole_batches(connection).unwrap();
    let all = i64::from(ROWS) + 1;
    for (query, expected) in [
        ("SELECT count(*) AS n FROM contacts", all),
        ("SELECT count(DISTINCT phone) AS n FROM contacts", all),
        ("SELECT count(*) AS n FROM contact_tags", all),
        ("SELECT max(version) AS n FROM contacts", 1),
        ("SELECT count(*) AS n FROM jobs", 0),
        ("SELECT count(*) AS n FROM imports", 2),
    ] {
        assert_eq!(app.number(query), expected, "{query}");
    }
    app.data.check_integrity();
    assert_eq!(client.restarts.get(), 0, "the server outlives it");
    applying
}

#[test]
fn a_full_disk_is_told_and_nothing_is_lost() {
    let _turn = turn();
    let what = format!("times the disk was full on {}", database());
    let Some(disk) = Disk::mount() else {
        evidence::count(0, &what, "not tried: no filesystem may be mounted here");
        return;
    };
    let mut random = Random::new();
    let log = tempfile::NamedTempFile::new().unwrap();
    let fills = times(2, 20);
    let applying: u32 = (0..fills)
        .map(|_| u32::from(fill_once(&disk, &mut random, log.path())))
        .sum();
    evidence::count(
        fills,
        &what,
        &format!(
            "0 failures; {applying} while applying, {} while uploading, seed {}",
            fills - applying,
            random.seed
        ),
    );
}
