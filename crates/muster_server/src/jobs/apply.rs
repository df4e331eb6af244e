//! Applying one batch, inside one transaction: what was previewed is done where it still can be. It is decided first,
//! then written.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};

use muster_core::check::{Checker, Refused};
use muster_core::field::Identifier;
use muster_core::identity::{fingerprint, value_print};
use muster_core::import::Purpose;
use muster_core::issue::Code;
use muster_core::value::fold;
use muster_core::wire::{Batch, RowPlan, Write};

use super::outcome::{End, Problem, Settled};
use super::planned::{error, settle, value_of, warnings};
use crate::db::dialect::{
    PrintColumn, Rewrite, attach_tags, find_by_prints, insert_contacts, reserve_contact_ids,
    rewrite_contacts, tags_of,
};
use crate::db::models::contact::{self, Contact};
use crate::db::models::tag::{self, Tag};
use crate::db::models::workspace::Workspace;
use crate::db::{Connection, DbError, WorkspaceId, signed};

/// A batch in the making.
struct Apply<'a> {
    connection: &'a mut Connection,
    workspace: &'a Workspace,
    import: i64,
    purpose: Purpose,
    checker: &'a Checker,
    /// The import's tags, folded.
    import_tags: HashSet<String>,
    /// Contacts that the batch may be about, ascending by id, each as the rows before left it.
    contacts: Vec<Rewrite>,
    /// Who has the key of a new row.
    holders: HashMap<(Identifier, i64), Vec<i64>>,
    /// The tags of contacts that are to get some.
    tags_of: HashMap<i64, HashSet<i64>>,
    /// The workspace's tags by folded name.
    tags: HashMap<String, Tag>,
    file_tags: BTreeSet<String>,
    /// Ids for the new contacts.
    ids: std::vec::IntoIter<i64>,
    created: Vec<Contact>,
    /// Pairs of a contact and a tag.
    given: Vec<(i64, i64)>,
}

/// What a batch comes to, before it is written.
pub struct Decided {
    /// What becomes of each row.
    pub rows: Vec<Settled>,
    /// The tags that the rows bring.
    pub file_tags: BTreeSet<String>,
    created: Vec<Contact>,
    rewritten: Vec<Rewrite>,
    given: Vec<(i64, i64)>,
}

impl Decided {
    /// Writes the contacts and their tags.
    pub fn write(
        &self,
        connection: &mut Connection,
        workspace: WorkspaceId,
    ) -> Result<(), DbError> {
        insert_contacts(connection, &self.created)?;
        if rewrite_contacts(connection, workspace, &self.rewritten)? != self.rewritten.len() {
            return Err(DbError::Stored("a contact changed under the lock".into()));
        }
        Ok(attach_tags(connection, workspace, &self.given)?)
    }
}

/// Decides what becomes of a batch. Tags with new names are created on the way, contacts are not written yet.
pub fn decide(
    connection: &mut Connection,
    workspace: &Workspace,
    import: i64,
    purpose: Purpose,
    checker: &Checker,
    batch: &Batch<'_>,
    refused: &[Refused],
) -> Result<Decided, DbError> {
    let new = batch
        .rows
        .iter()
        .filter(|row| matches!(row.plan, RowPlan::New { .. }))
        .count();
    let mut apply = Apply {
        ids: reserve_contact_ids(connection, i64::try_from(new).unwrap_or(0))?.into_iter(),
        connection,
        workspace,
        import,
        purpose,
        checker,
        import_tags: checker.import_tags().iter().map(|tag| fold(tag)).collect(),
        contacts: Vec::new(),
        holders: HashMap::new(),
        tags_of: HashMap::new(),
        tags: HashMap::new(),
        file_tags: BTreeSet::new(),
        created: Vec::with_capacity(new),
        given: Vec::new(),
    };
    apply.look_up(batch)?;
    let mut rows = Vec::with_capacity(batch.rows.len());
    let mut refused = refused.iter().peekable();
    for (at, row) in batch.rows.iter().enumerate() {
        if let Some(refused) = refused.next_if(|refused| refused.at == at) {
            rows.push(Settled {
                row: row.row,
                end: End::Error(vec![Problem::from(refused)]),
                warnings: Vec::new(),
            });
            continue;
        }
        let end = match &row.plan {
            RowPlan::New { values, tags, key } => apply.add(values, tags, *key)?,
            RowPlan::Updated {
                id,
                version,
                key,
                writes,
                tags,
            } => apply.change(*id, *version, *key, writes, tags)?,
            settled => settle(settled),
        };
        rows.push(Settled {
            row: row.row,
            end,
            warnings: warnings(row),
        });
    }
    let Apply {
        file_tags,
        created,
        contacts: mut rewritten,
        given,
        ..
    } = apply;
    rewritten.retain(|one| one.contact.version != one.base);
    Ok(Decided {
        rows,
        file_tags,
        created,
        rewritten,
        given,
    })
}

impl Apply<'_> {
    /// Reads everything that the batch is about, in a few statements.
    fn look_up(&mut self, batch: &Batch<'_>) -> Result<(), DbError> {
        let (mut ids, mut to_tag) = (Vec::new(), Vec::new());
        let mut prints: [Vec<i64>; 2] = Default::default();
        for row in &batch.rows {
            match &row.plan {
                RowPlan::Updated { id, tags, .. } => {
                    if let Ok(id) = i64::try_from(*id) {
                        ids.push(id);
                        to_tag.extend((!tags.is_empty()).then_some(id));
                    }
                }
                RowPlan::New {
                    values,
                    key: Some(kind),
                    ..
                } if self.purpose != Purpose::AddAll => {
                    if let Some(value) = value_of(self.checker, values, *kind) {
                        let list = usize::from(*kind == Identifier::Email);
                        prints[list].push(self.print(*kind, value));
                    }
                }
                _ => {}
            }
        }
        let kinds = [
            (Identifier::Phone, PrintColumn::Phone),
            (Identifier::Email, PrintColumn::Email),
        ];
        for ((kind, column), mut prints) in kinds.into_iter().zip(prints) {
            prints.sort_unstable();
            prints.dedup();
            for found in find_by_prints(self.connection, self.workspace.id, column, &prints)? {
                let position = usize::try_from(found.position).unwrap_or(usize::MAX);
                if let Some(&print) = prints.get(position) {
                    self.holders
                        .entry((kind, print))
                        .or_default()
                        .push(found.id);
                    ids.push(found.id);
                }
            }
        }
        for ids in [&mut ids, &mut to_tag] {
            ids.sort_unstable();
            ids.dedup();
        }
        let contacts = contact::load(self.connection, self.workspace.id, &ids)?;
        let contacts = contacts.into_iter().map(|contact| Rewrite {
            base: contact.version,
            contact,
            prints_changed: false,
        });
        self.contacts = contacts.collect();
        for tag in tags_of(self.connection, self.workspace.id, &to_tag)? {
            self.tags_of
                .entry(tag.contact_id)
                .or_default()
                .insert(tag.tag_id);
        }
        for tag in tag::list(self.connection, self.workspace.id)? {
            self.tags.insert(fold(&tag.name), tag);
        }
        Ok(())
    }

    fn print(&self, kind: Identifier, value: &str) -> i64 {
        signed(fingerprint(&self.workspace.key, kind, value))
    }

    /// Where a contact is.
    fn place(&self, id: i64) -> Option<usize> {
        let place = self
            .contacts
            .binary_search_by_key(&id, |one| one.contact.id);
        place.ok()
    }

    /// The contact that has the key of a new row by now. What this import created or wrote doesn't count.
    fn holder(&self, kind: Identifier, value: &str) -> Option<i64> {
        let holders = self.holders.get(&(kind, self.print(kind, value)))?;
        holders.iter().copied().find(|&id| {
            self.place(id).is_some_and(|place| {
                let contact = &self.contacts[place].contact;
                let (held, writer) = match kind {
                    Identifier::Email => (&contact.email, contact.email_by),
                    Identifier::Phone | Identifier::ContactId => (&contact.phone, contact.phone_by),
                };
                let own = Some(self.import);
                held == value && contact.created_by != own && writer != own
            })
        })
    }

    fn add(
        &mut self,
        values: &[(u32, Cow<'_, str>)],
        tags: &[Cow<'_, str>],
        key: Option<Identifier>,
    ) -> Result<End, DbError> {
        let key = key.and_then(|kind| Some((kind, value_of(self.checker, values, kind)?)));
        if let Some((kind, value)) = key
            && let Some(id) = self.holder(kind, value)
        {
            let id = Some(id.cast_unsigned());
            return Ok(match self.purpose {
                Purpose::Add => End::Skipped {
                    reason: Code::AlreadyExists.slug().into(),
                    id,
                    identifier: value.to_owned(),
                    kept_row: None,
                },
                _ => error(Code::ChangedSincePreview, id),
            });
        }
        let mut contact = Contact::new(
            self.workspace.id,
            &self.workspace.key,
            self.ids
                .next()
                .ok_or_else(|| DbError::Stored("too few ids were set aside".into()))?,
            Some(self.import),
        );
        let checker = self.checker;
        let named = values
            .iter()
            .filter_map(|(slot, value)| Some((checker.field(*slot)?.key.as_str(), value.as_ref())));
        contact.set(&self.workspace.key, Some(self.import), named)?;
        let mut given = HashSet::new();
        for name in tags {
            let tag = self.tag(name)?;
            if given.insert(tag.id) {
                self.given.push((contact.id, tag.id));
            }
        }
        let identifier = match key {
            Some((_, value)) => value.to_owned(),
            None if contact.phone.is_empty() => contact.email.clone(),
            None => contact.phone.clone(),
        };
        let id = contact.id;
        self.created.push(contact);
        Ok(End::New(id, identifier))
    }

    fn change(
        &mut self,
        id: u64,
        version: u32,
        (kind, print): (Identifier, u64),
        writes: &[Write<'_>],
        tags: &[Cow<'_, str>],
    ) -> Result<End, DbError> {
        let changed = || Ok(error(Code::ChangedSincePreview, Some(id)));
        let id_here = i64::try_from(id).unwrap_or(0);
        let Some(place) = self.place(id_here) else {
            return changed();
        };
        let contact = &self.contacts[place].contact;
        let held = match kind {
            Identifier::ContactId => Some(contact.id_print),
            Identifier::Phone => contact.phone_print,
            Identifier::Email => contact.email_print,
        };
        if held != Some(signed(print)) {
            return changed();
        }
        let identifier = contact.value(kind.key())?.into_owned();
        let same_version = contact.version.cast_unsigned() == version;
        let mut changes = Vec::with_capacity(writes.len());
        let checker = self.checker;
        for write in writes {
            let Some(field) = checker.field(write.slot) else {
                return changed();
            };
            let key = field.key.as_str();
            let new = write.value.as_deref().unwrap_or_default();
            let old = contact.value(key)?;
            if old == new {
                continue;
            }
            let previewed =
                same_version || value_print(&self.workspace.key, key, &old) == write.previewed;
            if !previewed || !checker.may_write(write.slot, &old, write.value.as_deref()) {
                return changed();
            }
            changes.push((key.to_owned(), old.into_owned(), new.to_owned()));
        }
        let mut gained = Vec::new();
        for name in tags {
            let tag = self.tag(name)?;
            if self.tags_of.entry(id_here).or_default().insert(tag.id) {
                self.given.push((id_here, tag.id));
                gained.push(tag.name);
            }
        }
        if changes.is_empty() && gained.is_empty() {
            return Ok(End::Unchanged(id_here));
        }
        let values = changes
            .iter()
            .map(|(key, _, new)| (key.as_str(), new.as_str()));
        let rewrite = &mut self.contacts[place];
        rewrite
            .contact
            .set(&self.workspace.key, Some(self.import), values)?;
        rewrite.contact.version += 1;
        rewrite.prints_changed |= changes
            .iter()
            .any(|(key, ..)| Identifier::from_key(key).is_some());
        Ok(End::Updated {
            id: id_here,
            identifier,
            changes,
            tags: gained,
        })
    }

    /// The tag of this name, created on first use.
    fn tag(&mut self, name: &str) -> Result<Tag, DbError> {
        let folded = fold(name);
        let tag = match self.tags.get(&folded) {
            Some(tag) => tag.clone(),
            None => {
                let id = self.workspace.id;
                let tag = tag::find_or_create(self.connection, id, name, Some(self.import))?;
                self.tags.insert(folded.clone(), tag.clone());
                tag
            }
        };
        if !self.import_tags.contains(&folded) && !self.file_tags.contains(&tag.name) {
            self.file_tags.insert(tag.name.clone());
        }
        Ok(tag)
    }
}
