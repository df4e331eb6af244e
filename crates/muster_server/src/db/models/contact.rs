//! Contacts, as they are stored.

use std::borrow::Cow;
use std::collections::BTreeMap;

use diesel::prelude::*;
use muster_core::field::Identifier;
use muster_core::identity::{Key, fingerprint};

use super::super::dialect::{self, Rewrite};
use super::super::schema::contacts;
use super::super::{Connection, DbError, WorkspaceId, on_backend, signed};

/// A contact. An empty text is no value.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, QueryableByName)]
#[diesel(table_name = contacts)]
#[diesel(treat_none_as_default_value = false)]
pub struct Contact {
    /// Never used again.
    pub id: i64,
    /// Its tenant.
    pub workspace_id: i64,
    /// Rises with every change.
    pub version: i32,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E.164.
    pub phone: String,
    /// Lower case.
    pub email: String,
    /// Alpha-2.
    pub country: String,
    /// ISO 639-1.
    pub language: String,
    /// Values of custom fields by key, as JSON.
    pub custom: String,
    /// Fingerprint of the id.
    pub id_print: i64,
    /// Fingerprint of the phone.
    pub phone_print: Option<i64>,
    /// Fingerprint of the address.
    pub email_print: Option<i64>,
    /// The import that created it.
    pub created_by: Option<i64>,
    /// The import that wrote its phone.
    pub phone_by: Option<i64>,
    /// The import that wrote its address.
    pub email_by: Option<i64>,
}

impl Contact {
    /// A contact without values.
    pub fn new(workspace: WorkspaceId, key: &Key, id: i64, import: Option<i64>) -> Self {
        Self {
            id,
            workspace_id: workspace.0,
            version: 1,
            first_name: String::new(),
            last_name: String::new(),
            phone: String::new(),
            email: String::new(),
            country: String::new(),
            language: String::new(),
            custom: "{}".into(),
            id_print: signed(fingerprint(key, Identifier::ContactId, &id.to_string())),
            phone_print: None,
            email_print: None,
            created_by: import,
            phone_by: None,
            email_by: None,
        }
    }

    /// The value of a field; empty for none.
    pub fn value(&self, field: &str) -> Result<Cow<'_, str>, DbError> {
        Ok(match field {
            "contact_id" => self.id.to_string().into(),
            "first_name" => self.first_name.as_str().into(),
            "last_name" => self.last_name.as_str().into(),
            "phone" => self.phone.as_str().into(),
            "email" => self.email.as_str().into(),
            "country" => self.country.as_str().into(),
            "language" => self.language.as_str().into(),
            _ if self.custom == "{}" => "".into(),
            custom => self
                .custom_values()?
                .remove(custom)
                .unwrap_or_default()
                .into(),
        })
    }

    /// The values of custom fields.
    pub fn custom_values(&self) -> Result<BTreeMap<String, String>, DbError> {
        serde_json::from_str(&self.custom).map_err(|error| DbError::Stored(error.to_string()))
    }

    /// Sets several fields; empty clears. Fingerprints follow; `import` is the one that writes.
    pub fn set<'v>(
        &mut self,
        key: &Key,
        import: Option<i64>,
        values: impl IntoIterator<Item = (&'v str, &'v str)>,
    ) -> Result<(), DbError> {
        let mut custom: Option<BTreeMap<String, String>> = None;
        for (field, value) in values {
            match field {
                "first_name" => self.first_name = value.into(),
                "last_name" => self.last_name = value.into(),
                "country" => self.country = value.into(),
                "language" => self.language = value.into(),
                "phone" => {
                    self.phone = value.into();
                    self.phone_print = print_of(key, Identifier::Phone, value);
                    self.phone_by = import;
                }
                "email" => {
                    self.email = value.into();
                    self.email_print = print_of(key, Identifier::Email, value);
                    self.email_by = import;
                }
                other => {
                    let values = match &mut custom {
                        Some(values) => values,
                        none => none.insert(self.custom_values()?),
                    };
                    if value.is_empty() {
                        values.remove(other);
                    } else {
                        values.insert(other.into(), value.into());
                    }
                }
            }
        }
        if let Some(values) = custom {
            self.custom = serde_json::to_string(&values)
                .map_err(|error| DbError::Stored(error.to_string()))?;
        }
        Ok(())
    }
}

/// The fingerprint that is stored for a value.
pub fn print_of(key: &Key, kind: Identifier, value: &str) -> Option<i64> {
    (!value.is_empty()).then(|| signed(fingerprint(key, kind, value)))
}

/// Adds a contact.
pub fn insert(connection: &mut Connection, contact: &Contact) -> QueryResult<()> {
    dialect::insert_contacts(connection, std::slice::from_ref(contact))
}

/// How many there are.
pub fn count(connection: &mut Connection, workspace: WorkspaceId) -> QueryResult<i64> {
    let query = contacts::table.filter(contacts::workspace_id.eq(workspace.0));
    on_backend!(connection => query.count().get_result(connection))
}

/// Several contacts, ascending by id. Ids that are gone are absent.
pub fn load(
    connection: &mut Connection,
    workspace: WorkspaceId,
    ids: &[i64],
) -> QueryResult<Vec<Contact>> {
    dialect::contacts_of(connection, workspace, ids)
}

/// Writes a contact whose version still is what it was, and raises that. Whether it was.
pub fn update(
    connection: &mut Connection,
    mut contact: Contact,
    prints_changed: bool,
) -> QueryResult<bool> {
    let base = contact.version;
    contact.version += 1;
    let workspace = WorkspaceId(contact.workspace_id);
    let rewrite = Rewrite {
        base,
        contact,
        prints_changed,
    };
    Ok(dialect::rewrite_contacts(connection, workspace, &[rewrite])? == 1)
}

/// Which contacts are wanted; by default all.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// A part of a name, a phone or an address.
    pub text: String,
    /// A tag that they have.
    pub tag: Option<i64>,
    /// Those that they are among.
    pub ids: Option<Vec<i64>>,
}

/// Some contacts that the filter leaves, ascending by id, after `after`.
pub fn search(
    connection: &mut Connection,
    workspace: WorkspaceId,
    filter: &Filter,
    after: i64,
    limit: i64,
) -> QueryResult<Vec<Contact>> {
    // No text holds a NUL, and to neither database it can be named.
    if filter.text.contains('\0') {
        return Ok(Vec::new());
    }
    let pattern = format!("%{}%", escape(&filter.text));
    dialect::search_contacts(connection, workspace, &pattern, filter, after, limit)
}

/// The contacts that the import created.
pub fn created_by(
    connection: &mut Connection,
    workspace: WorkspaceId,
    import: i64,
) -> QueryResult<Vec<i64>> {
    let query = contacts::table
        .filter(contacts::workspace_id.eq(workspace.0))
        .filter(contacts::created_by.eq(import))
        .order(contacts::id)
        .select(contacts::id);
    on_backend!(connection => query.load(connection))
}

/// The text as a part of a pattern that means itself.
pub(super) fn escape(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_")
}
