//! What happened to contacts, change by change, for whoever follows along. A batch's changes are read off its outcome,
//! which is stored anyway; edits and batches that were taken back say themselves what they changed.

use std::collections::{BTreeMap, HashMap};

use muster_core::check::slots;
use muster_core::field::Identifier;
use muster_core::value::fold;
use muster_core::wire::{BatchColumns, Bounds, RowPlan, seal, unseal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::outcome::{self, End, Settled};
use crate::db::models::change::{self, Step};
use crate::db::models::{batch, import, tag};
use crate::db::{Connection, DbError, WorkspaceId};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChangeKind)]
pub enum Kind {
    /// The contact is new.
    Created,
    /// The contact has other values or tags.
    Updated,
    /// The contact is gone.
    Deleted,
    /// Whoever has the tag that is taken has the one that is given instead.
    TagRenamed,
}

/// A change of a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What was done.
    pub kind: Kind,
    /// The contact; none where a tag was renamed.
    pub contact: Option<i64>,
    /// The fields that it has by now, none for those that were cleared.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, Option<String>>,
    /// Names of the tags that it got.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<String>,
    /// Names of the tags that it lost.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken: Vec<String>,
}

impl Change {
    /// A change of this kind, of nothing yet.
    pub fn new(kind: Kind, contact: i64) -> Self {
        Self {
            kind,
            contact: Some(contact),
            fields: BTreeMap::new(),
            given: Vec::new(),
            taken: Vec::new(),
        }
    }

    /// Another name of a tag.
    pub fn renamed(old: &str, new: &str) -> Self {
        Self {
            kind: Kind::TagRenamed,
            contact: None,
            fields: BTreeMap::new(),
            given: vec![new.into()],
            taken: vec![old.into()],
        }
    }

    /// Notes the new value of a field; empty where it was cleared.
    pub fn set(&mut self, field: &str, value: &str) {
        let value = (!value.is_empty()).then(|| value.to_owned());
        self.fields.insert(field.into(), value);
    }

    fn is_empty(&self) -> bool {
        self.kind == Kind::Updated
            && self.fields.is_empty()
            && self.given.is_empty()
            && self.taken.is_empty()
    }
}

/// Notes an edit, if it changed anything.
pub fn note_edit(
    connection: &mut Connection,
    workspace: WorkspaceId,
    edit: &Change,
) -> Result<(), DbError> {
    if edit.is_empty() {
        return Ok(());
    }
    let step = Step {
        contact_id: edit.contact,
        body: Some(encode(std::slice::from_ref(edit))?),
        ..Step::default()
    };
    Ok(change::add(connection, workspace, step)?)
}

/// Notes that a batch was applied, if that changed anything: its outcome says what.
pub fn note_batch(
    connection: &mut Connection,
    workspace: WorkspaceId,
    import: i64,
    number: i32,
    rows: &[Settled],
) -> Result<(), DbError> {
    if !rows.iter().any(changes) {
        return Ok(());
    }
    let step = Step {
        import_id: Some(import),
        number: Some(number),
        ..Step::default()
    };
    Ok(change::add(connection, workspace, step)?)
}

/// Notes what was changed by taking a batch back, if anything was.
pub fn note_undo(
    connection: &mut Connection,
    workspace: WorkspaceId,
    import: i64,
    undone: &[Change],
) -> Result<(), DbError> {
    if undone.is_empty() {
        return Ok(());
    }
    let step = Step {
        import_id: Some(import),
        body: Some(encode(undone)?),
        ..Step::default()
    };
    Ok(change::add(connection, workspace, step)?)
}

fn changes(row: &Settled) -> bool {
    matches!(row.end, End::New(..) | End::Updated { .. })
}

/// What a step changed; none where that is no longer kept.
pub fn of_step(
    connection: &mut Connection,
    step: &Step,
    bounds: Bounds,
) -> Result<Option<Vec<Change>>, DbError> {
    let workspace = WorkspaceId(step.workspace_id);
    match (&step.body, step.import_id, step.number) {
        (Some(body), ..) => decode(body).map(Some),
        (None, Some(import), Some(number)) => {
            of_batch(connection, workspace, import, number, bounds)
        }
        _ => Err(DbError::Stored("a step that says nothing".into())),
    }
}

/// What applying a batch changed; none where its outcome is no longer kept.
fn of_batch(
    connection: &mut Connection,
    workspace: WorkspaceId,
    import: i64,
    number: i32,
    bounds: Bounds,
) -> Result<Option<Vec<Change>>, DbError> {
    let Some(noted) = batch::outcome(connection, workspace, import, number)? else {
        return Ok(None);
    };
    let description = import::get(connection, workspace, import)?.description()?;
    let payload = batch::payload(connection, workspace, import, number)?;
    let columns = BatchColumns::decode(&payload, bounds)
        .map_err(|error| DbError::Stored(error.to_string()))?;
    let batch = columns.batch();
    let planned: HashMap<u32, &RowPlan<'_>> =
        batch.rows.iter().map(|row| (row.row, &row.plan)).collect();
    let tags = tag::list(connection, workspace)?;
    let names = tags.into_iter().map(|tag| (fold(&tag.name), tag.name));
    let names = Names {
        slots: slots(&description).map(str::to_owned).collect(),
        tags: names.collect(),
    };
    let rows = outcome::decode(&noted)?;
    let changed = rows.into_iter().filter(changes);
    let changed = changed.filter_map(|row| names.of_row(planned.get(&row.row).copied(), row.end));
    Ok(Some(changed.collect()))
}

/// What the numbers and the spellings of a batch mean.
struct Names {
    slots: Vec<String>,
    /// The workspace's tags by folded name.
    tags: HashMap<String, String>,
}

impl Names {
    fn of_row(&self, plan: Option<&RowPlan<'_>>, end: End) -> Option<Change> {
        match end {
            End::New(id, _) => {
                let mut change = Change::new(Kind::Created, id);
                // Of a contact that was forgotten since there is no plan.
                if let Some(RowPlan::New { values, tags, .. }) = plan {
                    for (slot, value) in values {
                        let key = self.slots.get(*slot as usize);
                        if let Some(key) = key.filter(|key| *key != Identifier::ContactId.key()) {
                            change.set(key, value);
                        }
                    }
                    let given = tags.iter().map(|name| {
                        let known = self.tags.get(&fold(name));
                        known.cloned().unwrap_or_else(|| name.to_string())
                    });
                    change.given = given.collect();
                }
                Some(change)
            }
            End::Updated {
                id, changes, tags, ..
            } => {
                let mut change = Change::new(Kind::Updated, id);
                // Of a contact that was forgotten since, both are empty.
                for (key, old, new) in &changes {
                    if old != new {
                        change.set(key, new);
                    }
                }
                change.given = tags.into_iter().filter(|name| !name.is_empty()).collect();
                Some(change)
            }
            End::Unchanged(_) | End::Skipped { .. } | End::Error(_) => None,
        }
    }
}

/// Forgets what steps say of a contact; that there were some stays. What outcomes say is forgotten with them.
pub fn forget(
    connection: &mut Connection,
    workspace: WorkspaceId,
    contact: i64,
) -> Result<(), DbError> {
    for step in change::about(connection, workspace, contact)? {
        let Some(body) = change::body(connection, workspace, step)? else {
            continue;
        };
        let mut changes = decode(&body)?;
        let mut found = false;
        let theirs = changes.iter_mut();
        for change in theirs.filter(|change| change.contact == Some(contact)) {
            change.fields.clear();
            change.given.clear();
            change.taken.clear();
            found = true;
        }
        if found {
            change::rewrite(connection, workspace, step, &encode(&changes)?)?;
        }
    }
    Ok(())
}

fn encode(changes: &[Change]) -> Result<Vec<u8>, DbError> {
    let json = serde_json::to_vec(changes).map_err(|error| DbError::Stored(error.to_string()))?;
    Ok(seal(&json))
}

fn decode(body: &[u8]) -> Result<Vec<Change>, DbError> {
    let json = unseal(body, outcome::BOUNDS).map_err(|error| DbError::Stored(error.to_string()))?;
    serde_json::from_slice(&json).map_err(|error| DbError::Stored(error.to_string()))
}
