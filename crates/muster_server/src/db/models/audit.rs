//! Who looked up, imported and downloaded: numbers, never values.

use diesel::prelude::*;

use super::super::schema::audit;
use super::super::{Connection, WorkspaceId, now, on_backend};

/// Milliseconds of a day.
const DAY: i64 = 24 * 60 * 60 * 1_000;

/// What somebody did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Asked which contacts have fingerprints; counted are these.
    Match,
    /// Read values of contacts; counted are these.
    Values,
    /// Committed an import; counted are its rows.
    Commit,
    /// Stopped an import; counted are its rows.
    Stop,
    /// Continued a failed import; counted are its rows.
    Continue,
    /// Undid an import; counted are its rows.
    Undo,
    /// Deleted a contact.
    Delete,
    /// Downloaded contacts; counted are those of the workspace.
    Export,
    /// Downloaded the results of an import; counted are its rows.
    Results,
    /// Read changes of contacts; counted are these.
    Follow,
}

impl Action {
    const fn name(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Values => "values",
            Self::Commit => "commit",
            Self::Stop => "stop",
            Self::Continue => "continue",
            Self::Undo => "undo",
            Self::Delete => "delete",
            Self::Export => "export",
            Self::Results => "results",
            Self::Follow => "follow",
        }
    }
}

/// Notes what somebody did with so many things, of an import where it is about one.
pub fn note(
    connection: &mut Connection,
    workspace: WorkspaceId,
    who: &str,
    action: Action,
    import: Option<i64>,
    count: i64,
) -> QueryResult<()> {
    let statement = diesel::insert_into(audit::table).values((
        audit::workspace_id.eq(workspace.0),
        audit::at.eq(now()),
        audit::who.eq(who),
        audit::action.eq(action.name()),
        audit::import_id.eq(import),
        audit::things.eq(count),
    ));
    on_backend!(connection => statement.execute(connection)).map(drop)
}

/// How many things the workspace did this to today (UTC).
pub fn today(
    connection: &mut Connection,
    workspace: WorkspaceId,
    action: Action,
) -> QueryResult<i64> {
    let now = now();
    // The sum of integers is a decimal on some databases: it is taken here.
    let query = audit::table
        .filter(audit::workspace_id.eq(workspace.0))
        .filter(audit::at.ge(now - now.rem_euclid(DAY)))
        .filter(audit::action.eq(action.name()))
        .select(audit::things);
    let counts: Vec<i64> = on_backend!(connection => query.load(connection))?;
    Ok(counts.iter().sum())
}

/// Seconds until a new day begins.
pub fn seconds_left_today() -> u64 {
    let left = DAY - now().rem_euclid(DAY);
    u64::try_from(left / 1_000 + 1).unwrap_or(1)
}
