//! What the contacts hold whose values were asked for: the columns of the answers, as they came.

use crate::identity::Map;
use crate::wire::{Texts, ValuesAnswer};

/// Values of contacts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stored {
    /// Position in `contacts` by id.
    at: Map<u64, u32>,
    contacts: Vec<StoredContact>,
    /// Per answer the asked fields.
    pages: Vec<Vec<Texts>>,
}

/// A contact whose values are known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StoredContact {
    pub(crate) version: u32,
    pub(crate) tags: u32,
    page: u32,
    row: u32,
}

impl Stored {
    /// Takes an answer whose sets of tags begin at `first_set`. Of a contact that is known already, the newer counts.
    pub(super) fn take(&mut self, answer: ValuesAnswer, first_set: u32) {
        let page = self.pages.len() as u32;
        self.at.reserve(answer.contacts.len());
        for (row, found) in (0..).zip(&answer.contacts) {
            self.at.insert(found.id, self.contacts.len() as u32);
            self.contacts.push(StoredContact {
                version: found.version,
                tags: first_set + found.tag_set,
                page,
                row,
            });
        }
        self.pages.push(answer.values);
    }

    pub(crate) fn get(&self, id: u64) -> Option<&StoredContact> {
        self.contacts.get(*self.at.get(&id)? as usize)
    }

    /// One of the asked fields; empty for none.
    pub(crate) fn value(&self, contact: &StoredContact, field: usize) -> &str {
        let values = self.pages.get(contact.page as usize);
        let values = values.and_then(|page| page.get(field));
        values.map_or("", |values| values.get(contact.row as usize))
    }
}
