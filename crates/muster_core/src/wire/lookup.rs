//! The messages of looking up: which contacts have these identifiers, and what do they hold?

use super::bytes::{Kind, Reader, Writer, ascends};
use super::{Bounds, WireError};

/// Which contacts have these identifiers? `POST /contacts/match`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MatchRequest {
    /// Keys of the asked fields, in the order in which they are hashed.
    pub fields: Vec<String>,
    /// Fingerprints, ascending and distinct, by kind ([`crate::field::Identifier::ALL`]).
    pub prints: [Vec<u64>; 3],
}

/// The answer to a [`MatchRequest`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MatchAnswer {
    /// The key of this answer's hashes, freshly drawn.
    pub hash_key: [u8; 16],
    /// Names of the tags in `tag_sets`.
    pub tags: Vec<String>,
    /// Distinct sets, as ascending positions in `tags`.
    pub tag_sets: Vec<Vec<u32>>,
    /// The contacts found, each once, ascending by id.
    pub contacts: Vec<MatchedContact>,
    /// By kind: (position in the request's prints, position in `contacts`), ascending. A print that nobody has is absent.
    pub found: [Vec<(u32, u32)>; 3],
}

/// A contact in a [`MatchAnswer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatchedContact {
    /// The contact's id.
    pub id: u64,
    /// Rises with every change.
    pub version: u32,
    /// Position in [`MatchAnswer::tag_sets`].
    pub tag_set: u32,
    /// [`crate::identity::fields_hash`] over the asked fields, empty ones included.
    pub hash: u64,
}

/// What do these contacts hold? `POST /contacts/values`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValuesRequest {
    /// Keys of the asked fields.
    pub fields: Vec<String>,
    /// Contact ids, ascending and distinct.
    pub ids: Vec<u64>,
}

/// The answer to a [`ValuesRequest`]. Contacts that are gone by now are absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValuesAnswer {
    /// Names of the tags in `tag_sets`.
    pub tags: Vec<String>,
    /// Distinct sets, as ascending positions in `tags`.
    pub tag_sets: Vec<Vec<u32>>,
    /// The contacts, ascending by id.
    pub contacts: Vec<ContactValues>,
}

/// A contact in a [`ValuesAnswer`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactValues {
    /// The contact's id.
    pub id: u64,
    /// Its version when the values were read.
    pub version: u32,
    /// Position in [`ValuesAnswer::tag_sets`].
    pub tag_set: u32,
    /// Values in the request's order of fields; empty means none.
    pub values: Vec<String>,
}

impl MatchRequest {
    /// The message's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::new(Kind::MatchRequest);
        writer.texts(&self.fields);
        for prints in &self.prints {
            writer.count(prints.len());
            for &print in prints {
                writer.word(print);
            }
        }
        writer.finish()
    }

    /// Reads the bytes of one message. The bounds' items are fingerprints.
    pub fn decode(bytes: &[u8], bounds: Bounds) -> Result<Self, WireError> {
        let mut reader = Reader::open(Kind::MatchRequest, bytes, bounds)?;
        let fields = reader.texts()?;
        let mut prints = [const { Vec::new() }; 3];
        for prints in &mut prints {
            let count = reader.items(8)?;
            *prints = reader.many(count, Reader::word)?;
            check(
                ascends(prints.iter()),
                "fingerprints are not ascending and distinct",
            )?;
        }
        reader.finish()?;
        Ok(Self { fields, prints })
    }
}

impl MatchAnswer {
    /// The message's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::new(Kind::MatchAnswer);
        writer.raw(&self.hash_key);
        write_tags(&mut writer, &self.tags, &self.tag_sets);
        writer.count(self.contacts.len());
        for contact in &self.contacts {
            writer.number(contact.id);
            writer.number(contact.version);
            writer.number(contact.tag_set);
            writer.word(contact.hash);
        }
        for found in &self.found {
            writer.count(found.len());
            for &(print, contact) in found {
                writer.number(print);
                writer.number(contact);
            }
        }
        writer.finish()
    }

    /// Reads the bytes of one message. The bounds' items are contacts and finds together.
    pub fn decode(bytes: &[u8], bounds: Bounds) -> Result<Self, WireError> {
        let mut reader = Reader::open(Kind::MatchAnswer, bytes, bounds)?;
        let hash_key = reader.key()?;
        let (tags, tag_sets) = read_tags(&mut reader)?;
        let count = reader.items(11)?;
        let contacts = reader.many(count, |reader| {
            Ok(MatchedContact {
                id: reader.number()?,
                version: reader.small()?,
                tag_set: reader.small()?,
                hash: reader.word()?,
            })
        })?;
        check_contacts(
            contacts.iter().map(|contact| (contact.id, contact.tag_set)),
            &tag_sets,
        )?;
        let mut found = [const { Vec::new() }; 3];
        for found in &mut found {
            let count = reader.items(2)?;
            *found = reader.many(count, |reader| Ok((reader.small()?, reader.small()?)))?;
            check(ascends(found.iter()), "finds are not ascending")?;
            let known = |&(_, contact): &(u32, u32)| (contact as usize) < contacts.len();
            check(found.iter().all(known), "a find names no contact")?;
        }
        reader.finish()?;
        Ok(Self {
            hash_key,
            tags,
            tag_sets,
            contacts,
            found,
        })
    }
}

impl ValuesRequest {
    /// The message's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::new(Kind::ValuesRequest);
        writer.texts(&self.fields);
        writer.count(self.ids.len());
        for &id in &self.ids {
            writer.number(id);
        }
        writer.finish()
    }

    /// Reads the bytes of one message. The bounds' items are ids.
    pub fn decode(bytes: &[u8], bounds: Bounds) -> Result<Self, WireError> {
        let mut reader = Reader::open(Kind::ValuesRequest, bytes, bounds)?;
        let fields = reader.texts()?;
        let count = reader.items(1)?;
        let ids = reader.many(count, Reader::number)?;
        check(ascends(ids.iter()), "ids are not ascending and distinct")?;
        reader.finish()?;
        Ok(Self { fields, ids })
    }
}

impl ValuesAnswer {
    /// The message's bytes. Every contact has as many values as the first one: a missing one is empty.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::new(Kind::ValuesAnswer);
        write_tags(&mut writer, &self.tags, &self.tag_sets);
        let width = self
            .contacts
            .first()
            .map_or(0, |contact| contact.values.len());
        writer.count(width);
        writer.count(self.contacts.len());
        for contact in &self.contacts {
            writer.number(contact.id);
            writer.number(contact.version);
            writer.number(contact.tag_set);
            for slot in 0..width {
                writer.text(contact.values.get(slot).map_or("", String::as_str));
            }
        }
        writer.finish()
    }

    /// Reads the bytes of one message. The bounds' items are contacts.
    pub fn decode(bytes: &[u8], bounds: Bounds) -> Result<Self, WireError> {
        let read = ReadValues::decode(bytes, bounds)?;
        let contact = |(at, &(id, version, tag_set)): (usize, &(u64, u32, u32))| ContactValues {
            id,
            version,
            tag_set,
            values: read.of(at).iter().copied().map(String::from).collect(),
        };
        Ok(Self {
            contacts: read.contacts.iter().enumerate().map(contact).collect(),
            tags: read.tags,
            tag_sets: read.tag_sets,
        })
    }
}

/// A [`ValuesAnswer`] as it is read: the values stay where they are in the message.
pub(crate) struct ReadValues<'a> {
    pub(crate) tags: Vec<String>,
    pub(crate) tag_sets: Vec<Vec<u32>>,
    /// Values of each contact.
    pub(crate) width: usize,
    /// Id, version and set of tags.
    pub(crate) contacts: Vec<(u64, u32, u32)>,
    values: Vec<&'a str>,
}

impl<'a> ReadValues<'a> {
    /// Reads the bytes of one message. The bounds' items are contacts.
    pub(crate) fn decode(bytes: &'a [u8], bounds: Bounds) -> Result<Self, WireError> {
        let mut reader = Reader::open(Kind::ValuesAnswer, bytes, bounds)?;
        let (tags, tag_sets) = read_tags(&mut reader)?;
        let width = reader.count(0)?;
        let count = reader.items(width.saturating_add(3))?;
        // Every value takes a byte at least: there are no more of them than the message has bytes.
        let mut values = Vec::with_capacity(count * width);
        let contacts = reader.many(count, |reader| {
            let contact = (reader.number()?, reader.small()?, reader.small()?);
            for _ in 0..width {
                values.push(reader.text()?);
            }
            Ok(contact)
        })?;
        check_contacts(contacts.iter().map(|&(id, _, set)| (id, set)), &tag_sets)?;
        reader.finish()?;
        Ok(Self {
            tags,
            tag_sets,
            width,
            contacts,
            values,
        })
    }

    /// The values of the contact at a position.
    pub(crate) fn of(&self, contact: usize) -> &[&'a str] {
        let start = contact * self.width;
        &self.values[start..start + self.width]
    }
}

fn write_tags(writer: &mut Writer, tags: &[String], tag_sets: &[Vec<u32>]) {
    writer.texts(tags);
    writer.count(tag_sets.len());
    for set in tag_sets {
        writer.count(set.len());
        for &tag in set {
            writer.number(tag);
        }
    }
}

fn read_tags(reader: &mut Reader<'_>) -> Result<(Vec<String>, Vec<Vec<u32>>), WireError> {
    let tags: Vec<String> = reader.texts()?;
    let count = reader.count(1)?;
    let tag_sets = reader.many(count, |reader| {
        let count = reader.count(1)?;
        let set = reader.many(count, Reader::small)?;
        check(ascends(set.iter()), "a tag set is not ascending")?;
        let known = set.last().is_none_or(|&tag| (tag as usize) < tags.len());
        check(known, "a tag set names no tag")?;
        Ok(set)
    })?;
    Ok((tags, tag_sets))
}

fn check_contacts(
    contacts: impl Iterator<Item = (u64, u32)> + Clone,
    tag_sets: &[Vec<u32>],
) -> Result<(), WireError> {
    let known = |(_, set)| (set as usize) < tag_sets.len();
    check(
        contacts.clone().all(known),
        "a contact names no set of tags",
    )?;
    check(
        ascends(contacts.map(|(id, _)| id)),
        "contacts are not ascending by id",
    )
}

fn check(holds: bool, sentence: &'static str) -> Result<(), WireError> {
    if holds {
        Ok(())
    } else {
        Err(WireError::Malformed(sentence))
    }
}
