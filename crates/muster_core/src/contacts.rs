//! Contacts in memory that answer lookups as a server does: for dry runs and tests.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::field::Identifier;
use crate::identity::{Key, Map, fields_hash, fingerprint};
use crate::wire::{
    Bounds, ContactValues, MatchAnswer, MatchRequest, MatchedContact, ValuesAnswer, ValuesRequest,
    WireError,
};

const BOUNDS: Bounds = Bounds {
    bytes: 16 << 20,
    items: 1 << 20,
};

/// A stored contact. Its values are in canonical form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Its id.
    pub id: u64,
    /// Rises with every change.
    #[serde(default = "first_version")]
    pub version: u32,
    /// Its values by field key. An empty one is none.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// The names of its tags.
    #[serde(default)]
    pub tags: Vec<String>,
}

const fn first_version() -> u32 {
    1
}

impl Contact {
    fn value(&self, field: &str) -> &str {
        self.fields.get(field).map_or("", String::as_str)
    }
}

/// All contacts of a workspace.
///
/// ```
/// use muster_core::contacts::{Contact, Contacts};
/// use muster_core::{field::Identifier, identity::fingerprint};
/// use muster_core::wire::{Bounds, MatchAnswer, MatchRequest};
///
/// let key = [1; 16];
/// let contacts = Contacts::new(key, vec![Contact { id: 7, version: 1, ..Contact::default() }]);
/// let print = fingerprint(&key, Identifier::ContactId, "7");
/// let request = MatchRequest { fields: vec![], prints: [vec![print], vec![], vec![]] };
/// let answer = contacts.matched(&request.encode(), [2; 16]).unwrap();
/// let answer = MatchAnswer::decode(&answer, Bounds { bytes: 1_000, items: 10 }).unwrap();
/// assert_eq!((answer.contacts[0].id, &answer.found[0]), (7, &vec![(0, 0)]));
/// ```
#[derive(Clone, Debug)]
pub struct Contacts {
    /// Ascending by id.
    contacts: Vec<Contact>,
    /// By kind: fingerprint to positions in `contacts`.
    holders: [Map<u64, Vec<u32>>; 3],
}

impl Contacts {
    /// Contacts under the workspace's key. Of several with one id the last counts.
    pub fn new(key: Key, contacts: Vec<Contact>) -> Self {
        let by_id: BTreeMap<u64, Contact> = contacts
            .into_iter()
            .map(|contact| (contact.id, contact))
            .collect();
        let contacts: Vec<Contact> = by_id.into_values().collect();
        let mut holders = [const { Map::with_hasher(foldhash::fast::FixedState::with_seed(0)) }; 3];
        for (at, contact) in (0_u32..).zip(&contacts) {
            let id = contact.id.to_string();
            for kind in Identifier::ALL {
                let value = match kind {
                    Identifier::ContactId => &id,
                    Identifier::Phone | Identifier::Email => contact.value(kind.key()),
                };
                if !value.is_empty() {
                    let holders: &mut Map<u64, Vec<u32>> = &mut holders[kind as usize];
                    holders
                        .entry(fingerprint(&key, kind, value))
                        .or_default()
                        .push(at);
                }
            }
        }
        Self { contacts, holders }
    }

    /// The contacts, ascending by id.
    pub fn all(&self) -> &[Contact] {
        &self.contacts
    }

    /// The names of all tags, each as some contact has it.
    pub fn tags(&self) -> Vec<String> {
        let mut by_fold = BTreeMap::new();
        for tag in self.contacts.iter().flat_map(|contact| &contact.tags) {
            by_fold
                .entry(crate::value::fold(tag))
                .or_insert_with(|| tag.clone());
        }
        by_fold.into_values().collect()
    }

    /// Answers a [`MatchRequest`] with hashes under this key.
    pub fn matched(&self, request: &[u8], hash_key: Key) -> Result<Vec<u8>, WireError> {
        let request = MatchRequest::decode(request, BOUNDS)?;
        let found = [0, 1, 2].map(|kind: usize| {
            let holders = |print| self.holders[kind].get(print).map_or(&[][..], Vec::as_slice);
            (0_u32..)
                .zip(&request.prints[kind])
                .flat_map(move |(print, key)| holders(key).iter().map(move |&at| (print, at)))
                .collect::<Vec<(u32, u32)>>()
        });
        let mut all: Vec<u32> = found.iter().flatten().map(|&(_, at)| at).collect();
        all.sort_unstable();
        all.dedup();
        let mut sets = TagSets::default();
        let contacts = all.iter().map(|&at| {
            let contact = &self.contacts[at as usize];
            let values = request.fields.iter().map(|field| contact.value(field));
            MatchedContact {
                id: contact.id,
                version: contact.version,
                tag_set: sets.number(&contact.tags),
                hash: fields_hash(&hash_key, values),
            }
        });
        let contacts = contacts.collect();
        let found = found.map(|found| {
            let position = |at| all.partition_point(|&other| other < at) as u32;
            found
                .into_iter()
                .map(|(print, at)| (print, position(at)))
                .collect()
        });
        Ok(MatchAnswer {
            hash_key,
            tags: sets.names,
            tag_sets: sets.sets,
            contacts,
            found,
        }
        .encode())
    }

    /// Answers a [`ValuesRequest`].
    pub fn valued(&self, request: &[u8]) -> Result<Vec<u8>, WireError> {
        let request = ValuesRequest::decode(request, BOUNDS)?;
        let mut sets = TagSets::default();
        let contacts = request
            .ids
            .iter()
            .filter_map(|id| {
                let at = self
                    .contacts
                    .binary_search_by_key(id, |contact| contact.id)
                    .ok()?;
                let contact = &self.contacts[at];
                let value = |field: &String| contact.value(field).to_owned();
                Some(ContactValues {
                    id: contact.id,
                    version: contact.version,
                    tag_set: sets.number(&contact.tags),
                    values: request.fields.iter().map(value).collect(),
                })
            })
            .collect();
        Ok(ValuesAnswer {
            tags: sets.names,
            tag_sets: sets.sets,
            contacts,
        }
        .encode())
    }
}

/// Distinct sets of tags, as they travel.
#[derive(Default)]
struct TagSets {
    names: Vec<String>,
    numbers: Map<String, u32>,
    sets: Vec<Vec<u32>>,
    by_set: Map<Vec<u32>, u32>,
}

impl TagSets {
    fn number(&mut self, tags: &[String]) -> u32 {
        let mut set: Vec<u32> = tags
            .iter()
            .map(|tag| {
                *self.numbers.entry(tag.clone()).or_insert_with(|| {
                    self.names.push(tag.clone());
                    self.names.len() as u32 - 1
                })
            })
            .collect();
        set.sort_unstable();
        set.dedup();
        *self.by_set.entry(set).or_insert_with_key(|set| {
            self.sets.push(set.clone());
            self.sets.len() as u32 - 1
        })
    }
}
