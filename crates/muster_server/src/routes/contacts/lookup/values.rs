//! What a contact holds, field by field.

use std::borrow::{Borrow, Cow};
use std::collections::BTreeMap;

use muster_core::field::is_standard;
use serde::Deserialize;

use crate::db::DbError;
use crate::db::models::contact::Contact;

/// The values of a contact: those of custom fields are unpacked once, and most need no memory of their own.
pub(super) struct Values<'c> {
    contact: &'c Contact,
    custom: BTreeMap<Text<'c>, Text<'c>>,
}

#[derive(PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Text<'c>(#[serde(borrow)] Cow<'c, str>);

impl Borrow<str> for Text<'_> {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl<'c> Values<'c> {
    pub(super) fn new(contact: &'c Contact) -> Result<Self, DbError> {
        let custom = match contact.custom.as_str() {
            "{}" => BTreeMap::new(),
            custom => {
                serde_json::from_str(custom).map_err(|error| DbError::Stored(error.to_string()))?
            }
        };
        Ok(Self { contact, custom })
    }

    /// The value of a field; empty for none.
    pub(super) fn get(&self, field: &str) -> Result<Cow<'_, str>, DbError> {
        match self.custom.get(field) {
            Some(Text(value)) => Ok(Cow::Borrowed(value)),
            None if is_standard(field) => self.contact.value(field),
            None => Ok(Cow::Borrowed("")),
        }
    }
}
