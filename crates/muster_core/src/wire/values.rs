//! The messages by which values are fetched.

use super::bytes::{Kind, Reader, Writer};
use super::contacts::Found;
use super::texts::Texts;
use super::{Bounds, WireError};

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
    pub contacts: Vec<Found>,
    /// By asked field the values of these contacts; empty means none.
    pub values: Vec<Texts>,
}

impl ValuesRequest {
    /// The message's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::new(Kind::ValuesRequest);
        writer.names(&self.fields);
        writer.count(self.ids.len());
        writer.ascending(&self.ids);
        writer.finish()
    }

    /// Reads the bytes of one message. The bounds' items are ids.
    pub fn decode(bytes: &[u8], bounds: Bounds) -> Result<Self, WireError> {
        let mut reader = Reader::open(Kind::ValuesRequest, bytes, bounds)?;
        let fields = reader.names()?;
        let count = reader.items()?;
        let ids = reader.ascending(count)?;
        reader.finish()?;
        Ok(Self { fields, ids })
    }
}

impl ValuesAnswer {
    /// The message's bytes. A value that is missing is empty.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::new(Kind::ValuesAnswer);
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
        writer.count(self.values.len());
        for values in &self.values {
            let values = (0..self.contacts.len()).map(|at| values.get(at));
            writer.texts(&values.collect::<Vec<&str>>());
        }
        writer.finish()
    }

    /// Reads the bytes of one message. The bounds' items are values, contacts and tags.
    pub fn decode(bytes: &[u8], bounds: Bounds) -> Result<Self, WireError> {
        let mut reader = Reader::open(Kind::ValuesAnswer, bytes, bounds)?;
        let (tags, tag_sets) = reader.tags()?;
        let count = reader.items()?;
        let ids = reader.ascending(count)?;
        let contacts = reader.versions_and_tags(ids, tag_sets.len())?;
        let width = reader.items()?;
        let mut values = Vec::new();
        for _ in 0..width {
            reader.spend(count)?;
            values.push(reader.texts(count)?);
        }
        reader.finish()?;
        Ok(Self {
            tags,
            tag_sets,
            contacts,
            values,
        })
    }
}
