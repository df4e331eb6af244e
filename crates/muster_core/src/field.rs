//! Contact fields: the standard ones, and the custom ones of a workspace.

use serde::{Deserialize, Serialize};

/// What a field holds, and so how its cells are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// The contact's own number.
    ContactId,
    /// E.164.
    Phone,
    /// Lower case, Unicode domain.
    Email,
    /// ISO 3166-1 alpha-2, upper case.
    Country,
    /// ISO 639-1, lower case.
    Language,
    /// A set of tag names that only grows.
    Tags,
    /// NFC text.
    Text,
    /// One of the field's options.
    List,
    /// `true` or `false`.
    Checkbox,
    /// A plain decimal.
    Number,
    /// An absolute http or https address.
    Url,
    /// `YYYY-MM-DD`.
    Date,
    /// `HH:MM` or `HH:MM:SS`.
    Time,
}

/// What an import may do to a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Write as the policy says.
    #[default]
    Open,
    /// Fill, never replace (opt-outs).
    OnlyWhereEmpty,
    /// Not to be mapped.
    Closed,
}

/// A field of the workspace's contacts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Field {
    /// The key in descriptions, on the wire and in storage.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// The options of a list.
    #[serde(default)]
    pub options: Vec<String>,
    /// What an import may do to it.
    #[serde(default)]
    pub rule: Rule,
}

/// The key of the field that a new contact must have.
pub const FIRST_NAME: &str = "first_name";
/// The name of a column that holds first and last names together: no field, but a target for both.
pub const FULL_NAME: &str = "full_name";
/// The key of the other half of a full name.
pub const LAST_NAME: &str = "last_name";
/// The key of the field that phones without a country code look at.
pub const COUNTRY: &str = "country";
/// The key of the tags.
pub const TAGS: &str = "tags";

/// The standard fields: key, name and type, in the order in which people expect them.
pub const STANDARD: [(&str, &str, FieldType); 8] = [
    ("contact_id", "Contact ID", FieldType::ContactId),
    (FIRST_NAME, "First Name", FieldType::Text),
    (LAST_NAME, "Last Name", FieldType::Text),
    ("phone", "Phone Number", FieldType::Phone),
    ("email", "Email", FieldType::Email),
    (COUNTRY, "Country", FieldType::Country),
    ("language", "Language", FieldType::Language),
    (TAGS, "Tags", FieldType::Tags),
];

/// The standard fields as a workspace starts with them.
///
/// ```
/// let fields = muster_core::field::standard();
/// assert_eq!(fields[3].name, "Phone Number");
/// ```
pub fn standard() -> Vec<Field> {
    STANDARD
        .iter()
        .map(|&(key, name, kind)| Field {
            key: key.into(),
            name: name.into(),
            kind,
            options: Vec::new(),
            rule: Rule::Open,
        })
        .collect()
}

/// Whether the field is one of [`STANDARD`].
pub fn is_standard(key: &str) -> bool {
    STANDARD.iter().any(|(standard, ..)| *standard == key)
}

/// Whether the field holds a name, which is shorter than other texts.
pub fn is_name(key: &str) -> bool {
    key == FIRST_NAME || key == LAST_NAME
}

/// A field by which contacts are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Identifier {
    /// The contact's own number.
    ContactId,
    /// The phone number.
    Phone,
    /// The e-mail address.
    Email,
}

impl Identifier {
    /// All of them; the position is the number on the wire.
    pub const ALL: [Self; 3] = [Self::ContactId, Self::Phone, Self::Email];

    /// The field's key, which is also the kind in a fingerprint.
    pub const fn key(self) -> &'static str {
        match self {
            Self::ContactId => "contact_id",
            Self::Phone => "phone",
            Self::Email => "email",
        }
    }

    /// The identifier with this field key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|identifier| identifier.key() == key)
    }
}
