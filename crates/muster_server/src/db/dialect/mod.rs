//! The only module that knows the database's kind. What differs stands in [`sqlite`] and [`postgres`], function by
//! function; for everything else [`on_backend!`] compiles one body twice.

mod failures;
mod postgres;
mod sqlite;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use diesel::connection::{AnsiTransactionManager, TransactionManager as _};
use diesel::prelude::*;
use diesel::r2d2::{ManageConnection, R2D2Connection as _};
use diesel::sql_types::BigInt;

use super::models::contact::{Contact, Filter};
use super::queue::Queue;
use super::{DbError, OpenError, WorkspaceId, signed};

/// A connection.
pub enum Connection {
    /// To a file of our own.
    Sqlite(sqlite::Shared),
    /// To a PostgreSQL.
    Postgres(PgConnection),
}

/// Evaluates one expression with the connection of whichever kind: `on_backend!(connection => query.load(connection))`.
macro_rules! on_backend {
    ($connection:ident => $body:expr) => {
        match $connection {
            $crate::db::dialect::Connection::Sqlite($connection) => {
                let $connection: &mut ::diesel::SqliteConnection = $connection;
                $body
            }
            $crate::db::dialect::Connection::Postgres($connection) => $body,
        }
    };
}
pub(crate) use on_backend;

pub use failures::{is_lost, is_transient};

/// Where the data is.
#[derive(Clone, PartialEq, Eq)]
pub enum Target {
    /// In this file.
    Sqlite(PathBuf),
    /// At this address.
    Postgres(String),
}

impl Target {
    /// What the URL means; without one, a file in the folder.
    pub fn new(url: Option<&str>, folder: &Path) -> Result<Self, OpenError> {
        let Some(url) = url.filter(|url| !url.is_empty()) else {
            return Ok(Self::Sqlite(folder.join("muster.db")));
        };
        match url.split_once(':') {
            Some(("sqlite", path)) => {
                let path = path.strip_prefix("//").unwrap_or(path);
                Ok(Self::Sqlite(path.into()))
            }
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(postgres::patient(url))),
            Some((scheme, _)) => Err(OpenError::Scheme(scheme.into())),
            None => Err(OpenError::Scheme("nothing".into())),
        }
    }
}

/// Makes connections for the pool.
pub struct Manager {
    target: Target,
    writers: Arc<Queue>,
}

impl Manager {
    /// Of connections to this database.
    pub fn new(target: Target) -> Self {
        Self {
            target,
            writers: Arc::default(),
        }
    }
}

impl ManageConnection for Manager {
    type Connection = Connection;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Connection, Self::Error> {
        let connected = match &self.target {
            Target::Sqlite(file) => {
                sqlite::connect(file, self.writers.clone()).map(Connection::Sqlite)
            }
            Target::Postgres(url) => postgres::connect(url).map(Connection::Postgres),
        };
        connected.map_err(diesel::r2d2::Error::ConnectionError)
    }

    fn is_valid(&self, connection: &mut Connection) -> Result<(), Self::Error> {
        on_backend!(connection => connection.ping()).map_err(diesel::r2d2::Error::QueryError)
    }

    fn has_broken(&self, connection: &mut Connection) -> bool {
        std::thread::panicking() || on_backend!(connection => connection.is_broken())
    }
}

/// Brings the schema up to date. Servers that start at the same moment wait for each other.
pub fn migrate(connection: &mut Connection) -> Result<(), String> {
    match connection {
        Connection::Sqlite(connection) => sqlite::migrate(connection),
        Connection::Postgres(connection) => postgres::migrate(connection),
    }
}

/// Runs the body in the one kind of transaction that may write. It begins when it is the workspace's turn: what it
/// reads of the workspace is still true when it writes. Without a workspace it waits for none: for what a
/// single statement decides, such as whose turn it is, and what is only added, a workspace or a line to the audit.
pub fn write_tx<T, E: From<DbError>>(
    connection: &mut Connection,
    workspace: impl Into<Option<WorkspaceId>>,
    body: impl FnOnce(&mut Connection) -> Result<T, E>,
) -> Result<T, E> {
    writing(connection, workspace.into(), sqlite::NOW, body)
}

/// The same, without a workspace and, on a file of our own, without waiting for the disk: what it writes outlives the
/// process, and the machine as soon as anything else is written. For turns: nobody has any when the machine has died.
pub fn passing_tx<T, E: From<DbError>>(
    connection: &mut Connection,
    body: impl FnOnce(&mut Connection) -> Result<T, E>,
) -> Result<T, E> {
    writing(connection, None, sqlite::SOON, body)
}

fn writing<T, E: From<DbError>>(
    connection: &mut Connection,
    workspace: Option<WorkspaceId>,
    sqlite: &str,
    body: impl FnOnce(&mut Connection) -> Result<T, E>,
) -> Result<T, E> {
    let writers = match connection {
        Connection::Sqlite(connection) => Some(connection.writers()),
        Connection::Postgres(_) => None,
    };
    let _turn = match &writers {
        Some(writers) => Some(writers.wait(sqlite::PATIENCE).ok_or(DbError::Busy)?),
        None => None,
    };
    begin(connection, sqlite, "BEGIN")?;
    let locked = match (&mut *connection, workspace) {
        (Connection::Postgres(connection), Some(workspace)) => {
            postgres::lock(connection, workspace)
        }
        _ => Ok(()),
    };
    let result = match locked {
        Ok(()) => body(connection),
        Err(error) => Err(error.into()),
    };
    end(connection, result)
}

/// Runs the body on one state of the data.
pub fn read_tx<T, E: From<DbError>>(
    connection: &mut Connection,
    body: impl FnOnce(&mut Connection) -> Result<T, E>,
) -> Result<T, E> {
    let repeatable = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
    begin(connection, sqlite::READ, repeatable)?;
    let result = body(connection);
    end(connection, result)
}

fn begin(connection: &mut Connection, sqlite: &str, postgres: &str) -> Result<(), DbError> {
    match connection {
        Connection::Sqlite(connection) => {
            AnsiTransactionManager::begin_transaction_sql(&mut **connection, sqlite)?;
        }
        Connection::Postgres(connection) => {
            AnsiTransactionManager::begin_transaction_sql(connection, postgres)?;
        }
    }
    Ok(())
}

fn end<T, E: From<DbError>>(connection: &mut Connection, result: Result<T, E>) -> Result<T, E> {
    match result {
        Ok(value) => {
            on_backend!(connection => AnsiTransactionManager::commit_transaction(connection))
                .map_err(DbError::from)?;
            Ok(value)
        }
        Err(error) => {
            // Of two errors the first is the cause; a connection that can't roll back leaves the pool.
            let _ =
                on_backend!(connection => AnsiTransactionManager::rollback_transaction(connection));
            Err(error)
        }
    }
}

/// The database's clock in milliseconds, as SQL: what leases are measured by, whichever server holds them.
pub fn clock(connection: &Connection) -> &'static str {
    match connection {
        Connection::Sqlite(_) => "CAST(unixepoch('now', 'subsec') * 1000 AS INTEGER)",
        Connection::Postgres(_) => "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
    }
}

/// The database's time in milliseconds.
pub fn time(connection: &mut Connection) -> QueryResult<i64> {
    #[derive(QueryableByName)]
    struct Now {
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    let query = diesel::sql_query(format!("SELECT {} AS n", clock(connection)));
    on_backend!(connection => query.get_result::<Now>(connection)).map(|now| now.n)
}

/// What a SELECT ends with that locks its rows and passes over those that others have locked.
pub fn skip_locked(connection: &Connection) -> &'static str {
    match connection {
        // One writer at a time: there are no others.
        Connection::Sqlite(_) => "",
        Connection::Postgres(_) => "FOR UPDATE SKIP LOCKED",
    }
}

/// A contact that has one of the asked fingerprints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Queryable)]
pub struct Found {
    /// Which of the asked ones.
    pub position: i64,
    /// The contact.
    pub id: i64,
}

/// The column of contacts that holds a kind of fingerprint.
#[derive(Clone, Copy, Debug)]
pub enum PrintColumn {
    /// Of the contact's id.
    Id,
    /// Of its phone.
    Phone,
    /// Of its e-mail address.
    Email,
}

/// A contact whose fingerprint begins as one that was asked for.
#[derive(Clone, Copy, Debug)]
pub struct FoundByPrefix {
    /// Which of the asked ones.
    pub position: usize,
    /// The whole fingerprint.
    pub print: i64,
    /// The contact.
    pub id: i64,
}

/// A contact whose fingerprint lies in one of the asked ranges.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Queryable)]
struct InRange {
    position: i64,
    print: i64,
    id: i64,
}

/// Finds the contacts whose fingerprints begin so, in the order of the prefixes, the fingerprints and the ids; of each
/// fingerprint at most so many.
pub fn find_by_prefixes(
    connection: &mut Connection,
    workspace: WorkspaceId,
    column: PrintColumn,
    prefixes: &[u32],
    most: usize,
) -> QueryResult<Vec<FoundByPrefix>> {
    let mut found = Vec::with_capacity(prefixes.len());
    // PostgreSQL may walk all contacts for a long list, so there is to be one list. SQLite never does: for it, more take
    // more memory and no less time.
    let together = match connection {
        Connection::Sqlite(_) => 10_000,
        Connection::Postgres(_) => prefixes.len().max(1),
    };
    for (number, part) in prefixes.chunks(together).enumerate() {
        // What begins alike is stored side by side, also as signed numbers.
        let first = part.iter();
        let first: Vec<i64> = first
            .map(|&prefix| signed(u64::from(prefix) << 32))
            .collect();
        let rows = match connection {
            Connection::Sqlite(connection) => {
                sqlite::find_in_ranges(connection, workspace, column, &first)
            }
            Connection::Postgres(connection) => {
                postgres::find_in_ranges(connection, workspace, column, &first)
            }
        }?;
        let copies =
            rows.chunk_by(|one, next| (one.position, one.print) == (next.position, next.print));
        let few = copies.flat_map(|copies| copies.iter().take(most));
        found.extend(few.map(|row| FoundByPrefix {
            position: usize::try_from(row.position).unwrap_or(0) + number * together,
            print: row.print,
            id: row.id,
        }));
    }
    Ok(found)
}

/// A contact's tag.
#[derive(Clone, Copy, Debug, Queryable)]
pub struct TagOf {
    /// The contact.
    pub contact_id: i64,
    /// The tag.
    pub tag_id: i64,
}

/// A contact as it is to be, and the version that it must still have. Its own version is the one that it gets.
#[derive(Clone, Debug)]
pub struct Rewrite {
    /// The version under the change.
    pub base: i32,
    /// The contact.
    pub contact: Contact,
    /// Whether its phone or address is another one.
    pub prints_changed: bool,
}

/// Functions that each backend has in its own words.
macro_rules! in_own_words {
    ($($(#[$doc:meta])* fn $name:ident($($argument:ident: $kind:ty),*) -> $result:ty;)*) => { $(
        $(#[$doc])*
        pub fn $name(connection: &mut Connection, $($argument: $kind),*) -> $result {
            match connection {
                Connection::Sqlite(connection) => sqlite::$name(connection, $($argument),*),
                Connection::Postgres(connection) => postgres::$name(connection, $($argument),*),
            }
        }
    )* };
}

in_own_words! {
    /// How many places of the database are damaged, as far as it can tell by itself.
    fn damage() -> QueryResult<i64>;

    /// Has the planner know how many contacts there are, after many came at once: by itself it finds out within minutes.
    fn learn() -> QueryResult<()>;

    /// Sets `count` contact ids aside, ascending. Inside a write transaction only.
    fn reserve_contact_ids(count: i64) -> QueryResult<Vec<i64>>;

    /// Notes that ids up to this one are taken, by contacts that came with theirs.
    fn note_contact_ids(highest: i64) -> QueryResult<()>;

    /// Adds contacts.
    fn insert_contacts(contacts: &[Contact]) -> QueryResult<()>;

    /// Writes contacts. How many still had the version that they must have.
    fn rewrite_contacts(workspace: WorkspaceId, rewrites: &[Rewrite]) -> QueryResult<usize>;

    /// Gives contacts tags that they don't have: pairs of a contact and a tag.
    fn attach_tags(workspace: WorkspaceId, pairs: &[(i64, i64)]) -> QueryResult<()>;

    /// Takes tags from contacts: pairs of a contact and a tag.
    fn detach_tags(workspace: WorkspaceId, pairs: &[(i64, i64)]) -> QueryResult<()>;

    /// Deletes contacts: pairs of an id and a version. How many still had the version.
    fn delete_contacts(workspace: WorkspaceId, contacts: &[(i64, i32)]) -> QueryResult<usize>;

    /// Finds the contacts of many fingerprints, in the order of the fingerprints.
    fn find_by_prints(workspace: WorkspaceId, column: PrintColumn, prints: &[i64]) -> QueryResult<Vec<Found>>;

    /// The tags of many contacts; the ids are ascending, and so is the answer.
    fn tags_of(workspace: WorkspaceId, ids: &[i64]) -> QueryResult<Vec<TagOf>>;

    /// The versions of many contacts, with their ids; those are ascending, and so is the answer.
    fn versions_of(workspace: WorkspaceId, ids: &[i64]) -> QueryResult<Vec<(i64, i32)>>;

    /// Several contacts; the ids are ascending, and so is the answer.
    fn contacts_of(workspace: WorkspaceId, ids: &[i64]) -> QueryResult<Vec<Contact>>;

    /// Some contacts that the filter leaves, with its text as a pattern, ascending by id.
    fn search_contacts(workspace: WorkspaceId, pattern: &str, filter: &Filter, after: i64, limit: i64) -> QueryResult<Vec<Contact>>;
}
