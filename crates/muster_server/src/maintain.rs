//! What operators do for the data: copy it, and see that it is whole.

use std::path::Path;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::config::{Config, Secret, StartError};
use crate::db::models::contact::Filter;
use crate::db::models::workspace::Workspace;
use crate::db::models::{contact, workspace};
use crate::db::{Connection, Db, DbError, Target, on_backend, read_tx};

/// What must hold of the data, and a query that counts where it does not.
const RULES: &[(&str, &str)] = &[
    (
        "an ended import accounts for each row of its file",
        "SELECT count(*) AS n FROM imports WHERE batch_count IS NOT NULL AND state IN ('completed', 'failed', 'expired') \
         AND new_count + updated_count + unchanged_count + skipped_count + error_count <> row_count",
    ),
    (
        "an import that goes on has applied no more than it has to",
        "SELECT count(*) AS n FROM imports WHERE applied > to_apply OR new_count + updated_count > to_apply",
    ),
    (
        "a committed import that has not ended has a job, and no other import one that applies",
        "SELECT count(*) AS n FROM imports AS i LEFT JOIN jobs AS j ON j.workspace_id = i.workspace_id \
         AND j.import_id = i.id WHERE (i.state IN ('queued', 'applying')) <> (coalesce(j.kind, '') = 'apply')",
    ),
    (
        "batches are applied in their order, each once",
        "SELECT count(*) AS n FROM jobs AS j JOIN import_batches AS b ON b.workspace_id = j.workspace_id \
         AND b.import_id = j.import_id WHERE j.kind = 'apply' AND (b.number < j.next_batch) <> (b.outcome IS NOT NULL)",
    ),
    (
        "a completed import that nobody stopped has applied all its batches",
        "SELECT count(*) AS n FROM import_batches AS b JOIN imports AS i ON i.workspace_id = b.workspace_id \
         AND i.id = b.import_id WHERE i.state = 'completed' AND i.reason IS NULL AND b.outcome IS NULL",
    ),
    (
        "nothing is kept of an expired import",
        "SELECT count(*) AS n FROM import_batches AS b JOIN imports AS i ON i.workspace_id = b.workspace_id \
         AND i.id = b.import_id WHERE i.state = 'expired'",
    ),
    (
        "changes of contacts are counted to the last one",
        "SELECT count(*) AS n FROM workspaces AS w WHERE last_change < \
         (SELECT coalesce(max(c.step), 0) FROM changes AS c WHERE c.workspace_id = w.id)",
    ),
    (
        "a change says what it was, or names a batch that does",
        "SELECT count(*) AS n FROM changes AS c LEFT JOIN import_batches AS b ON b.workspace_id = c.workspace_id \
         AND b.import_id = c.import_id AND b.number = c.number WHERE c.body IS NULL AND b.outcome IS NULL",
    ),
    (
        "a contact has tags of its own workspace only",
        "SELECT count(*) AS n FROM contact_tags AS t LEFT JOIN contacts AS c ON c.id = t.contact_id \
         AND c.workspace_id = t.workspace_id LEFT JOIN tags AS g ON g.id = t.tag_id \
         AND g.workspace_id = t.workspace_id WHERE c.id IS NULL OR g.id IS NULL",
    ),
];

/// Contacts that are read at once.
const PAGE: i64 = 10_000;

fn attach(config: &Config) -> Result<(Db, bool), StartError> {
    let url = config.database_url.as_ref().map(Secret::expose);
    let target = Target::new(url, &config.data)?;
    let is_file = matches!(target, Target::Sqlite(_));
    Ok((Db::attach(target)?, is_file))
}

/// Copies the database into a new file, beside the server that may be using it.
pub fn backup(config: &Config, file: &Path) -> Result<(), StartError> {
    let (db, is_file) = attach(config)?;
    if !is_file {
        let sentence =
            "a PostgreSQL is copied by its own pg_dump, or by its archive of the write-ahead log";
        return Err(StartError::System(sentence.into()));
    }
    let shown = file.display();
    if file.exists() {
        return Err(StartError::System(format!("{shown} exists already")));
    }
    let copy = diesel::sql_query("VACUUM INTO $1").bind::<Text, _>(shown.to_string());
    let connection = &mut *db.get()?;
    on_backend!(connection => copy.execute(connection)).map_err(DbError::from)?;
    // Until now it may be in memory only.
    let synced = std::fs::File::open(file).and_then(|copy| copy.sync_all());
    synced.map_err(|error| StartError::System(format!("{shown}: {error}")))
}

/// Checks the data; gives a line for each rule, and whether all hold.
pub fn check(config: &Config) -> Result<(String, bool), StartError> {
    let (db, _) = attach(config)?;
    let mut connection = db.get()?;
    let mut report = Report::default();
    report.add(
        "the database is whole",
        crate::db::dialect::damage(&mut connection).map_err(DbError::from)?,
    );
    read_tx(&mut connection, |connection| {
        for (rule, query) in RULES {
            report.add(rule, count(connection, query)?);
        }
        let wrong = wrong_prints(connection)?;
        report.add("a contact is found by its identifiers", wrong);
        Ok::<_, DbError>(())
    })?;
    Ok((report.text, !report.broken))
}

#[derive(Default)]
struct Report {
    text: String,
    broken: bool,
}

impl Report {
    fn add(&mut self, rule: &str, offences: i64) {
        self.broken |= offences > 0;
        self.text.push_str(&match offences {
            0 => format!("ok: {rule}\n"),
            many => format!("BROKEN {many} times: {rule}\n"),
        });
    }
}

fn count(connection: &mut Connection, query: &str) -> QueryResult<i64> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        n: i64,
    }
    let query = diesel::sql_query(query);
    on_backend!(connection => query.get_result::<Row>(connection)).map(|row| row.n)
}

/// How many contacts have fingerprints other than their values'.
fn wrong_prints(connection: &mut Connection) -> Result<i64, DbError> {
    let mut wrong = 0;
    for workspace in workspace::all(connection)? {
        let mut after = 0;
        loop {
            let page = contact::search(connection, workspace.id, &Filter::default(), after, PAGE)?;
            let Some(last) = page.last() else { break };
            after = last.id;
            wrong += page
                .iter()
                .filter(|one| !has_right_prints(&workspace, one))
                .count();
        }
    }
    Ok(i64::try_from(wrong).unwrap_or(i64::MAX))
}

fn has_right_prints(workspace: &Workspace, contact: &contact::Contact) -> bool {
    let key = &workspace.key;
    let own = contact::Contact::new(workspace.id, key, contact.id, None).id_print;
    use muster_core::field::Identifier::{Email, Phone};
    contact.id_print == own
        && contact.phone_print == contact::print_of(key, Phone, &contact.phone)
        && contact.email_print == contact::print_of(key, Email, &contact.email)
}
