//! SQLite: a file of our own, one writer at a time.

mod listed;

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Integer, Nullable, Text};
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};

use super::super::WorkspaceId;
use super::super::models::contact::{Contact, Filter};
use super::super::queue::Queue;
use super::super::schema::{contact_tags, contacts};
use super::{Found, InRange, PrintColumn, Rewrite, TagOf};
use crate::faults;
use listed::Listed;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// How long a writer waits for the others.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Begins to write what is on the disk when COMMIT has returned.
pub(super) const NOW: &str =
    "PRAGMA synchronous = FULL; PRAGMA cache_size = -12288; BEGIN IMMEDIATE";
/// Begins to write what is on the disk when the next one that waits for it is.
pub(super) const SOON: &str = "PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE";
/// Begins to read. Several do at once, and each page once: the system keeps the file for all of them.
pub(super) const READ: &str = "PRAGMA cache_size = -2048; BEGIN";

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
             PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -2048; \
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

/// Statements about many rows say themselves where they begin.
#[expect(clippy::unnecessary_wraps, reason = "on PostgreSQL this can fail")]
pub(super) fn learn(_: &mut SqliteConnection) -> QueryResult<()> {
    Ok(())
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

/// Naming an indexed column costs its index, also where the value stays.
pub(super) fn rewrite_contacts(
    connection: &mut SqliteConnection,
    workspace: WorkspaceId,
    rewrites: &[Rewrite],
) -> QueryResult<usize> {
    let mut changed = 0;
    for one in rewrites {
        changed += if one.prints_changed {
            Rewriting::<true>(one, workspace).execute(connection)?
        } else {
            Rewriting::<false>(one, workspace).execute(connection)?
        };
    }
    Ok(changed)
}

/// An UPDATE that stays prepared: Diesel prepares its own anew each time, which takes longer than the change itself.
/// With or without what is indexed.
struct Rewriting<'a, const INDEXED: bool>(&'a Rewrite, WorkspaceId);

impl<const INDEXED: bool> QueryId for Rewriting<'_, INDEXED> {
    type QueryId = Rewriting<'static, INDEXED>;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<const INDEXED: bool> RunQueryDsl<SqliteConnection> for Rewriting<'_, INDEXED> {}

impl<const INDEXED: bool> QueryFragment<Sqlite> for Rewriting<'_, INDEXED> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let Self(Rewrite { base, contact, .. }, workspace) = self;
        out.push_sql("UPDATE contacts SET version = ");
        out.push_bind_param::<Integer, _>(&contact.version)?;
        let texts = [
            (", first_name = ", &contact.first_name),
            (", last_name = ", &contact.last_name),
            (", country = ", &contact.country),
            (", language = ", &contact.language),
            (", custom = ", &contact.custom),
            (", phone = ", &contact.phone),
            (", email = ", &contact.email),
        ];
        for (set, text) in &texts[..if INDEXED { 7 } else { 5 }] {
            out.push_sql(set);
            out.push_bind_param::<Text, _>(*text)?;
        }
        if INDEXED {
            let numbers = [
                (", phone_print = ", &contact.phone_print),
                (", email_print = ", &contact.email_print),
                (", phone_by = ", &contact.phone_by),
                (", email_by = ", &contact.email_by),
            ];
            for (set, number) in numbers {
                out.push_sql(set);
                out.push_bind_param::<Nullable<BigInt>, _>(number)?;
            }
        }
        out.push_sql(" WHERE id = ");
        out.push_bind_param::<BigInt, _>(&contact.id)?;
        out.push_sql(" AND workspace_id = ");
        out.push_bind_param::<BigInt, _>(&workspace.0)?;
        out.push_sql(" AND version = ");
        out.push_bind_param::<Integer, _>(base)
    }
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
    let on = match column {
        PrintColumn::Id => "c.id_print = p.value",
        PrintColumn::Phone => "c.phone_print = p.value",
        PrintColumn::Email => "c.email_print = p.value",
    };
    let found: Vec<(i64, i64)> =
        Listed::<(BigInt, BigInt)>::new(workspace, prints, "p.key, c.id", "contacts", on)
            .load(connection)?;
    let found = found
        .into_iter()
        .map(|(position, id)| Found { position, id });
    let mut found: Vec<Found> = found.collect();
    found.sort();
    Ok(found)
}

/// Each range is the 2^32 fingerprints from its first one on.
pub(super) fn find_in_ranges(
    connection: &mut SqliteConnection,
    workspace: WorkspaceId,
    column: PrintColumn,
    first: &[i64],
) -> QueryResult<Vec<InRange>> {
    let (columns, on) = match column {
        PrintColumn::Id => (
            "p.key, c.id_print, c.id",
            "c.id_print BETWEEN p.value AND p.value + 4294967295",
        ),
        PrintColumn::Phone => (
            "p.key, c.phone_print, c.id",
            "c.phone_print BETWEEN p.value AND p.value + 4294967295",
        ),
        PrintColumn::Email => (
            "p.key, c.email_print, c.id",
            "c.email_print BETWEEN p.value AND p.value + 4294967295",
        ),
    };
    let mut found: Vec<InRange> =
        Listed::<(BigInt, BigInt, BigInt)>::new(workspace, first, columns, "contacts", on)
            .load(connection)?;
    found.sort();
    Ok(found)
}

pub(super) fn tags_of(
    connection: &mut SqliteConnection,
    workspace: WorkspaceId,
    ids: &[i64],
) -> QueryResult<Vec<TagOf>> {
    let (columns, on) = ("c.contact_id, c.tag_id", "c.contact_id = p.value");
    Listed::<(BigInt, BigInt)>::new(workspace, ids, columns, "contact_tags", on).load(connection)
}

pub(super) fn versions_of(
    connection: &mut SqliteConnection,
    workspace: WorkspaceId,
    ids: &[i64],
) -> QueryResult<Vec<(i64, i32)>> {
    let (columns, on) = ("c.id, c.version", "c.id = p.value");
    Listed::<(BigInt, Integer)>::new(workspace, ids, columns, "contacts", on).load(connection)
}

pub(super) fn contacts_of(
    connection: &mut SqliteConnection,
    workspace: WorkspaceId,
    ids: &[i64],
) -> QueryResult<Vec<Contact>> {
    let columns = "c.id, c.workspace_id, c.version, c.first_name, c.last_name, c.phone, c.email, c.country, \
                   c.language, c.custom, c.id_print, c.phone_print, c.email_print, c.created_by, c.phone_by, c.email_by";
    Listed::<contacts::SqlType>::new(workspace, ids, columns, "contacts", "c.id = p.value")
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
    .bind::<Nullable<Text>, _>(filter.ids.as_deref().map(listed::json))
    .load(connection)
}
