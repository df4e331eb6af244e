//! SQLite: a file of our own, one writer at a time.

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::sql_types::{BigInt, Integer, Nullable, Text};
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};

use super::super::WorkspaceId;
use super::super::models::contact::{Contact, Filter};
use super::super::queue::Queue;
use super::super::schema::{contact_tags, contacts};
use super::{Found, InRange, PrintColumn, Rewrite, TagOf};
use crate::faults;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// How long a writer waits for the others.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// A connection to a file that others write to, too.
pub struct Shared {
    connection: SqliteConnection,
    writers: Arc<Queue>,
}

impl Shared {
    /// Those who write to the file.
    pub(super) fn writers(&self) -> Arc<Queue> {
        self.writers.clone()
    }
}

impl Deref for Shared {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.connection
    }
}

impl DerefMut for Shared {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }
}

pub(super) fn connect(file: &Path, writers: Arc<Queue>) -> ConnectionResult<Shared> {
    let mut connection = SqliteConnection::establish(&file.display().to_string())?;
    connection
        .batch_execute(
            "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -12288; \
             PRAGMA temp_store = MEMORY;",
        )
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
    faults::watch(&mut connection);
    Ok(Shared {
        connection,
        writers,
    })
}

pub(super) fn migrate(connection: &mut SqliteConnection) -> Result<(), String> {
    connection
        .run_pending_migrations(MIGRATIONS)
        .map(drop)
        .map_err(|error| error.to_string())
}

pub(super) fn damage(connection: &mut SqliteConnection) -> QueryResult<i64> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    diesel::sql_query(
        "SELECT (SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok') \
         + (SELECT count(*) FROM pragma_foreign_key_check) AS n",
    )
    .get_result::<Count>(connection)
    .map(|count| count.n)
}

pub(super) fn reserve_contact_ids(
    connection: &mut SqliteConnection,
    count: i64,
) -> QueryResult<Vec<i64>> {
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
        return Ok((last.seq - count + 1..=last.seq).collect());
    }
    diesel::sql_query("INSERT INTO sqlite_sequence (name, seq) VALUES ('contacts', ?)")
        .bind::<BigInt, _>(count)
        .execute(connection)?;
    Ok((1..=count).collect())
}

/// The table counts along by itself.
#[expect(clippy::unnecessary_wraps, reason = "on PostgreSQL this can fail")]
pub(super) fn note_contact_ids(_: &mut SqliteConnection, _highest: i64) -> QueryResult<()> {
    Ok(())
}

/// One prepared statement a row is what is fastest here.
pub(super) fn insert_contacts(
    connection: &mut SqliteConnection,
    added: &[Contact],
) -> QueryResult<()> {
    added.iter().try_for_each(|contact| {
        diesel::insert_into(contacts::table)
            .values(contact)
            .execute(connection)
            .map(drop)
    })
}

/// A statement for many rows: Diesel prepares an UPDATE anew each time, which takes longer than the change itself.
pub(super) fn rewrite_contacts(
    connection: &mut SqliteConnection,
    workspace: WorkspaceId,
    rewrites: &[Rewrite],
) -> QueryResult<usize> {
    // Naming an indexed column costs its index, also where the value stays.
    let (indexed, plain): (Vec<&Rewrite>, Vec<&Rewrite>) =
        rewrites.iter().partition(|one| one.prints_changed);
    let mut changed = 0;
    for part in plain.chunks(REWRITTEN_TOGETHER) {
        let set = "version = n.column3, first_name = n.column4, last_name = n.column5, country = n.column6, \
                   language = n.column7, custom = n.column8";
        let mut query = diesel::sql_query(rewriting(set, 8, part.len())).into_boxed::<Sqlite>();
        for one in part {
            query = bind_plain(query, one);
        }
        changed += query.bind::<BigInt, _>(workspace.0).execute(connection)?;
    }
    for part in indexed.chunks(REWRITTEN_TOGETHER) {
        let set = "version = n.column3, first_name = n.column4, last_name = n.column5, country = n.column6, \
                   language = n.column7, custom = n.column8, phone = n.column9, email = n.column10, \
                   phone_print = n.column11, email_print = n.column12, phone_by = n.column13, email_by = n.column14";
        let mut query = diesel::sql_query(rewriting(set, 14, part.len())).into_boxed::<Sqlite>();
        for one in part {
            let contact = &one.contact;
            query = bind_plain(query, one)
                .bind::<Text, _>(&contact.phone)
                .bind::<Text, _>(&contact.email)
                .bind::<Nullable<BigInt>, _>(contact.phone_print)
                .bind::<Nullable<BigInt>, _>(contact.email_print)
                .bind::<Nullable<BigInt>, _>(contact.phone_by)
                .bind::<Nullable<BigInt>, _>(contact.email_by);
        }
        changed += query.bind::<BigInt, _>(workspace.0).execute(connection)?;
    }
    Ok(changed)
}

/// The contacts of one statement.
const REWRITTEN_TOGETHER: usize = 250;

/// Changes as many contacts, of whom so many values are bound, the id and the version under the change first.
fn rewriting(set: &str, values: usize, contacts: usize) -> String {
    let one = format!("({})", vec!["?"; values].join(", "));
    let all = vec![one.as_str(); contacts].join(", ");
    format!(
        "UPDATE contacts SET {set} FROM (VALUES {all}) AS n \
         WHERE contacts.id = n.column1 AND contacts.version = n.column2 AND contacts.workspace_id = ?"
    )
}

type Rewriting<'a> = BoxedSqlQuery<'a, Sqlite, SqlQuery>;

fn bind_plain<'a>(query: Rewriting<'a>, one: &'a Rewrite) -> Rewriting<'a> {
    let contact = &one.contact;
    query
        .bind::<BigInt, _>(contact.id)
        .bind::<Integer, _>(one.base)
        .bind::<Integer, _>(contact.version)
        .bind::<Text, _>(&contact.first_name)
        .bind::<Text, _>(&contact.last_name)
        .bind::<Text, _>(&contact.country)
        .bind::<Text, _>(&contact.language)
        .bind::<Text, _>(&contact.custom)
}

pub(super) fn attach_tags(
    connection: &mut SqliteConnection,
    workspace: WorkspaceId,
    pairs: &[(i64, i64)],
) -> QueryResult<()> {
    pairs.iter().try_for_each(|(contact, tag)| {
        diesel::insert_into(contact_tags::table)
            .values((
                contact_tags::workspace_id.eq(workspace.0),
                contact_tags::contact_id.eq(contact),
                contact_tags::tag_id.eq(tag),
            ))
            .execute(connection)
            .map(drop)
    })
}

pub(super) fn detach_tags(
    connection: &mut SqliteConnection,
    workspace: WorkspaceId,
    pairs: &[(i64, i64)],
) -> QueryResult<()> {
    pairs.iter().try_for_each(|(contact, tag)| {
        let given = contact_tags::table.find((workspace.0, contact, tag));
        diesel::delete(given).execute(connection).map(drop)
    })
}

pub(super) fn delete_contacts(
    connection: &mut SqliteConnection,
    workspace: WorkspaceId,
    deleted: &[(i64, i32)],
) -> QueryResult<usize> {
    let mut count = 0;
    for (id, version) in deleted {
        let target = contacts::table
            .filter(contacts::workspace_id.eq(workspace.0))
            .filter(contacts::id.eq(id))
            .filter(contacts::version.eq(version));
        count += diesel::delete(target).execute(connection)?;
    }
    Ok(count)
}

pub(super) fn find_by_prints(
    connection: &mut SqliteConnection,
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

/// Each range is the 2^32 fingerprints from its first one on.
pub(super) fn find_in_ranges(
    connection: &mut SqliteConnection,
    workspace: WorkspaceId,
    column: PrintColumn,
    first: &[i64],
) -> QueryResult<Vec<InRange>> {
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
    diesel::sql_query(sql)
        .bind::<Text, _>(json_list(first))
        .bind::<BigInt, _>(workspace.0)
        .load(connection)
}

pub(super) fn tags_of(
    connection: &mut SqliteConnection,
    workspace: WorkspaceId,
    ids: &[i64],
) -> QueryResult<Vec<TagOf>> {
    let pairs: Vec<(i64, i64)> = diesel::dsl::sql::<(BigInt, BigInt)>(
        "SELECT t.contact_id, t.tag_id FROM json_each(",
    )
    .bind::<Text, _>(json_list(ids))
    .sql(") AS p CROSS JOIN contact_tags AS t ON t.contact_id = p.value AND t.workspace_id = ")
    .bind::<BigInt, _>(workspace.0)
    .load(connection)?;
    Ok(pairs
        .into_iter()
        .map(|(contact_id, tag_id)| TagOf { contact_id, tag_id })
        .collect())
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

/// Read by position: a column looked for by its name takes as long as the row.
pub(super) fn contacts_of(
    connection: &mut SqliteConnection,
    workspace: WorkspaceId,
    ids: &[i64],
) -> QueryResult<Vec<Contact>> {
    diesel::dsl::sql::<contacts::SqlType>(
        "SELECT c.id, c.workspace_id, c.version, c.first_name, c.last_name, c.phone, c.email, c.country, c.language, \
         c.custom, c.id_print, c.phone_print, c.email_print, c.created_by, c.phone_by, c.email_by \
         FROM json_each(",
    )
    .bind::<Text, _>(json_list(ids))
    .sql(") AS p CROSS JOIN contacts AS c ON c.id = p.value AND c.workspace_id = ")
    .bind::<BigInt, _>(workspace.0)
    .sql(" ORDER BY c.id")
    .load(connection)
}

pub(super) fn search_contacts(
    connection: &mut SqliteConnection,
    workspace: WorkspaceId,
    pattern: &str,
    filter: &Filter,
    after: i64,
    limit: i64,
) -> QueryResult<Vec<Contact>> {
    diesel::sql_query(
        r"SELECT * FROM contacts WHERE workspace_id = ?1 AND id > ?2 AND (first_name || ' ' || last_name LIKE ?3 ESCAPE '\'
          OR phone LIKE ?3 ESCAPE '\' OR email LIKE ?3 ESCAPE '\')
          AND (?5 IS NULL OR id IN (SELECT contact_id FROM contact_tags WHERE workspace_id = ?1 AND tag_id = ?5))
          AND (?6 IS NULL OR id IN (SELECT value FROM json_each(?6))) ORDER BY id LIMIT ?4",
    )
    .bind::<BigInt, _>(workspace.0)
    .bind::<BigInt, _>(after)
    .bind::<Text, _>(pattern)
    .bind::<BigInt, _>(limit)
    .bind::<Nullable<BigInt>, _>(filter.tag)
    .bind::<Nullable<Text>, _>(filter.ids.as_deref().map(json_list))
    .load(connection)
}
