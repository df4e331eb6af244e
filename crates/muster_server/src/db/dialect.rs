//! The only file that knows the database's kind.

use diesel::connection::{Connection as _, SimpleConnection as _};
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, CustomizeConnection};
use diesel::sql_types::{BigInt, Text};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

use super::models::contact::Contact;
use super::{DbError, WorkspaceId, signed};

/// A connection.
pub type Connection = SqliteConnection;
/// What makes connections for the pool.
pub type Manager = ConnectionManager<Connection>;

/// The schema's history.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Runs the body in the one kind of transaction that may write: it waits for its turn at the beginning, so what it
/// reads is still true when it writes.
pub fn write_tx<T, E: From<diesel::result::Error>>(
    connection: &mut Connection,
    body: impl FnOnce(&mut Connection) -> Result<T, E>,
) -> Result<T, E> {
    connection.immediate_transaction(body)
}

/// Runs the body on one state of the data.
pub fn read_tx<T, E: From<diesel::result::Error>>(
    connection: &mut Connection,
    body: impl FnOnce(&mut Connection) -> Result<T, E>,
) -> Result<T, E> {
    connection.transaction(body)
}

/// Whether the error is a broken unique key.
pub fn is_duplicate(error: &diesel::result::Error) -> bool {
    use diesel::result::{DatabaseErrorKind::UniqueViolation, Error::DatabaseError};
    matches!(error, DatabaseError(UniqueViolation, _))
}

/// Prepares each connection of the pool.
#[derive(Debug)]
pub struct Prepare;

impl CustomizeConnection<Connection, diesel::r2d2::Error> for Prepare {
    fn on_acquire(&self, connection: &mut Connection) -> Result<(), diesel::r2d2::Error> {
        prepare(connection).map_err(diesel::r2d2::Error::QueryError)
    }
}

/// Sets what holds for a connection as long as it lives.
pub fn prepare(connection: &mut Connection) -> QueryResult<()> {
    connection.batch_execute(
        "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
         PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY;",
    )
}

/// Sets `count` contact ids aside and gives the first. Inside a write transaction only.
pub fn reserve_contact_ids(connection: &mut Connection, count: i64) -> Result<i64, DbError> {
    #[derive(QueryableByName)]
    struct Last {
        #[diesel(sql_type = BigInt)]
        seq: i64,
    }
    let taken: Option<Last> = diesel::sql_query(
        "UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'contacts' RETURNING seq",
    )
    .bind::<BigInt, _>(count)
    .get_result(connection)
    .optional()?;
    if let Some(last) = taken {
        return Ok(last.seq - count + 1);
    }
    diesel::sql_query("INSERT INTO sqlite_sequence (name, seq) VALUES ('contacts', ?)")
        .bind::<BigInt, _>(count)
        .execute(connection)?;
    Ok(1)
}

/// A contact that has one of the asked fingerprints.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub struct Found {
    /// Which of the asked ones.
    #[diesel(sql_type = BigInt)]
    pub position: i64,
    /// The contact.
    #[diesel(sql_type = BigInt)]
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

/// Finds the contacts of many fingerprints, in the order of the fingerprints.
pub fn find_by_prints(
    connection: &mut Connection,
    workspace: WorkspaceId,
    column: PrintColumn,
    prints: &[i64],
) -> QueryResult<Vec<Found>> {
    // Without the word CROSS the planner walks the contacts for each fingerprint.
    let sql = match column {
        PrintColumn::Id => {
            "SELECT p.key AS position, c.id AS id FROM json_each(?) AS p CROSS JOIN contacts AS c \
             ON c.workspace_id = ? AND c.id_print = p.value ORDER BY p.key, c.id"
        }
        PrintColumn::Phone => {
            "SELECT p.key AS position, c.id AS id FROM json_each(?) AS p CROSS JOIN contacts AS c \
             ON c.workspace_id = ? AND c.phone_print = p.value ORDER BY p.key, c.id"
        }
        PrintColumn::Email => {
            "SELECT p.key AS position, c.id AS id FROM json_each(?) AS p CROSS JOIN contacts AS c \
             ON c.workspace_id = ? AND c.email_print = p.value ORDER BY p.key, c.id"
        }
    };
    diesel::sql_query(sql)
        .bind::<Text, _>(json_list(prints))
        .bind::<BigInt, _>(workspace.0)
        .load(connection)
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

/// Finds the contacts whose fingerprints begin so, in the order of the prefixes, the fingerprints and the ids; of each
/// fingerprint at most so many.
pub fn find_by_prefixes(
    connection: &mut Connection,
    workspace: WorkspaceId,
    column: PrintColumn,
    prefixes: &[u32],
    most: usize,
) -> QueryResult<Vec<FoundByPrefix>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        position: i64,
        #[diesel(sql_type = BigInt)]
        print: i64,
        #[diesel(sql_type = BigInt)]
        id: i64,
    }
    if prefixes.is_empty() {
        return Ok(Vec::new());
    }
    // What begins alike is stored side by side, also as signed numbers.
    let sql = match column {
        PrintColumn::Id => {
            "SELECT p.key AS position, c.id_print AS print, c.id AS id FROM json_each(?) AS p CROSS JOIN contacts AS c \
             ON c.workspace_id = ? AND c.id_print BETWEEN p.value AND p.value + 4294967295 ORDER BY 1, 2, 3"
        }
        PrintColumn::Phone => {
            "SELECT p.key AS position, c.phone_print AS print, c.id AS id FROM json_each(?) AS p CROSS JOIN contacts AS c \
             ON c.workspace_id = ? AND c.phone_print BETWEEN p.value AND p.value + 4294967295 ORDER BY 1, 2, 3"
        }
        PrintColumn::Email => {
            "SELECT p.key AS position, c.email_print AS print, c.id AS id FROM json_each(?) AS p CROSS JOIN contacts AS c \
             ON c.workspace_id = ? AND c.email_print BETWEEN p.value AND p.value + 4294967295 ORDER BY 1, 2, 3"
        }
    };
    let first = prefixes
        .iter()
        .map(|&prefix| signed(u64::from(prefix) << 32));
    let rows: Vec<Row> = diesel::sql_query(sql)
        .bind::<Text, _>(json_list(&first.collect::<Vec<i64>>()))
        .bind::<BigInt, _>(workspace.0)
        .load(connection)?;
    let copies =
        rows.chunk_by(|one, next| (one.position, one.print) == (next.position, next.print));
    let found = copies.flat_map(|copies| copies.iter().take(most));
    let found = found.map(|row| FoundByPrefix {
        position: usize::try_from(row.position).unwrap_or(usize::MAX),
        print: row.print,
        id: row.id,
    });
    Ok(found.collect())
}

/// A contact's tag.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub struct TagOf {
    /// The contact.
    #[diesel(sql_type = BigInt)]
    pub contact_id: i64,
    /// The tag.
    #[diesel(sql_type = BigInt)]
    pub tag_id: i64,
}

/// The tags of many contacts; the ids are ascending, and so is the answer.
pub fn tags_of(
    connection: &mut Connection,
    workspace: WorkspaceId,
    ids: &[i64],
) -> QueryResult<Vec<TagOf>> {
    diesel::sql_query(
        "SELECT t.contact_id, t.tag_id FROM json_each(?) AS p CROSS JOIN contact_tags AS t \
         ON t.workspace_id = ? AND t.contact_id = p.value",
    )
    .bind::<Text, _>(json_list(ids))
    .bind::<BigInt, _>(workspace.0)
    .load(connection)
}

fn json_list(numbers: &[i64]) -> String {
    let mut list = String::with_capacity(numbers.len() * 20 + 2);
    list.push('[');
    for (n, number) in numbers.iter().enumerate() {
        if n > 0 {
            list.push(',');
        }
        list.push_str(&number.to_string());
    }
    list.push(']');
    list
}

/// Whether the error is likely to be gone when the request is repeated: the database was locked, or is full.
pub fn is_transient(error: &diesel::result::Error) -> bool {
    let diesel::result::Error::DatabaseError(_, information) = error else {
        return false;
    };
    ["database is locked", "database or disk is full"].contains(&information.message())
}

/// Several contacts, ascending by id.
pub fn contacts_of(
    connection: &mut Connection,
    workspace: WorkspaceId,
    ids: &[i64],
) -> QueryResult<Vec<Contact>> {
    diesel::sql_query(
        "SELECT c.* FROM json_each(?) AS p CROSS JOIN contacts AS c \
         ON c.id = p.value AND c.workspace_id = ? ORDER BY c.id",
    )
    .bind::<Text, _>(json_list(ids))
    .bind::<BigInt, _>(workspace.0)
    .load(connection)
}

/// Some contacts whose name, phone or address is like the pattern (escaped by a backslash), ascending by id.
pub fn search_contacts(
    connection: &mut Connection,
    workspace: WorkspaceId,
    pattern: &str,
    after: i64,
    limit: i64,
) -> QueryResult<Vec<Contact>> {
    diesel::sql_query(
        r"SELECT * FROM contacts WHERE workspace_id = ?1 AND id > ?2 AND (first_name || ' ' || last_name LIKE ?3 ESCAPE '\'
          OR phone LIKE ?3 ESCAPE '\' OR email LIKE ?3 ESCAPE '\') ORDER BY id LIMIT ?4",
    )
    .bind::<BigInt, _>(workspace.0)
    .bind::<BigInt, _>(after)
    .bind::<Text, _>(pattern)
    .bind::<BigInt, _>(limit)
    .load(connection)
}
