//! What the server answered: which contacts the identifiers belong to, and what the contacts hold.

use crate::identity::{Map, Set};

use super::keys::Keys;
use super::tags::Tags;
use crate::field::Identifier;
use crate::identity::Key;
use crate::wire::{Bounds, MatchAnswer, MatchedContact, ReadValues, WireError};

/// Far above what a page of a request can come to.
const BOUNDS: Bounds = Bounds {
    bytes: 256 << 20,
    items: 16 << 20,
};

/// A contact in one of the answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Contact {
    pub(crate) id: u64,
    pub(crate) version: u32,
    /// Position in [`Matches::tag_sets`].
    pub(crate) tags: u32,
    pub(crate) hash: u64,
    /// The page whose key the hash has.
    pub(crate) page: u32,
}

/// The answers to the lookups of a [`super::sheet::Sheet`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Matches {
    /// The fields over which the hashes are.
    pub(crate) asked: Vec<String>,
    /// Per page the key of its hashes, once it is answered.
    keys: Vec<Option<Key>>,
    pub(crate) contacts: Vec<Contact>,
    /// Per set the tags, ascending.
    tag_sets: Vec<Vec<u32>>,
    /// By kind: (position in the distinct fingerprints, position in `contacts`).
    found: [Vec<(u32, u32)>; 3],
    pub(crate) stored: Stored,
    /// Contacts that were there when looked up and are not any more.
    pub(crate) gone: Set<u64>,
}

impl Matches {
    /// Waits for answers that say what contacts hold in these fields.
    pub(crate) fn new(keys: &Keys, asked: Vec<String>) -> Self {
        Self {
            asked,
            keys: vec![None; keys.pages.len()],
            ..Self::default()
        }
    }

    /// Waits for answers to the pages that came since.
    pub(crate) fn expect(&mut self, keys: &Keys) {
        self.keys.resize(keys.pages.len(), None);
    }

    /// The pages that have no answer yet.
    pub(crate) fn unanswered(&self) -> impl Iterator<Item = usize> {
        let keys = self.keys.iter().enumerate();
        keys.filter(|(_, key)| key.is_none()).map(|(page, _)| page)
    }

    /// Whether there is any answer.
    pub(crate) fn is_answered(&self) -> bool {
        self.keys.iter().any(Option::is_some)
    }

    /// Takes the answer to a page. The same page again changes nothing.
    pub(crate) fn take(
        &mut self,
        page: usize,
        answer: &[u8],
        keys: &Keys,
        tags: &mut Tags,
    ) -> Result<(), WireError> {
        let answer = MatchAnswer::decode(answer, BOUNDS)?;
        let ranges = keys
            .pages
            .get(page)
            .ok_or(WireError::Malformed("it answers no request"))?;
        for (found, range) in answer.found.iter().zip(ranges) {
            // Ascending, so that the last one is the furthest.
            if found
                .last()
                .is_some_and(|&(print, _)| print as usize >= range.len())
            {
                return Err(WireError::Malformed("a find is for no fingerprint"));
            }
        }
        if self.keys[page].replace(answer.hash_key).is_some() {
            return Ok(());
        }
        let first_set = self.take_tags(&answer.tags, &answer.tag_sets, tags);
        let first = self.contacts.len() as u32;
        let contact = |contact: &MatchedContact| Contact {
            id: contact.id,
            version: contact.version,
            tags: first_set + contact.tag_set,
            hash: contact.hash,
            page: page as u32,
        };
        self.contacts.extend(answer.contacts.iter().map(contact));
        for (kind, found) in answer.found.iter().enumerate() {
            let start = ranges[kind].start as u32;
            let shifted = found
                .iter()
                .map(|&(print, contact)| (start + print, first + contact));
            self.found[kind].extend(shifted);
        }
        Ok(())
    }

    /// Takes the values of contacts.
    pub(crate) fn take_values(
        &mut self,
        answer: &[u8],
        width: usize,
        tags: &mut Tags,
    ) -> Result<(), WireError> {
        let answer = ReadValues::decode(answer, BOUNDS)?;
        if !answer.contacts.is_empty() && answer.width != width {
            return Err(WireError::Malformed(
                "it has other fields than were asked for",
            ));
        }
        let first_set = self.take_tags(&answer.tags, &answer.tag_sets, tags);
        for (at, &(id, version, tag_set)) in answer.contacts.iter().enumerate() {
            let values = answer.of(at).iter().copied();
            self.stored.push(id, version, first_set + tag_set, values);
        }
        Ok(())
    }

    fn take_tags(&mut self, names: &[String], sets: &[Vec<u32>], tags: &mut Tags) -> u32 {
        let numbers: Vec<u32> = names.iter().map(|name| tags.existing(name)).collect();
        let first = self.tag_sets.len() as u32;
        self.tag_sets.extend(sets.iter().map(|set| {
            let mut set: Vec<u32> = set.iter().map(|&tag| numbers[tag as usize]).collect();
            set.sort_unstable();
            set
        }));
        first
    }

    /// The key of the hashes of a page.
    pub(crate) fn key(&self, page: u32) -> Key {
        self.keys
            .get(page as usize)
            .copied()
            .flatten()
            .unwrap_or_default()
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.keys.iter().all(Option::is_some)
    }

    /// A set of tags, ascending.
    pub(crate) fn tag_set(&self, set: u32) -> &[u32] {
        self.tag_sets.get(set as usize).map_or(&[], Vec::as_slice)
    }

    /// Who has which identifier, ready to be asked.
    pub(crate) fn index(&self, keys: &Keys) -> Index {
        // A sort that is fast on ascending runs: every answer is one.
        let mut by_id: Vec<(u64, u32)> = (0_u32..)
            .zip(&self.contacts)
            .map(|(at, contact)| (contact.id, at))
            .collect();
        by_id.sort();
        let mut numbers = vec![0; by_id.len()];
        for same in by_id.chunk_by(|one, other| one.0 == other.0) {
            for &(_, at) in same {
                numbers[at as usize] = same[0].1;
            }
        }
        Index {
            numbers,
            starts: [0, 1, 2].map(|kind: usize| {
                let mut starts = vec![0_u32; keys.distinct[kind].len() + 1];
                for &(print, _) in &self.found[kind] {
                    starts[print as usize + 1] += 1;
                }
                for at in 1..starts.len() {
                    starts[at] += starts[at - 1];
                }
                starts
            }),
            contacts: [0, 1, 2].map(|kind: usize| {
                let mut found = self.found[kind].clone();
                found.sort();
                found.into_iter().map(|(_, contact)| contact).collect()
            }),
        }
    }
}

/// By kind and distinct fingerprint the contacts that have it.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    /// By position in [`Matches::contacts`] the first position of the same contact: it stands in every answer that
    /// named it.
    pub(crate) numbers: Vec<u32>,
    starts: [Vec<u32>; 3],
    contacts: [Vec<u32>; 3],
}

impl Index {
    /// Positions in [`Matches::contacts`].
    pub(crate) fn holders(&self, kind: Identifier, print: usize) -> &[u32] {
        let starts = &self.starts[kind as usize];
        match starts.get(print..print + 2) {
            Some(&[start, end]) => &self.contacts[kind as usize][start as usize..end as usize],
            _ => &[],
        }
    }
}

/// Values of contacts, end to end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stored {
    at: Map<u64, u32>,
    contacts: Vec<StoredContact>,
    ends: Vec<u32>,
    text: String,
}

/// A contact whose values are known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StoredContact {
    pub(crate) version: u32,
    pub(crate) tags: u32,
    /// Its first value, among all.
    first: u32,
}

impl Stored {
    fn push<'a>(
        &mut self,
        id: u64,
        version: u32,
        tags: u32,
        values: impl Iterator<Item = &'a str>,
    ) {
        let contact = StoredContact {
            version,
            tags,
            first: self.ends.len() as u32,
        };
        for value in values {
            self.text.push_str(value);
            self.ends.push(self.text.len() as u32);
        }
        self.at.insert(id, self.contacts.len() as u32);
        self.contacts.push(contact);
    }

    pub(crate) fn get(&self, id: u64) -> Option<&StoredContact> {
        self.contacts.get(*self.at.get(&id)? as usize)
    }

    /// One of the asked fields; empty for none.
    pub(crate) fn value(&self, contact: &StoredContact, field: usize) -> &str {
        let at = contact.first as usize + field;
        let end = self.ends.get(at).map_or(0, |&end| end as usize);
        let start = match at {
            0 => 0,
            _ => self.ends.get(at - 1).map_or(0, |&start| start as usize),
        };
        self.text.get(start..end).unwrap_or_default()
    }
}
