//! The data of one test: a SQLite file, or a database of its own in the PostgreSQL that `MUSTER_TEST_DATABASE` names.
//! So every test of a binary runs on either, by whoever starts the binary.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::r2d2::ManageConnection as _;
use diesel::sql_types::{BigInt, Text};
use muster_server::db::Connection;
use muster_server::db::dialect::{Manager, Target};
use tempfile::TempDir;

/// Names the PostgreSQL: the URL of its database `postgres`.
pub const SERVER: &str = "MUSTER_TEST_DATABASE";

/// The data of one test. It goes with the value.
pub struct Data {
    folder: TempDir,
    database: Option<Database>,
}

struct Database {
    name: String,
    url: String,
    /// Whether it has a place of its own, of the same name.
    is_elsewhere: bool,
}

impl Data {
    /// Nothing yet.
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            database: Self::server().map(|server| Database::create(&server, None)),
        }
    }

    /// Nothing yet, in a folder where everybody may write: the file, or the tables of the PostgreSQL.
    pub fn within(place: &Path) -> Self {
        Self {
            folder: tempfile::tempdir_in(place).unwrap(),
            database: Self::server().map(|server| Database::create(&server, Some(place))),
        }
    }

    /// The PostgreSQL that the tests run on; none where it is SQLite.
    pub fn server() -> Option<String> {
        std::env::var(SERVER).ok().filter(|url| !url.is_empty())
    }

    /// The server's folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The database's URL; none for the file in the folder.
    pub fn url(&self) -> Option<&str> {
        self.database.as_ref().map(|database| database.url.as_str())
    }

    /// A connection of our own.
    pub fn connect(&self) -> Connection {
        connect(self.url(), self.folder())
    }

    /// Waits until the database answers.
    pub fn wait(&self) {
        let patience = Instant::now() + Duration::from_secs(60);
        while try_connect(self.url(), self.folder()).is_err() {
            assert!(Instant::now() < patience, "the database is gone");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The number that a query finds, named `n`.
    pub fn number(&self, query: &str) -> i64 {
        number(&mut self.connect(), query)
    }

    /// Changes the data behind the server's back.
    pub fn execute(&self, statement: &str) {
        execute(&mut self.connect(), statement);
    }

    /// Fails unless the data is whole.
    pub fn check_integrity(&self) {
        let mut connection = self.connect();
        match &mut connection {
            Connection::Sqlite(connection) => {
                #[derive(QueryableByName)]
                struct Row {
                    #[diesel(sql_type = Text)]
                    integrity_check: String,
                }
                let whole: Row = diesel::sql_query("PRAGMA integrity_check")
                    .get_result(&mut **connection)
                    .unwrap();
                assert_eq!(whole.integrity_check, "ok");
                let broken = "SELECT count(*) AS n FROM pragma_foreign_key_check";
                assert_eq!(self.number(broken), 0, "foreign keys");
            }
            Connection::Postgres(_) => {
                execute(&mut connection, "CREATE EXTENSION IF NOT EXISTS amcheck");
                // Every index, against every row of its table. It fails where one is damaged.
                let checked = "SELECT count(bt_index_check(i.indexrelid, true)) AS n FROM pg_index AS i \
                               JOIN pg_class AS c ON c.oid = i.indexrelid WHERE c.relnamespace = 'public'::regnamespace";
                assert!(number(&mut connection, checked) > 0);
            }
        }
    }
}

impl Database {
    fn create(server: &str, place: Option<&Path>) -> Self {
        static CREATED: AtomicU32 = AtomicU32::new(0);
        let n = CREATED.fetch_add(1, Ordering::Relaxed);
        let name = format!("muster_{}_{n}", std::process::id());
        let mut connection = connect(Some(server), Path::new(""));
        let mut create = format!("CREATE DATABASE {name}");
        if let Some(place) = place {
            let folder = place.join(&name);
            let folder = folder.display();
            // It has to be PostgreSQL's own, whoever that is.
            for statement in [
                format!("COPY (SELECT 1) TO PROGRAM 'mkdir -m 700 {folder}'"),
                format!("CREATE TABLESPACE {name} LOCATION '{folder}'"),
            ] {
                execute(&mut connection, &statement);
            }
            create += &format!(" TABLESPACE {name}");
        }
        execute(&mut connection, &create);
        Self {
            url: server.replacen("/postgres", &format!("/{name}"), 1),
            name,
            is_elsewhere: place.is_some(),
        }
    }
}

impl Default for Data {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        if let (Some(server), Some(database)) = (Self::server(), &self.database) {
            let name = &database.name;
            let mut connection = connect(Some(&server), Path::new(""));
            execute(
                &mut connection,
                &format!("DROP DATABASE {name} WITH (FORCE)"),
            );
            if database.is_elsewhere {
                execute(&mut connection, &format!("DROP TABLESPACE {name}"));
            }
        }
    }
}

fn connect(url: Option<&str>, folder: &Path) -> Connection {
    try_connect(url, folder).unwrap()
}

fn try_connect(url: Option<&str>, folder: &Path) -> Result<Connection, diesel::r2d2::Error> {
    Manager::new(Target::new(url, folder).unwrap()).connect()
}

pub(crate) fn execute(connection: &mut Connection, statement: &str) {
    let query = diesel::sql_query(statement);
    match connection {
        Connection::Sqlite(connection) => query.execute(&mut **connection).unwrap(),
        Connection::Postgres(connection) => query.execute(connection).unwrap(),
    };
}

fn number(connection: &mut Connection, query: &str) -> i64 {
    try_number(connection, query).unwrap()
}

/// The number that a query finds, named `n`.
pub fn try_number(connection: &mut Connection, query: &str) -> QueryResult<i64> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    // PostgreSQL counts in types of several widths.
    let query = diesel::sql_query(format!("SELECT CAST(n AS BIGINT) AS n FROM ({query}) AS q"));
    let row: Row = match connection {
        Connection::Sqlite(connection) => query.get_result(&mut **connection)?,
        Connection::Postgres(connection) => query.get_result(connection)?,
    };
    Ok(row.n)
}
