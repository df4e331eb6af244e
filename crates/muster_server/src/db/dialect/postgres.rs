//! PostgreSQL: any number of servers, each workspace with one writer at a time.

mod prints;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};

use super::super::models::contact::{Contact, Filter};
use super::super::schema::{contact_tags, contacts, workspaces};
use super::super::{DbError, WorkspaceId};
use super::{Rewrite, TagOf, is_lost};
use crate::faults;
pub(super) use prints::{find_by_prints, find_in_ranges};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations/postgres");
/// What servers that migrate wait for: "muster" in ASCII.
const MIGRATING: i64 = 0x6d75_7374_6572;

/// The URL with an end to every wait, where it does not name one itself: libpq would wait for hours for a server that
/// has vanished.
pub(super) fn patient(url: &str) -> String {
    let mut url = url.to_owned();
    for (name, value) in [
        ("connect_timeout", "5"),
        ("keepalives_idle", "15"),
        ("keepalives_interval", "5"),
        ("keepalives_count", "3"),
        ("tcp_user_timeout", "30000"),
        ("application_name", "muster"),
    ] {
        if !url.contains(&format!("{name}=")) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(&format!("{name}={value}"));
        }
    }
    url
}

pub(super) fn connect(url: &str) -> ConnectionResult<PgConnection> {
    let mut connection = PgConnection::establish(url)?;
    // A server that stands still in the middle of a transaction must not hold its workspace for ever. What is asked is
    // over sooner than it would be compiled.
    connection
        .batch_execute(
            "SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '10s'; SET jit = off",
        )
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
    faults::watch(&mut connection);
    Ok(connection)
}

/// All in one transaction, under a lock that ends with it: whoever comes second finds nothing left to do.
pub(super) fn migrate(connection: &mut PgConnection) -> Result<(), String> {
    connection
        .transaction::<_, Box<dyn std::error::Error + Send + Sync>, _>(|connection| {
            connection.batch_execute(&format!(
                "SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock({MIGRATING})"
            ))?;
            connection.run_pending_migrations(MIGRATIONS).map(drop)
        })
        .map_err(|error| error.to_string())
}

/// Takes the workspace's lock until the transaction ends. References to the workspace don't wait for it.
pub(super) fn lock(connection: &mut PgConnection, workspace: WorkspaceId) -> Result<(), DbError> {
    let locked = workspaces::table
        .find(workspace.0)
        .select(workspaces::id)
        .for_no_key_update()
        .first::<i64>(connection);
    match locked {
        Ok(_) => Ok(()),
        Err(error) if is_lost(&error) || error == diesel::NotFound => Err(error.into()),
        // It was not our turn in time.
        Err(_) => Err(DbError::Busy),
    }
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// By amcheck, where somebody has installed that: every index against every row of its table.
pub(super) fn damage(connection: &mut PgConnection) -> QueryResult<i64> {
    let installed = "SELECT count(*) AS n FROM pg_extension WHERE extname = 'amcheck'";
    let installed: Number = diesel::sql_query(installed).get_result(connection)?;
    if installed.n == 0 {
        return Ok(0);
    }
    let checked: QueryResult<Number> = diesel::sql_query(
        "SELECT count(bt_index_check(i.indexrelid, true)) AS n FROM pg_index AS i \
         JOIN pg_class AS c ON c.oid = i.indexrelid WHERE c.relnamespace = 'public'::regnamespace",
    )
    .get_result(connection);
    match checked {
        Ok(_) => Ok(0),
        Err(error) if is_lost(&error) => Err(error),
        Err(cause) => {
            tracing::error!(%cause, "an index is damaged");
            Ok(1)
        }
    }
}

pub(super) fn learn(connection: &mut PgConnection) -> QueryResult<()> {
    let stale = "SELECT count(*) AS n FROM pg_stat_user_tables WHERE relname = 'contacts' \
                 AND n_mod_since_analyze > 10000 + n_live_tup / 10";
    let stale: Number = diesel::sql_query(stale).get_result(connection)?;
    if stale.n > 0 {
        connection.batch_execute("ANALYZE (SKIP_LOCKED) contacts, contact_tags")?;
    }
    Ok(())
}

pub(super) fn reserve_contact_ids(
    connection: &mut PgConnection,
    count: i64,
) -> QueryResult<Vec<i64>> {
    let numbers: Vec<Number> =
        diesel::sql_query("SELECT nextval('contact_ids') AS n FROM generate_series(1, $1)")
            .bind::<BigInt, _>(count)
            .load(connection)?;
    let mut ids: Vec<i64> = numbers.into_iter().map(|number| number.n).collect();
    ids.sort_unstable();
    Ok(ids)
}

pub(super) fn note_contact_ids(connection: &mut PgConnection, highest: i64) -> QueryResult<()> {
    diesel::sql_query(
        "SELECT setval('contact_ids', $1) FROM contact_ids WHERE last_value < $1 OR NOT is_called",
    )
    .bind::<BigInt, _>(highest)
    .execute(connection)
    .map(drop)
}

pub(super) fn insert_contacts(connection: &mut PgConnection, added: &[Contact]) -> QueryResult<()> {
    if added.is_empty() {
        return Ok(());
    }
    diesel::copy_from(contacts::table)
        .from_insertable(added)
        .execute(connection)
        .map(drop)
}

pub(super) fn rewrite_contacts(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    rewrites: &[Rewrite],
) -> QueryResult<usize> {
    if rewrites.is_empty() {
        return Ok(0);
    }
    let numbers = |of: fn(&Contact) -> i64| -> Vec<i64> {
        rewrites.iter().map(|one| of(&one.contact)).collect()
    };
    let texts = |of: fn(&Contact) -> &String| -> Vec<&String> {
        rewrites.iter().map(|one| of(&one.contact)).collect()
    };
    let optional = |of: fn(&Contact) -> Option<i64>| -> Vec<Option<i64>> {
        rewrites.iter().map(|one| of(&one.contact)).collect()
    };
    let bases: Vec<i32> = rewrites.iter().map(|one| one.base).collect();
    let versions: Vec<i32> = rewrites.iter().map(|one| one.contact.version).collect();
    diesel::sql_query(
        "UPDATE contacts AS c SET version = n.version, first_name = n.first_name, last_name = n.last_name, \
         phone = n.phone, email = n.email, country = n.country, language = n.language, custom = n.custom, \
         phone_print = n.phone_print, email_print = n.email_print, phone_by = n.phone_by, email_by = n.email_by \
         FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) \
         AS n (id, base, version, first_name, last_name, phone, email, country, language, custom, \
         phone_print, email_print, phone_by, email_by) \
         WHERE c.workspace_id = $1 AND c.id = n.id AND c.version = n.base",
    )
    .bind::<BigInt, _>(workspace.0)
    .bind::<Array<BigInt>, _>(numbers(|c| c.id))
    .bind::<Array<Integer>, _>(bases)
    .bind::<Array<Integer>, _>(versions)
    .bind::<Array<Text>, _>(texts(|c| &c.first_name))
    .bind::<Array<Text>, _>(texts(|c| &c.last_name))
    .bind::<Array<Text>, _>(texts(|c| &c.phone))
    .bind::<Array<Text>, _>(texts(|c| &c.email))
    .bind::<Array<Text>, _>(texts(|c| &c.country))
    .bind::<Array<Text>, _>(texts(|c| &c.language))
    .bind::<Array<Text>, _>(texts(|c| &c.custom))
    .bind::<Array<Nullable<BigInt>>, _>(optional(|c| c.phone_print))
    .bind::<Array<Nullable<BigInt>>, _>(optional(|c| c.email_print))
    .bind::<Array<Nullable<BigInt>>, _>(optional(|c| c.phone_by))
    .bind::<Array<Nullable<BigInt>>, _>(optional(|c| c.email_by))
    .execute(connection)
}

pub(super) fn attach_tags(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    pairs: &[(i64, i64)],
) -> QueryResult<()> {
    if pairs.is_empty() {
        return Ok(());
    }
    let (contacts, tags): (Vec<i64>, Vec<i64>) = pairs.iter().copied().unzip();
    diesel::sql_query(
        "INSERT INTO contact_tags (workspace_id, contact_id, tag_id) \
         SELECT $1, n.contact, n.tag FROM unnest($2, $3) AS n (contact, tag)",
    )
    .bind::<BigInt, _>(workspace.0)
    .bind::<Array<BigInt>, _>(contacts)
    .bind::<Array<BigInt>, _>(tags)
    .execute(connection)
    .map(drop)
}

pub(super) fn detach_tags(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    pairs: &[(i64, i64)],
) -> QueryResult<()> {
    let (contacts, tags): (Vec<i64>, Vec<i64>) = pairs.iter().copied().unzip();
    diesel::sql_query(
        "DELETE FROM contact_tags AS t USING unnest($2, $3) AS n (contact, tag) \
         WHERE t.workspace_id = $1 AND t.contact_id = n.contact AND t.tag_id = n.tag",
    )
    .bind::<BigInt, _>(workspace.0)
    .bind::<Array<BigInt>, _>(contacts)
    .bind::<Array<BigInt>, _>(tags)
    .execute(connection)
    .map(drop)
}

pub(super) fn delete_contacts(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    deleted: &[(i64, i32)],
) -> QueryResult<usize> {
    let (ids, versions): (Vec<i64>, Vec<i32>) = deleted.iter().copied().unzip();
    diesel::sql_query(
        "DELETE FROM contacts AS c USING unnest($2, $3) AS n (id, version) \
         WHERE c.workspace_id = $1 AND c.id = n.id AND c.version = n.version",
    )
    .bind::<BigInt, _>(workspace.0)
    .bind::<Array<BigInt>, _>(ids)
    .bind::<Array<Integer>, _>(versions)
    .execute(connection)
}

pub(super) fn tags_of(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    ids: &[i64],
) -> QueryResult<Vec<TagOf>> {
    contact_tags::table
        .filter(contact_tags::workspace_id.eq(workspace.0))
        .filter(contact_tags::contact_id.eq_any(ids))
        .order((contact_tags::contact_id, contact_tags::tag_id))
        .select((contact_tags::contact_id, contact_tags::tag_id))
        .load(connection)
}

pub(super) fn versions_of(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    ids: &[i64],
) -> QueryResult<Vec<(i64, i32)>> {
    contacts::table
        .filter(contacts::workspace_id.eq(workspace.0))
        .filter(contacts::id.eq_any(ids))
        .order(contacts::id)
        .select((contacts::id, contacts::version))
        .load(connection)
}

pub(super) fn contacts_of(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    ids: &[i64],
) -> QueryResult<Vec<Contact>> {
    contacts::table
        .filter(contacts::workspace_id.eq(workspace.0))
        .filter(contacts::id.eq_any(ids))
        .order(contacts::id)
        .select(Contact::as_select())
        .load(connection)
}

pub(super) fn search_contacts(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    pattern: &str,
    filter: &Filter,
    after: i64,
    limit: i64,
) -> QueryResult<Vec<Contact>> {
    diesel::sql_query(
        r"SELECT * FROM contacts WHERE workspace_id = $1 AND id > $2 AND (first_name || ' ' || last_name ILIKE $3 ESCAPE '\'
          OR phone ILIKE $3 ESCAPE '\' OR email ILIKE $3 ESCAPE '\')
          AND ($5 IS NULL OR id IN (SELECT contact_id FROM contact_tags WHERE workspace_id = $1 AND tag_id = $5))
          AND ($6 IS NULL OR id = ANY($6)) ORDER BY id LIMIT $4",
    )
    .bind::<BigInt, _>(workspace.0)
    .bind::<BigInt, _>(after)
    .bind::<Text, _>(pattern)
    .bind::<BigInt, _>(limit)
    .bind::<Nullable<BigInt>, _>(filter.tag)
    .bind::<Nullable<Array<BigInt>>, _>(filter.ids.as_deref())
    .load(connection)
}
