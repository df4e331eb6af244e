//! The messages of looking up: who has these identifiers, and is it as the rows say?
//!
//! Fingerprints go up by their first half, sorted. What comes down tells by the second half, or by a hash that covers
//! the whole of it, whether a find is one.

use super::bytes::{Kind, Reader, Writer, ascends, is_kind};
use super::contacts::Found;
use super::{Bounds, WireError, check};
use crate::identity::Key;

/// Fingerprints, sets of fields and their members that one request may have together ([`Bounds::items`]).
pub const LOOKUP_ITEMS: usize = 50_000;

/// The part of a fingerprint that goes up.
pub const fn prefix(print: u64) -> u32 {
    (print >> 32) as u32
}

/// The bit of a field, by its position among the asked ones; those from the 64th on share one.
pub const fn field_bit(field: usize) -> u64 {
    1 << if field < 63 { field } else { 63 }
}

/// One of the two requests of `POST /contacts/match`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// Are the contacts as the rows say?
    Compare(CompareRequest),
    /// Who has these identifiers?
    Match(MatchRequest),
}

/// Who has these identifiers, and do they hold what the rows say?
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompareRequest {
    /// Keys of the asked fields.
    pub fields: Vec<String>,
    /// Distinct sets of them, as ascending positions in `fields`.
    pub masks: Vec<Vec<u32>>,
    /// By kind ([`crate::field::Identifier::ALL`]), ascending by prefix and distinct.
    pub asked: [Vec<Asked>; 3],
}

/// A fingerprint in a [`CompareRequest`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// [`prefix`].
    pub prefix: u32,
    /// Position in [`CompareRequest::masks`]: the fields that are compared.
    pub mask: u32,
}

/// The answer to a [`CompareRequest`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompareAnswer {
    /// The key of this answer's hashes, freshly drawn.
    pub hash_key: Key,
    /// Names of the tags in `tag_sets`.
    pub tags: Vec<String>,
    /// Distinct sets, as ascending positions in `tags`.
    pub tag_sets: Vec<Vec<u32>>,
    /// By kind, one for each that was asked.
    pub found: [Vec<Compared>; 3],
}

/// What a [`CompareAnswer`] says of a fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// Nobody has it.
    Nobody,
    /// At most one contact has it, and nobody else has its other identifiers among the compared fields.
    One(Equal),
    /// Several may have it, or one whose other identifiers are somebody else's too: to be looked up exactly.
    Unclear,
}

/// The contact that may be as a row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Equal {
    /// The contact.
    pub found: Found,
    /// [`crate::identity::fields_hash`] over the fingerprint that was looked for, as the contact has it, and the
    /// compared fields, empty ones included.
    pub hash: u64,
    /// Which of the other asked fields hold something, as [`field_bit`]s.
    pub filled: u64,
}

/// Who has these identifiers?
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MatchRequest {
    /// [`prefix`]es of fingerprints by kind, ascending and distinct.
    pub prefixes: [Vec<u32>; 3],
}

/// The answer to a [`MatchRequest`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MatchAnswer {
    /// Names of the tags in `tag_sets`.
    pub tags: Vec<String>,
    /// Distinct sets, as ascending positions in `tags`.
    pub tag_sets: Vec<Vec<u32>>,
    /// The contacts found, each once, ascending by id.
    pub contacts: Vec<Found>,
    /// By kind, ascending. A prefix that nobody has is absent.
    pub found: [Vec<Holder>; 3],
}

/// A contact that has an identifier whose fingerprint has a prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Holder {
    /// Position in the request's prefixes.
    pub asked: u32,
    /// The other half of the fingerprint.
    pub rest: u32,
    /// Position in [`MatchAnswer::contacts`].
    pub contact: u32,
}

impl Lookup {
    /// Reads the bytes of one request. The bounds' items are fingerprints.
    pub fn decode(bytes: &[u8], bounds: Bounds) -> Result<Self, WireError> {
        if is_kind(Kind::CompareRequest, bytes) {
            CompareRequest::decode(bytes, bounds).map(Self::Compare)
        } else {
            MatchRequest::decode(bytes, bounds).map(Self::Match)
        }
    }

    /// How many fingerprints it asks for.
    pub fn prints(&self) -> usize {
        match self {
            Self::Compare(request) => request.asked.iter().map(Vec::len).sum(),
            Self::Match(request) => request.prefixes.iter().map(Vec::len).sum(),
        }
    }
}

impl CompareRequest {
    /// The asked fields that aren't in a set, with their [`field_bit`]s.
    pub fn others(&self, mask: &[u32]) -> impl Iterator<Item = (u64, &str)> {
        let fields = self.fields.iter().enumerate();
        fields
            .filter(|&(at, _)| mask.binary_search(&(at as u32)).is_err())
            .map(|(at, field)| (field_bit(at), field.as_str()))
    }

    /// The message's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::new(Kind::CompareRequest);
        writer.names(&self.fields);
        writer.sets(&self.masks);
        for asked in &self.asked {
            writer.count(asked.len());
            let (prefixes, masks): (Vec<u32>, Vec<u32>) =
                asked.iter().map(|asked| (asked.prefix, asked.mask)).unzip();
            writer.ascending(&prefixes);
            writer.numbers(&masks);
        }
        writer.finish()
    }

    /// Reads the bytes of one message. The bounds' items are fingerprints, and the members of sets.
    pub fn decode(bytes: &[u8], bounds: Bounds) -> Result<Self, WireError> {
        let mut reader = Reader::open(Kind::CompareRequest, bytes, bounds)?;
        let fields = reader.names()?;
        let masks = reader.sets(fields.len())?;
        let mut all = [const { Vec::new() }; 3];
        for asked in &mut all {
            let count = reader.items()?;
            let prefixes = reader.ascending_smalls(count)?;
            let masks = reader.positions(count, masks.len())?;
            let pair = |(prefix, mask)| Asked { prefix, mask };
            *asked = prefixes.into_iter().zip(masks).map(pair).collect();
        }
        reader.finish()?;
        Ok(Self {
            fields,
            masks,
            asked: all,
        })
    }
}

const NOBODY: u8 = 0;
const ONE: u8 = 1;
const UNCLEAR: u8 = 2;

impl CompareAnswer {
    /// The message's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::new(Kind::CompareAnswer);
        writer.raw(&self.hash_key);
        writer.tags(&self.tags, &self.tag_sets);
        for found in &self.found {
            let state = |compared: &Compared| match compared {
                Compared::Nobody => NOBODY,
                Compared::One(_) => ONE,
                Compared::Unclear => UNCLEAR,
            };
            writer.count(found.len());
            writer.numbers(&found.iter().map(state).collect::<Vec<u8>>());
            let ones = found.iter().filter_map(|compared| match compared {
                Compared::One(equal) => Some(equal),
                Compared::Nobody | Compared::Unclear => None,
            });
            let contacts: Vec<Found> = ones.clone().map(|equal| equal.found).collect();
            writer.numbers(&contacts.iter().map(|found| found.id).collect::<Vec<u64>>());
            writer.versions_and_tags(&contacts);
            writer.words(ones.clone().map(|equal| equal.hash));
            writer.numbers(&ones.map(|equal| equal.filled).collect::<Vec<u64>>());
        }
        writer.finish()
    }

    /// Reads the bytes of one message. The bounds' items are fingerprints and tags.
    pub fn decode(bytes: &[u8], bounds: Bounds) -> Result<Self, WireError> {
        let mut reader = Reader::open(Kind::CompareAnswer, bytes, bounds)?;
        let hash_key = reader.key()?;
        let (tags, tag_sets) = reader.tags()?;
        let mut all = [const { Vec::new() }; 3];
        for found in &mut all {
            let count = reader.items()?;
            let states = reader.positions(count, usize::from(UNCLEAR) + 1)?;
            let many = states
                .iter()
                .filter(|&&state| state == u32::from(ONE))
                .count();
            let ids = reader.numbers(many)?;
            let contacts = reader.versions_and_tags(ids, tag_sets.len())?;
            let hashes = reader.words(many)?;
            let filled = reader.numbers(many)?;
            let mut ones = contacts.into_iter().zip(hashes).zip(filled);
            found.reserve_exact(count);
            for state in states {
                found.push(match state as u8 {
                    NOBODY => Compared::Nobody,
                    UNCLEAR => Compared::Unclear,
                    _ => match ones.next() {
                        Some(((found, hash), filled)) => Compared::One(Equal {
                            found,
                            hash,
                            filled,
                        }),
                        None => Compared::Unclear, // not reached: they were counted
                    },
                });
            }
        }
        reader.finish()?;
        Ok(Self {
            hash_key,
            tags,
            tag_sets,
            found: all,
        })
    }
}

impl MatchRequest {
    /// The message's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::new(Kind::MatchRequest);
        for prefixes in &self.prefixes {
            writer.count(prefixes.len());
            writer.ascending(prefixes);
        }
        writer.finish()
    }

    /// Reads the bytes of one message. The bounds' items are fingerprints.
    pub fn decode(bytes: &[u8], bounds: Bounds) -> Result<Self, WireError> {
        let mut reader = Reader::open(Kind::MatchRequest, bytes, bounds)?;
        let mut all = [const { Vec::new() }; 3];
        for prefixes in &mut all {
            let count = reader.items()?;
            *prefixes = reader.ascending_smalls(count)?;
        }
        reader.finish()?;
        Ok(Self { prefixes: all })
    }
}

impl MatchAnswer {
    /// The message's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::new(Kind::MatchAnswer);
        writer.tags(&self.tags, &self.tag_sets);
        writer.count(self.contacts.len());
        writer.ascending(
            &self
                .contacts
                .iter()
                .map(|found| found.id)
                .collect::<Vec<u64>>(),
        );
        writer.versions_and_tags(&self.contacts);
        for found in &self.found {
            let column = |of: fn(&Holder) -> u32| found.iter().map(of).collect::<Vec<u32>>();
            writer.count(found.len());
            writer.numbers(&column(|holder| holder.asked));
            writer.numbers(&column(|holder| holder.rest));
            writer.numbers(&column(|holder| holder.contact));
        }
        writer.finish()
    }

    /// Reads the bytes of one message. The bounds' items are contacts, finds and tags.
    pub fn decode(bytes: &[u8], bounds: Bounds) -> Result<Self, WireError> {
        let mut reader = Reader::open(Kind::MatchAnswer, bytes, bounds)?;
        let (tags, tag_sets) = reader.tags()?;
        let count = reader.items()?;
        let ids = reader.ascending(count)?;
        let contacts = reader.versions_and_tags(ids, tag_sets.len())?;
        let mut all = [const { Vec::new() }; 3];
        for found in &mut all {
            let count = reader.items()?;
            let asked = reader.smalls(count)?;
            let rest = reader.smalls(count)?;
            let of = reader.positions(count, contacts.len())?;
            let holder = |((asked, rest), contact)| Holder {
                asked,
                rest,
                contact,
            };
            *found = asked.into_iter().zip(rest).zip(of).map(holder).collect();
            check(ascends(found.iter()), "finds are not ascending")?;
        }
        reader.finish()?;
        Ok(Self {
            tags,
            tag_sets,
            contacts,
            found: all,
        })
    }
}
