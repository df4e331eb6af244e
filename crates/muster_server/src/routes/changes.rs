//! `GET /changes`: what happened to contacts, in its order, for whoever keeps a copy of them.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use actix_web::{HttpResponse, web};
use muster_core::wire::Bounds;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::imports::{batches, view};
use super::json;
use crate::auth::Member;
use crate::clock::KEPT;
use crate::db::models::audit::{self, Action};
use crate::db::models::change::{self, Step};
use crate::db::{Connection, DbError, WorkspaceId, now, read_tx, write_tx};
use crate::error::{Code, Error};
use crate::jobs::changes::{self, Kind};
use crate::state::State;

/// Steps that are read at once: of batches that were taken back some weigh a hundred kilobytes.
const STEPS: i64 = 20;

/// From where on, and how many.
#[derive(Deserialize)]
pub struct Query {
    after: Option<String>,
    limit: Option<usize>,
}

/// A change of a contact.
#[derive(Serialize, ToSchema)]
pub struct Change {
    /// What comes after it is asked for by this.
    cursor: String,
    at: String,
    /// The import that did it or was undone; null where somebody edited the contact.
    import_id: Option<i64>,
    /// Whether it was done by undoing the import.
    undo: bool,
    kind: Kind,
    /// Null where a tag was renamed.
    contact_id: Option<i64>,
    /// The fields that changed, with their values by now; null clears.
    fields: BTreeMap<String, Option<String>>,
    tags_added: Vec<String>,
    tags_removed: Vec<String>,
}

/// Some changes, and the cursor of the next ones.
#[derive(Serialize, ToSchema)]
#[schema(as = ChangePage)]
pub struct Page {
    changes: Vec<Change>,
    next: String,
    /// Whether there are more already.
    more: bool,
}

/// Whoever has a cursor has seen all steps before this one, and so many changes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cursor {
    step: i64,
    seen: usize,
}

impl FromStr for Cursor {
    type Err = Code;

    fn from_str(text: &str) -> Result<Self, Code> {
        let (steps, seen) = text.split_once('-').unwrap_or((text, "0"));
        let parts = steps.parse::<i64>().ok().zip(seen.parse().ok());
        let (steps, seen) = parts.ok_or(Code::BadRequest)?;
        if steps < 0 || steps == i64::MAX {
            return Err(Code::BadRequest);
        }
        Ok(Self {
            step: steps + 1,
            seen,
        })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.seen {
            0 => write!(f, "{}", self.step - 1),
            seen => write!(f, "{}-{seen}", self.step - 1),
        }
    }
}

/// Gives the changes after a cursor; without one, the cursor of this moment.
pub async fn get(
    state: web::Data<State>,
    Member(person): Member,
    query: web::Query<Query>,
) -> Result<HttpResponse, Error> {
    let cursor = query.after.as_deref().map(str::parse).transpose()?;
    let limit = query.limit.unwrap_or(1_000).clamp(1, 1_000);
    let workspace = person.workspace.id;
    let bounds = Bounds {
        bytes: batches::most(&state.config.limits),
        items: state.config.limits.max_rows as usize,
    };
    let page = state.db.run(move |connection| {
        let page = read_tx(connection, |connection| {
            let last = change::last(connection, workspace)?;
            let from = cursor.unwrap_or(Cursor {
                step: last + 1,
                seen: 0,
            });
            read(connection, workspace, from, last, limit, bounds)
        })?;
        if !page.changes.is_empty() {
            let count = i64::try_from(page.changes.len()).unwrap_or(i64::MAX);
            write_tx(connection, None, |connection| {
                audit::note(
                    connection,
                    workspace,
                    &person.id,
                    Action::Follow,
                    None,
                    count,
                )?;
                Ok::<_, Error>(())
            })?;
        }
        Ok::<_, Error>(page)
    });
    Ok(json(HttpResponse::Ok(), &page.await?))
}

fn read(
    connection: &mut Connection,
    workspace: WorkspaceId,
    from: Cursor,
    last: i64,
    limit: usize,
    bounds: Bounds,
) -> Result<Page, Error> {
    let mut page = Page {
        changes: Vec::new(),
        next: from.to_string(),
        more: false,
    };
    // One that this feed never gave: the database is another one by now, or an older copy.
    if from.step > last + 1 {
        return Err(Code::ChangesExpired.into());
    }
    let mut at = from;
    while at.step <= last {
        let steps = change::from(connection, workspace, at.step, STEPS)?;
        if steps.is_empty() {
            return gone(page);
        }
        for step in steps {
            let kept = step.step == at.step && step.at >= now() - KEPT;
            let changes = if kept {
                changes::of_step(connection, &step, bounds)?
            } else {
                None
            };
            let Some(changes) = changes else {
                return gone(page);
            };
            let all = changes.len();
            for change in changes.into_iter().skip(at.seen) {
                if page.changes.len() == limit {
                    page.more = true;
                    return Ok(page);
                }
                at.seen += 1;
                if at.seen == all {
                    at = Cursor {
                        step: step.step + 1,
                        seen: 0,
                    };
                }
                page.next = at.to_string();
                page.changes.push(shown(&step, change, &page.next)?);
            }
            if at.step == step.step {
                // Nothing of it is left.
                at = Cursor {
                    step: step.step + 1,
                    seen: 0,
                };
            }
        }
    }
    Ok(page)
}

/// What comes next is no longer kept. Whoever has just read up to here is told the next time.
fn gone(mut page: Page) -> Result<Page, Error> {
    if page.changes.is_empty() {
        return Err(Code::ChangesExpired.into());
    }
    page.more = true;
    Ok(page)
}

fn shown(step: &Step, change: changes::Change, cursor: &str) -> Result<Change, DbError> {
    Ok(Change {
        cursor: cursor.to_owned(),
        at: view::shown(step.at)?,
        import_id: step.import_id,
        undo: step.import_id.is_some() && step.number.is_none(),
        kind: change.kind,
        contact_id: change.contact,
        fields: change.fields,
        tags_added: change.given,
        tags_removed: change.taken,
    })
}

#[cfg(test)]
mod tests {
    use super::Cursor;

    #[test]
    fn cursors_are_read_as_they_are_written() {
        for (text, step, seen) in [("0", 1, 0), ("41", 42, 0), ("41-7", 42, 7)] {
            let cursor = Cursor { step, seen };
            assert_eq!(text.parse(), Ok(cursor));
            assert_eq!(cursor.to_string(), text);
        }
        for text in [
            "",
            "-",
            "x",
            "1-",
            "-1",
            "1-x",
            "1-2-3",
            "9223372036854775807",
            "1-99999999999999999999",
        ] {
            assert!(text.parse::<Cursor>().is_err(), "{text}");
        }
    }
}
