//! What operators watch, over all workspaces: numbers only.

use diesel::dsl::{count_star, min, sql};
use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::super::schema::{imports, jobs};
use super::super::{Connection, now, on_backend};
use super::import::{APPLYING, COMPLETED, FAILED, QUEUED, UPLOADING};

/// How much there is to do, and was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overview {
    /// Imports by their state, those of which there are none, too.
    pub imports: Vec<(String, i64)>,
    /// Milliseconds since the oldest unfinished job was queued; none where there is none.
    pub oldest: Option<i64>,
    /// Rows applied so far.
    pub applied: i64,
}

/// Counts everything.
pub fn load(connection: &mut Connection) -> QueryResult<Overview> {
    // A sum of integers is a decimal on some databases.
    let applied = sql::<BigInt>("COALESCE(CAST(SUM(applied) AS BIGINT), 0)");
    let query =
        imports::table
            .group_by(imports::state)
            .select((imports::state, count_star(), applied));
    let found: Vec<(String, i64, i64)> = on_backend!(connection => query.load(connection))?;
    let query = jobs::table.select(min(jobs::queued_at));
    let oldest: Option<i64> = on_backend!(connection => query.first(connection))?;
    let of = |state: &str| {
        let known = found.iter().find(|(known, ..)| known == state);
        (state.to_owned(), known.map_or(0, |(_, count, _)| *count))
    };
    Ok(Overview {
        imports: [UPLOADING, QUEUED, APPLYING, COMPLETED, FAILED]
            .map(of)
            .into(),
        oldest: oldest.map(|queued| (now() - queued).max(0)),
        applied: found.iter().map(|(.., applied)| applied).sum(),
    })
}
