//! Taking a batch back, inside one transaction, value by value: what still is as the import left it becomes what it was
//! before. What was changed since is left alone, and noted.

use std::collections::{HashMap, HashSet};

use muster_core::check::Checker;
use muster_core::field;
use muster_core::value::fold;
use muster_core::wire::{Batch, RowPlan};
use serde::{Deserialize, Serialize};

use super::changes::{Change, Kind};
use super::outcome::{End, Settled};
use crate::db::dialect::{Rewrite, delete_contacts, detach_tags, rewrite_contacts, tags_of};
use crate::db::models::contact::{self, Contact};
use crate::db::models::undo::Undo;
use crate::db::models::workspace::Workspace;
use crate::db::models::{import, tag};
use crate::db::{Connection, DbError, WorkspaceId};

/// Something that is left alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The spreadsheet's row number.
    pub row: u32,
    /// The contact.
    pub id: i64,
    /// Its identifier in the import.
    pub identifier: String,
    /// Why it is left alone.
    pub why: Why,
    /// The field; empty where it is the whole contact.
    pub field: String,
    /// The value before the import, the import's, and today's.
    pub values: [String; 3],
}

/// Why something is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The field holds something else by now.
    Changed,
    /// The import created the contact, and it was changed since.
    ContactChanged,
    /// The contact was deleted.
    Gone,
}

impl Why {
    /// The name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::ContactChanged => "contact_changed",
            Self::Gone => "gone",
        }
    }
}

/// What a batch holds, for undoing it.
pub struct Applied<'a> {
    /// What became of its rows.
    pub rows: &'a [Settled],
    /// What was planned: the values of new contacts.
    pub batch: &'a Batch<'a>,
    /// What gives the fields of the plan; none where the workspace's fields have changed since.
    pub checker: Option<&'a Checker>,
}

/// The contacts of a batch as they are now, and what is to become of them.
struct Taking<'a> {
    workspace: &'a Workspace,
    contacts: HashMap<i64, Contact>,
    tags_of: HashMap<i64, HashSet<i64>>,
    /// The workspace's tags by folded name.
    tags: HashMap<String, i64>,
    rewritten: HashMap<i64, Rewrite>,
    deleted: Vec<(i64, i32)>,
    taken: Vec<(i64, i64)>,
    kept: Vec<Kept>,
    changes: Vec<Change>,
}

/// Takes a batch back; gives what is left alone, in the order of its rows, and what was changed. Counts in the undo.
pub fn take_back(
    connection: &mut Connection,
    workspace: &Workspace,
    undo: &mut Undo,
    applied: &Applied<'_>,
) -> Result<(Vec<Kept>, Vec<Change>), DbError> {
    let mut ids: Vec<i64> = applied.rows.iter().filter_map(id_of).collect();
    ids.sort_unstable();
    ids.dedup();
    let contacts = contact::load(connection, workspace.id, &ids)?;
    let mut taking = Taking {
        workspace,
        contacts: contacts.into_iter().map(|one| (one.id, one)).collect(),
        tags_of: HashMap::new(),
        tags: HashMap::new(),
        rewritten: HashMap::new(),
        deleted: Vec::new(),
        taken: Vec::new(),
        kept: Vec::new(),
        changes: Vec::new(),
    };
    for given in tags_of(connection, workspace.id, &ids)? {
        let of_contact = taking.tags_of.entry(given.contact_id).or_default();
        of_contact.insert(given.tag_id);
    }
    for tag in tag::list(connection, workspace.id)? {
        taking.tags.insert(fold(&tag.name), tag.id);
    }
    let planned = applied.batch.rows.iter().map(|row| (row.row, &row.plan));
    let planned: HashMap<u32, &RowPlan<'_>> = planned.collect();
    // The last row first: of two that changed one contact, the first one knows what it held before.
    for row in applied.rows.iter().rev() {
        match &row.end {
            End::Updated { .. } => taking.restore(row, undo)?,
            End::New(..) if undo.fields.is_none() => {
                let plan = planned.get(&row.row).copied();
                taking.delete(row, plan, applied.checker)?;
            }
            _ => {}
        }
    }
    taking.write(connection, undo)
}

/// The contact that the row created or changed.
pub fn id_of(row: &Settled) -> Option<i64> {
    match &row.end {
        End::New(id, _) | End::Updated { id, .. } => Some(*id),
        _ => None,
    }
}

impl Taking<'_> {
    /// Gives a changed contact back what it held.
    fn restore(&mut self, row: &Settled, undo: &Undo) -> Result<(), DbError> {
        let End::Updated {
            id,
            identifier,
            changes,
            tags,
        } = &row.end
        else {
            return Ok(());
        };
        let kept = |why, field: &str, values: [&str; 3]| Kept {
            row: row.row,
            id: *id,
            identifier: identifier.clone(),
            why,
            field: field.into(),
            values: values.map(str::to_owned),
        };
        let tags = if undo.covers(field::TAGS) {
            tags.as_slice()
        } else {
            &[]
        };
        let covered = |(key, ..): &&(String, String, String)| undo.covers(key);
        if tags.is_empty() && !changes.iter().any(|change| covered(&change)) {
            return Ok(());
        }
        let Some(now) = self.contacts.get(id) else {
            self.kept.push(kept(Why::Gone, "", [""; 3]));
            return Ok(());
        };
        let mut contact = now.clone();
        let mut back = Vec::new();
        for (key, old, new) in changes.iter().rev().filter(covered) {
            let now = contact.value(key)?;
            if now == new.as_str() {
                back.push((key.as_str(), old.as_str()));
            } else if now != old.as_str() {
                self.kept.push(kept(Why::Changed, key, [old, new, &now]));
            }
        }
        let mut change = Change::new(Kind::Updated, *id);
        let of_contact = self.tags_of.entry(*id).or_default();
        for name in tags {
            let Some(&tag) = self.tags.get(&fold(name)) else {
                continue;
            };
            if of_contact.remove(&tag) {
                self.taken.push((*id, tag));
                change.taken.push(name.clone());
            }
        }
        if back.is_empty() && change.taken.is_empty() {
            return Ok(());
        }
        for (key, old) in &back {
            change.set(key, old);
        }
        self.changes.push(change);
        let prints_changed = back
            .iter()
            .any(|(key, _)| matches!(*key, "phone" | "email"));
        contact.set(&self.workspace.key, None, back)?;
        let rewrite = self.rewritten.entry(*id).or_insert_with(|| Rewrite {
            base: contact.version,
            contact: contact.clone(),
            prints_changed: false,
        });
        contact.version = rewrite.base + 1;
        rewrite.contact = contact.clone();
        rewrite.prints_changed |= prints_changed;
        self.contacts.insert(*id, contact);
        Ok(())
    }

    /// Deletes a contact that the import created, if it still is as the import left it.
    fn delete(
        &mut self,
        row: &Settled,
        plan: Option<&RowPlan<'_>>,
        checker: Option<&Checker>,
    ) -> Result<(), DbError> {
        let End::New(id, identifier) = &row.end else {
            return Ok(());
        };
        let Some(contact) = self.contacts.get(id) else {
            return Ok(());
        };
        if contact.version == 1 || self.is_as_planned(contact, plan, checker)? {
            self.deleted.push((*id, contact.version));
            self.changes.push(Change::new(Kind::Deleted, *id));
        } else {
            self.kept.push(Kept {
                row: row.row,
                id: *id,
                identifier: identifier.clone(),
                why: Why::ContactChanged,
                field: String::new(),
                values: Default::default(),
            });
        }
        Ok(())
    }

    /// Whether a contact that was changed since holds again exactly what the row gave it.
    fn is_as_planned(
        &self,
        contact: &Contact,
        plan: Option<&RowPlan<'_>>,
        checker: Option<&Checker>,
    ) -> Result<bool, DbError> {
        let (Some(RowPlan::New { values, tags, .. }), Some(checker)) = (plan, checker) else {
            return Ok(false);
        };
        let named = values
            .iter()
            .filter_map(|(slot, value)| Some((checker.field(*slot)?.key.as_str(), value.as_ref())));
        let mut planned = Contact::new(self.workspace.id, &self.workspace.key, contact.id, None);
        planned.set(&self.workspace.key, None, named)?;
        let same = planned.custom_values()? == contact.custom_values()?
            && [
                (&planned.first_name, &contact.first_name),
                (&planned.last_name, &contact.last_name),
                (&planned.phone, &contact.phone),
                (&planned.email, &contact.email),
                (&planned.country, &contact.country),
                (&planned.language, &contact.language),
            ]
            .iter()
            .all(|(planned, now)| planned == now);
        let given: HashSet<Option<i64>> = tags
            .iter()
            .map(|name| self.tags.get(&fold(name)).copied())
            .collect();
        let has = self.tags_of.get(&contact.id).into_iter().flatten();
        let has: HashSet<Option<i64>> = has.copied().map(Some).collect();
        Ok(same && given == has)
    }

    fn write(
        mut self,
        connection: &mut Connection,
        undo: &mut Undo,
    ) -> Result<(Vec<Kept>, Vec<Change>), DbError> {
        let id = self.workspace.id;
        let rewrites: Vec<Rewrite> = self.rewritten.into_values().collect();
        let changed = || DbError::Stored("a contact changed under the lock".into());
        if rewrite_contacts(connection, id, &rewrites)? != rewrites.len() {
            return Err(changed());
        }
        detach_tags(connection, id, &self.taken)?;
        if delete_contacts(connection, id, &self.deleted)? != self.deleted.len() {
            return Err(changed());
        }
        self.kept.reverse();
        undo.restored += rewrites.len() as u64;
        undo.deleted += self.deleted.len() as u64;
        let kept: HashSet<i64> = self.kept.iter().map(|kept| kept.id).collect();
        undo.kept += kept.len() as u64;
        Ok((self.kept, self.changes))
    }
}

/// The folded names of tags that imports under way will give; none where that can't be known, as their files name some.
pub fn awaited_tags(
    connection: &mut Connection,
    workspace: WorkspaceId,
) -> Result<Option<HashSet<String>>, DbError> {
    let mut awaited = HashSet::new();
    for import in import::going_on(connection, workspace)? {
        let description = import.description()?;
        if description
            .columns
            .iter()
            .any(|column| column.field == field::TAGS)
        {
            return Ok(None);
        }
        awaited.extend(description.tags.iter().map(|name| fold(name)));
    }
    Ok(Some(awaited))
}
