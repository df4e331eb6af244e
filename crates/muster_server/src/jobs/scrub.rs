//! A person who is deleted is forgotten, too, in what imports noted: in their journals and so in their results, in the
//! rows as they arrived, in what an undo left alone, and in what was changed since. The rows stay, with their outcomes and the contact's number.

use muster_core::wire::{Batch, BatchColumns, Bounds, RowPlan};

use super::changes;
use super::outcome::{self, End, Settled};
use super::undo::Kept;
use crate::db::models::{batch, undo};
use crate::db::{Connection, DbError, WorkspaceId};

/// Forgets a contact in the batches that were applied. One that is still to be applied finds the contact gone.
pub fn scrub(
    connection: &mut Connection,
    workspace: WorkspaceId,
    contact: i64,
    bounds: Bounds,
) -> Result<(), DbError> {
    for (import, number) in batch::applied(connection, workspace)? {
        let Some(noted) = batch::outcome(connection, workspace, import, number)? else {
            continue;
        };
        let mut rows = outcome::decode(&noted)?;
        let theirs: Vec<u32> = rows
            .iter_mut()
            .filter_map(|row| forget(row, contact).then_some(row.row))
            .collect();
        if !theirs.is_empty() {
            let payload = batch::payload(connection, workspace, import, number)?;
            let columns = BatchColumns::decode(&payload, bounds)
                .map_err(|error| DbError::Stored(error.to_string()))?;
            let payload = without(columns.batch(), &theirs, contact).encode();
            let noted = outcome::encode(&rows)?;
            batch::rewrite(connection, workspace, import, number, &payload, &noted)?;
        }
        if let Some(kept) = undo::kept(connection, workspace, import, number)? {
            let stored = |error: serde_json::Error| DbError::Stored(error.to_string());
            let mut kept: Vec<Kept> = serde_json::from_slice(&kept).map_err(stored)?;
            let mut found = false;
            for one in kept.iter_mut().filter(|one| one.id == contact) {
                one.identifier.clear();
                one.values = Default::default();
                found = true;
            }
            if found {
                let kept = serde_json::to_vec(&kept).map_err(stored)?;
                undo::keep(connection, workspace, import, number, &kept)?;
            }
        }
    }
    changes::forget(connection, workspace, contact)
}

/// Forgets what the row says of the contact. Whether it is about it.
fn forget(row: &mut Settled, contact: i64) -> bool {
    match &mut row.end {
        End::New(id, identifier) if *id == contact => identifier.clear(),
        End::Updated {
            id,
            identifier,
            changes,
            tags,
        } if *id == contact => {
            identifier.clear();
            for (_, old, new) in changes.iter_mut() {
                old.clear();
                new.clear();
            }
            // A row of the results needs a line.
            tags.truncate(usize::from(changes.is_empty()));
            tags.iter_mut().for_each(String::clear);
        }
        End::Unchanged(id) if *id == contact => {}
        End::Skipped { id, identifier, .. } if *id == Some(contact.cast_unsigned()) => {
            identifier.clear();
        }
        End::Error(problems) => {
            let id = contact.cast_unsigned();
            if !problems.iter().any(|problem| problem.ids.contains(&id)) {
                return false;
            }
            for problem in problems {
                problem.value.clear();
            }
        }
        _ => return false,
    }
    true
}

/// The batch as it arrived, without what these rows brought.
fn without<'a>(mut batch: Batch<'a>, rows: &[u32], contact: i64) -> Batch<'a> {
    for row in &mut batch.rows {
        if rows.binary_search(&row.row).is_err() {
            continue;
        }
        match &mut row.plan {
            RowPlan::Error { issues } => {
                for issue in issues {
                    issue.value = "".into();
                }
            }
            plan => {
                *plan = RowPlan::Unchanged {
                    id: contact.cast_unsigned(),
                };
            }
        }
    }
    batch
}
