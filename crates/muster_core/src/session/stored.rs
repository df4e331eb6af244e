//! What the contacts hold whose values were asked for: contact by contact, as they are compared.

use std::hint::black_box;

use crate::identity::Map;
use crate::wire::ValuesAnswer;

/// Values of contacts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stored {
    /// Position in `contacts` by id.
    at: Map<u64, u32>,
    contacts: Vec<StoredContact>,
    /// All values, end to end.
    text: String,
    /// Where each ends.
    ends: Vec<u32>,
}

/// A contact whose values are known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StoredContact {
    pub(crate) version: u32,
    pub(crate) tags: u32,
    /// Where its values start.
    start: u32,
    /// The position of the first one's end.
    first: u32,
}

impl Stored {
    /// Takes an answer whose sets of tags begin at `first_set`. Of a contact that is known already, the newer counts.
    pub(super) fn take(&mut self, answer: &ValuesAnswer, first_set: u32) {
        self.at.reserve(answer.contacts.len());
        self.contacts.reserve(answer.contacts.len());
        self.ends
            .reserve(answer.contacts.len() * answer.values.len());
        for (row, found) in answer.contacts.iter().enumerate() {
            self.at.insert(found.id, self.contacts.len() as u32);
            self.contacts.push(StoredContact {
                version: found.version,
                tags: first_set + found.tag_set,
                start: self.text.len() as u32,
                first: self.ends.len() as u32,
            });
            for column in &answer.values {
                let value = column.get(row);
                if !value.is_empty() {
                    self.text.push_str(value);
                }
                self.ends.push(self.text.len() as u32);
            }
        }
    }

    pub(crate) fn get(&self, id: u64) -> Option<&StoredContact> {
        self.contacts.get(*self.at.get(&id)? as usize)
    }

    /// Has the values of a contact at hand for the moment when they are looked at.
    #[inline]
    pub(super) fn fetch(&self, contact: &StoredContact) {
        black_box(self.ends.get(contact.first as usize));
        black_box(self.text.as_bytes().get(contact.start as usize));
    }

    /// One of the asked fields; empty for none.
    pub(crate) fn value(&self, contact: &StoredContact, field: usize) -> &str {
        let at = contact.first as usize + field;
        let start = match field {
            0 => contact.start,
            _ => self.ends.get(at - 1).copied().unwrap_or_default(),
        };
        let end = self.ends.get(at).copied().unwrap_or_default();
        self.text
            .get(start as usize..end as usize)
            .unwrap_or_default()
    }
}
