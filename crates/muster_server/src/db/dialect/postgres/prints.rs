//! Looking fingerprints up, by how they begin.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer};

use super::super::{Found, InRange, PrintColumn};
use crate::db::WorkspaceId;

pub(in super::super) fn find_by_prints(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    column: PrintColumn,
    prints: &[i64],
) -> QueryResult<Vec<Found>> {
    let prefixes = prints.iter().map(|&print| prefix(print)).collect();
    let mut asked: Vec<(i64, i64)> = prints.iter().copied().zip(0..).collect();
    asked.sort_unstable();
    let mut found = Vec::new();
    for Print { print, id } in find_in_index(connection, workspace, column, prefixes)? {
        let first = asked.partition_point(|(known, _)| *known < print);
        let equal = asked[first..]
            .iter()
            .take_while(|(known, _)| *known == print);
        found.extend(equal.map(|&(_, position)| Found { position, id }));
    }
    found.sort_unstable();
    Ok(found)
}

/// Each range is the 2^32 fingerprints from its first one on.
pub(in super::super) fn find_in_ranges(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    column: PrintColumn,
    first: &[i64],
) -> QueryResult<Vec<InRange>> {
    let mut asked: Vec<(i32, i64)> = first.iter().map(|&first| prefix(first)).zip(0..).collect();
    asked.sort_unstable();
    let prefixes = asked.iter().map(|&(prefix, _)| prefix).collect();
    let rows = find_in_index(connection, workspace, column, prefixes)?;
    let found = rows.into_iter().filter_map(|Print { print, id }| {
        let at = asked.binary_search_by_key(&prefix(print), |&(prefix, _)| prefix);
        let (_, position) = asked[at.ok()?];
        Some(InRange {
            position,
            print,
            id,
        })
    });
    let mut found: Vec<InRange> = found.collect();
    found.sort_unstable();
    Ok(found)
}

/// How a fingerprint begins.
const fn prefix(print: i64) -> i32 {
    (print >> 32) as i32
}

/// Prefixes that are looked up one by one. For more, one walk through all contacts may be quicker: the planner knows.
const FEW: usize = 10_000;

/// A fingerprint and whose it is.
#[derive(QueryableByName)]
struct Print {
    #[diesel(sql_type = BigInt)]
    print: i64,
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// The fingerprints that begin so.
fn find_in_index(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    column: PrintColumn,
    mut prefixes: Vec<i32>,
) -> QueryResult<Vec<Print>> {
    let print = match column {
        PrintColumn::Id => "id_print",
        PrintColumn::Phone => "phone_print",
        PrintColumn::Email => "email_print",
    };
    prefixes.sort_unstable();
    prefixes.dedup();
    let of_workspace = format!(
        "SELECT {print} AS print, id FROM contacts WHERE workspace_id = $1 AND {print} IS NOT NULL \
         AND ({print} >> 32)::INTEGER"
    );
    let sql = if prefixes.len() > FEW {
        format!("{of_workspace} = ANY($2)")
    } else {
        // By OFFSET each is looked up, also where the planner does not know yet how many contacts came just now.
        format!(
            "SELECT f.print, f.id FROM unnest($2) AS p (prefix), LATERAL ({of_workspace} = p.prefix OFFSET 0) AS f"
        )
    };
    diesel::sql_query(sql)
        .bind::<BigInt, _>(workspace.0)
        .bind::<Array<Integer>, _>(prefixes)
        .load(connection)
}
