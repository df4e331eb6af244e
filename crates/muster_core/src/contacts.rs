//! Contacts in memory that answer lookups as a server does: for dry runs and tests.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::field::Identifier;
use crate::identity::{Key, Map, fields_hash, fingerprint};
use crate::session::Session;
use crate::wire::{
    Bounds, CompareAnswer, CompareRequest, Compared, Equal, Found, Holder, Lookup, MatchAnswer,
    MatchRequest, Texts, ValuesAnswer, ValuesRequest, WireError,
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
/// use muster_core::wire::{Bounds, MatchAnswer, MatchRequest, prefix};
///
/// let key = [1; 16];
/// let contacts = Contacts::new(key, vec![Contact { id: 7, version: 1, ..Contact::default() }]);
/// let print = fingerprint(&key, Identifier::ContactId, "7");
/// let request = MatchRequest { prefixes: [vec![prefix(print)], vec![], vec![]] };
/// let answer = contacts.matched(&request.encode(), [2; 16]).unwrap();
/// let answer = MatchAnswer::decode(&answer, Bounds { bytes: 1_000, items: 10 }).unwrap();
/// assert_eq!((answer.contacts[0].id, answer.found[0][0].rest), (7, print as u32));
/// ```
#[derive(Clone, Debug)]
pub struct Contacts {
    key: Key,
    /// Ascending by id.
    contacts: Vec<Contact>,
    /// By kind, ascending: fingerprints, and positions in `contacts`.
    holders: [Vec<(u64, u32)>; 3],
}

impl Contacts {
    /// Contacts under the workspace's key. Of several with one id the last counts.
    pub fn new(key: Key, contacts: Vec<Contact>) -> Self {
        let by_id: BTreeMap<u64, Contact> = contacts
            .into_iter()
            .map(|contact| (contact.id, contact))
            .collect();
        let contacts: Vec<Contact> = by_id.into_values().collect();
        let mut holders = [const { Vec::new() }; 3];
        for (at, contact) in (0_u32..).zip(&contacts) {
            let id = contact.id.to_string();
            for kind in Identifier::ALL {
                let value = match kind {
                    Identifier::ContactId => &id,
                    Identifier::Phone | Identifier::Email => contact.value(kind.key()),
                };
                if !value.is_empty() {
                    holders[kind as usize].push((fingerprint(&key, kind, value), at));
                }
            }
        }
        for holders in &mut holders {
            holders.sort_unstable();
        }
        Self {
            key,
            contacts,
            holders,
        }
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

    /// Answers everything that a session asks, with hashes under this key.
    pub fn answer(&self, session: &mut Session, hash_key: Key) -> Result<(), WireError> {
        loop {
            let requests = session.lookups();
            if requests.is_empty() {
                break;
            }
            for (at, request) in requests.iter().enumerate() {
                session.matched(at, &self.matched(request, hash_key)?)?;
            }
        }
        for request in session.wanted() {
            session.valued(&self.valued(&request)?)?;
        }
        Ok(())
    }

    /// Answers a [`Lookup`], with hashes under this key.
    pub fn matched(&self, request: &[u8], hash_key: Key) -> Result<Vec<u8>, WireError> {
        Ok(match Lookup::decode(request, BOUNDS)? {
            Lookup::Compare(request) => self.compared(&request, hash_key).encode(),
            Lookup::Match(request) => self.found(&request).encode(),
        })
    }

    /// Those whose fingerprints have a prefix.
    fn holders(&self, kind: usize, prefix: u32) -> &[(u64, u32)] {
        let first = u64::from(prefix) << 32;
        let holders = &self.holders[kind];
        let start = holders.partition_point(|&(print, _)| print < first);
        let many =
            holders[start..].partition_point(|&(print, _)| print <= first | u64::from(u32::MAX));
        &holders[start..start + many]
    }

    fn compared(&self, request: &CompareRequest, hash_key: Key) -> CompareAnswer {
        let mut sets = TagSets::default();
        let mut found = [const { Vec::new() }; 3];
        for kind in Identifier::ALL {
            let all = request.asked[kind as usize].iter().map(|asked| {
                let &(print, at) = match self.holders(kind as usize, asked.prefix) {
                    [] => return Compared::Nobody,
                    [one] => one,
                    _ => return Compared::Unclear,
                };
                let mask = &request.masks[asked.mask as usize];
                let fields = mask
                    .iter()
                    .map(|&field| request.fields[field as usize].as_str());
                let contact = &self.contacts[at as usize];
                if fields
                    .clone()
                    .any(|field| self.is_shared(kind, contact, field))
                {
                    return Compared::Unclear;
                }
                Compared::One(Equal {
                    found: sets.found(contact),
                    hash: fields_hash(&hash_key, print, fields.map(|field| contact.value(field))),
                    filled: request.others(mask).fold(0, |filled, (bit, field)| {
                        filled
                            | if contact.value(field).is_empty() {
                                0
                            } else {
                                bit
                            }
                    }),
                })
            });
            found[kind as usize] = all.collect();
        }
        CompareAnswer {
            hash_key,
            tags: sets.names,
            tag_sets: sets.sets,
            found,
        }
    }

    /// Whether a field is another identifier of the contact than the one by which it was found, and somebody else's too.
    fn is_shared(&self, found_by: Identifier, contact: &Contact, field: &str) -> bool {
        let Some(kind) = Identifier::from_key(field).filter(|kind| *kind != found_by) else {
            return false;
        };
        let value = contact.value(field);
        let print = fingerprint(&self.key, kind, value);
        let holders = self.holders(kind as usize, crate::wire::prefix(print));
        !value.is_empty() && holders.iter().filter(|(other, _)| *other == print).count() > 1
    }

    fn found(&self, request: &MatchRequest) -> MatchAnswer {
        let found = [0, 1, 2].map(|kind: usize| {
            let asked = (0_u32..).zip(&request.prefixes[kind]);
            let holders = asked.flat_map(|(asked, &prefix)| {
                let holders = self.holders(kind, prefix).iter();
                holders.map(move |&(print, at)| (asked, print as u32, at))
            });
            holders.collect::<Vec<(u32, u32, u32)>>()
        });
        let mut all: Vec<u32> = found.iter().flatten().map(|&(.., at)| at).collect();
        all.sort_unstable();
        all.dedup();
        let mut sets = TagSets::default();
        let contacts = all
            .iter()
            .map(|&at| sets.found(&self.contacts[at as usize]))
            .collect();
        let found = found.map(|found| {
            let holder = |(asked, rest, at)| Holder {
                asked,
                rest,
                contact: all.partition_point(|&other| other < at) as u32,
            };
            found.into_iter().map(holder).collect()
        });
        MatchAnswer {
            tags: sets.names,
            tag_sets: sets.sets,
            contacts,
            found,
        }
    }

    /// Answers a [`ValuesRequest`].
    pub fn valued(&self, request: &[u8]) -> Result<Vec<u8>, WireError> {
        let request = ValuesRequest::decode(request, BOUNDS)?;
        let mut sets = TagSets::default();
        let at = |id: &u64| self.contacts.binary_search_by_key(id, |contact| contact.id);
        let there = request.ids.iter().filter_map(|id| at(id).ok());
        let there: Vec<&Contact> = there.map(|at| &self.contacts[at]).collect();
        let values = |field: &String| there.iter().map(|contact| contact.value(field)).collect();
        let values: Vec<Texts> = request.fields.iter().map(values).collect();
        Ok(ValuesAnswer {
            contacts: there.iter().map(|contact| sets.found(contact)).collect(),
            tags: sets.names,
            tag_sets: sets.sets,
            values,
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
    fn found(&mut self, contact: &Contact) -> Found {
        Found {
            id: contact.id,
            version: contact.version,
            tag_set: self.number(&contact.tags),
        }
    }

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
