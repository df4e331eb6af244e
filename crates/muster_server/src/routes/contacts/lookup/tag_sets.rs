//! Sets of tags, as answers name them.

use std::collections::HashMap;

use muster_core::wire::Found;

use crate::db::dialect::tags_of;
use crate::db::models::tag;
use crate::db::{Connection, DbError, WorkspaceId};

/// The distinct tag sets of contacts, and the tags that are in them.
pub(super) struct TagSets {
    /// All of the workspace, by id.
    names: Vec<tag::Tag>,
    /// By tag the number under which it travels.
    numbers: HashMap<i64, u32>,
    tags: Vec<String>,
    sets: Vec<Vec<u32>>,
    by_set: HashMap<Vec<u32>, u32>,
    by_contact: HashMap<i64, u32>,
}

impl TagSets {
    pub(super) fn new(
        connection: &mut Connection,
        workspace: WorkspaceId,
    ) -> Result<Self, DbError> {
        Ok(Self {
            names: tag::list(connection, workspace)?,
            numbers: HashMap::new(),
            tags: Vec::new(),
            sets: vec![Vec::new()],
            by_set: HashMap::from([(Vec::new(), 0)]),
            by_contact: HashMap::new(),
        })
    }

    /// Knows the tags of these contacts, and no more those of others.
    pub(super) fn load(
        &mut self,
        connection: &mut Connection,
        workspace: WorkspaceId,
        ids: &[i64],
    ) -> Result<(), DbError> {
        self.by_contact.clear();
        let given = tags_of(connection, workspace, ids)?;
        for of_one in given.chunk_by(|one, next| one.contact_id == next.contact_id) {
            let mut set: Vec<u32> = of_one
                .iter()
                .filter_map(|given| self.number(given.tag_id))
                .collect();
            set.sort_unstable();
            let next = u32::try_from(self.sets.len()).unwrap_or(u32::MAX);
            let number = *self.by_set.entry(set).or_insert_with_key(|set| {
                self.sets.push(set.clone());
                next
            });
            self.by_contact.insert(of_one[0].contact_id, number);
        }
        Ok(())
    }

    fn number(&mut self, tag: i64) -> Option<u32> {
        if let Some(&number) = self.numbers.get(&tag) {
            return Some(number);
        }
        let place = self.names.binary_search_by_key(&tag, |tag| tag.id).ok()?;
        let number = u32::try_from(self.tags.len()).ok()?;
        self.tags.push(self.names[place].name.clone());
        self.numbers.insert(tag, number);
        Some(number)
    }

    pub(super) fn found(&self, id: i64, version: i32) -> Found {
        Found {
            id: id.cast_unsigned(),
            version: version.cast_unsigned(),
            tag_set: self.by_contact.get(&id).copied().unwrap_or(0),
        }
    }

    pub(super) fn finish(self) -> (Vec<String>, Vec<Vec<u32>>) {
        (self.tags, self.sets)
    }
}
