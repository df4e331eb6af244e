//! The database alone: given the contacts that the server wrote, into the same schema, as many in one transaction, in
//! the way that is quickest there. No server, no checks, no journal.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use diesel::connection::{Connection as _, SimpleConnection as _};
use diesel::prelude::*;
use diesel::r2d2::ManageConnection as _;
use diesel::sql_types::{Array, BigInt, Integer, Text};
use muster_server::db::dialect::{Connection, Manager};
use muster_server::db::models::contact::Contact;
use muster_server::db::schema::{contact_tags, contacts, tags, workspaces};
use muster_server::db::{Db, Target};
use rusqlite::params;

/// What the server wrote.
pub(crate) struct Contents {
    workspaces: Vec<(i64, String, String, Vec<u8>)>,
    tags: Vec<(i64, i64, String, String)>,
    contacts: Vec<Contact>,
    contact_tags: Vec<(i64, i64, i64)>,
}

/// Evaluates one expression with the connection of whichever kind.
macro_rules! with {
    ($connection:ident => $body:expr) => {
        match $connection {
            Connection::Sqlite($connection) => {
                let $connection: &mut SqliteConnection = $connection;
                $body
            }
            Connection::Postgres($connection) => $body,
        }
    };
}

fn connect(target: Target) -> anyhow::Result<Connection> {
    Ok(Manager::new(target).connect()?)
}

/// Reads all of it.
pub(crate) fn read(target: Target) -> anyhow::Result<Contents> {
    let connection = &mut connect(target)?;
    let workspace = (
        workspaces::id,
        workspaces::slug,
        workspaces::name,
        workspaces::fingerprint_key,
    );
    let tag = (tags::id, tags::workspace_id, tags::name, tags::folded);
    Ok(with!(connection => Contents {
        workspaces: workspaces::table.select(workspace).load(connection)?,
        tags: tags::table.select(tag).load(connection)?,
        contacts: contacts::table.order(contacts::id).select(Contact::as_select()).load(connection)?,
        contact_tags: contact_tags::table.order(contact_tags::contact_id).load(connection)?,
    }))
}

/// Does one thing to the PostgreSQL at this address.
pub(crate) fn execute(url: &str, statement: &str) -> anyhow::Result<()> {
    let mut connection = connect(Target::new(Some(url), Path::new(""))?)?;
    match &mut connection {
        Connection::Postgres(connection) => Ok(connection.batch_execute(statement)?),
        Connection::Sqlite(_) => bail!("{url} is no PostgreSQL"),
    }
}

/// An empty database with the schema, and what is to be in it.
pub(crate) struct Floor {
    database: Database,
    contents: Contents,
    rows_together: usize,
}

enum Database {
    Sqlite(rusqlite::Connection),
    Postgres(PgConnection),
}

impl Floor {
    pub(crate) fn open(
        target: &Target,
        contents: Contents,
        rows_together: usize,
    ) -> anyhow::Result<Self> {
        drop(Db::open(target.clone(), 1)?);
        let connection = &mut connect(target.clone())?;
        with!(connection => {
            let rows: Vec<_> = contents.workspaces.iter().map(|(id, slug, name, key)| (
                workspaces::id.eq(id), workspaces::slug.eq(slug),
                workspaces::name.eq(name), workspaces::fingerprint_key.eq(key),
            )).collect();
            for row in rows {
                diesel::insert_into(workspaces::table).values(row).execute(connection)?;
            }
            for row in &contents.tags {
                diesel::insert_into(tags::table)
                    .values((tags::id.eq(row.0), tags::workspace_id.eq(row.1), tags::name.eq(&row.2), tags::folded.eq(&row.3)))
                    .execute(connection)?;
            }
            anyhow::Ok(())
        })?;
        let database = match target {
            Target::Sqlite(file) => {
                let connection = rusqlite::Connection::open(file)?;
                // As the server's own connections are.
                connection.execute_batch(
                    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
                     PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -12288; PRAGMA temp_store = MEMORY;",
                )?;
                Database::Sqlite(connection)
            }
            Target::Postgres(url) => Database::Postgres(PgConnection::establish(url)?),
        };
        Ok(Self {
            database,
            contents,
            rows_together,
        })
    }

    /// Adds everything; how long that takes.
    pub(crate) fn insert(&mut self) -> anyhow::Result<Duration> {
        let begun = Instant::now();
        let mut tags = self.contents.contact_tags.as_slice();
        for part in self.contents.contacts.chunks(self.rows_together) {
            let last = part.last().map_or(0, |contact| contact.id);
            let (own, others) = tags.split_at(tags.partition_point(|tag| tag.1 <= last));
            tags = others;
            match &mut self.database {
                Database::Sqlite(connection) => insert_sqlite(connection, part, own)?,
                Database::Postgres(connection) => insert_postgres(connection, part, own)?,
            }
        }
        Ok(begun.elapsed())
    }

    /// Changes one field of each contact; how long that takes.
    pub(crate) fn update(&mut self) -> anyhow::Result<Duration> {
        let begun = Instant::now();
        for part in self.contents.contacts.chunks(self.rows_together) {
            let changed = match &mut self.database {
                Database::Sqlite(connection) => update_sqlite(connection, part)?,
                Database::Postgres(connection) => update_postgres(connection, part)?,
            };
            if changed != part.len() {
                bail!("contacts are missing");
            }
        }
        Ok(begun.elapsed())
    }
}

fn insert_sqlite(
    connection: &mut rusqlite::Connection,
    contacts: &[Contact],
    tags: &[(i64, i64, i64)],
) -> anyhow::Result<()> {
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    {
        let mut insert = transaction.prepare(
            "INSERT INTO contacts (id, workspace_id, version, first_name, last_name, phone, email, country, language, \
             custom, id_print, phone_print, email_print, created_by, phone_by, email_by) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?;
        for c in contacts {
            insert.execute(params![
                c.id,
                c.workspace_id,
                c.version,
                c.first_name,
                c.last_name,
                c.phone,
                c.email,
                c.country,
                c.language,
                c.custom,
                c.id_print,
                c.phone_print,
                c.email_print,
                c.created_by,
                c.phone_by,
                c.email_by,
            ])?;
        }
        let mut attach = transaction.prepare("INSERT INTO contact_tags VALUES (?, ?, ?)")?;
        for (workspace, contact, tag) in tags {
            attach.execute(params![workspace, contact, tag])?;
        }
    }
    Ok(transaction.commit()?)
}

fn update_sqlite(
    connection: &mut rusqlite::Connection,
    contacts: &[Contact],
) -> anyhow::Result<usize> {
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let mut changed = 0;
    {
        let mut update = transaction.prepare(
            "UPDATE contacts SET first_name = ?, version = version + 1 \
             WHERE workspace_id = ? AND id = ? AND version = ?",
        )?;
        for c in contacts {
            let name = format!("{}a", c.first_name);
            changed += update.execute(params![name, c.workspace_id, c.id, c.version])?;
        }
    }
    transaction.commit()?;
    Ok(changed)
}

fn insert_postgres(
    connection: &mut PgConnection,
    contacts: &[Contact],
    tags: &[(i64, i64, i64)],
) -> anyhow::Result<()> {
    connection.transaction(|connection| {
        diesel::copy_from(contacts::table)
            .from_insertable(contacts)
            .execute(connection)?;
        let tags: Vec<_> = tags
            .iter()
            .map(|(workspace, contact, tag)| {
                (
                    contact_tags::workspace_id.eq(workspace),
                    contact_tags::contact_id.eq(contact),
                    contact_tags::tag_id.eq(tag),
                )
            })
            .collect();
        diesel::copy_from(contact_tags::table)
            .from_insertable(&tags)
            .execute(connection)?;
        Ok(())
    })
}

fn update_postgres(connection: &mut PgConnection, contacts: &[Contact]) -> anyhow::Result<usize> {
    let workspace = contacts.first().context("nobody")?.workspace_id;
    let ids: Vec<i64> = contacts.iter().map(|c| c.id).collect();
    let versions: Vec<i32> = contacts.iter().map(|c| c.version).collect();
    let names: Vec<String> = contacts
        .iter()
        .map(|c| format!("{}a", c.first_name))
        .collect();
    Ok(connection.transaction(|connection| {
        diesel::sql_query(
            "UPDATE contacts AS c SET first_name = n.name, version = c.version + 1 \
             FROM unnest($2, $3, $4) AS n (id, version, name) \
             WHERE c.workspace_id = $1 AND c.id = n.id AND c.version = n.version",
        )
        .bind::<BigInt, _>(workspace)
        .bind::<Array<BigInt>, _>(&ids)
        .bind::<Array<Integer>, _>(&versions)
        .bind::<Array<Text>, _>(&names)
        .execute(connection)
    })?)
}
