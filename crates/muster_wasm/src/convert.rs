//! Between the core's values and JavaScript's.

use muster_core::field::Field;
use muster_core::identity::Key;
use muster_core::import::InvalidImport;
use muster_core::limits::Limits;
use muster_core::parse::Refused;
use muster_core::wire::WireError;
use serde::{Deserialize, Serialize};
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::JsValue;

use crate::digest;

/// Why a call was refused, as `www/src/session/errors.ts` knows it.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Failure {
    Refused { refusal: Refusal },
    Invalid { message: String },
    Other { message: String },
}

/// The refusal of a whole file.
#[derive(Debug, Serialize)]
pub(crate) struct Refusal {
    code: &'static str,
    kind: Option<&'static str>,
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        Self::Refused {
            refusal: Refusal {
                code: refused.code.slug(),
                kind: refused.kind,
            },
        }
    }
}

impl From<InvalidImport> for Failure {
    fn from(InvalidImport(message): InvalidImport) -> Self {
        Self::Invalid { message }
    }
}

impl From<WireError> for Failure {
    fn from(error: WireError) -> Self {
        Self::other(&error)
    }
}

impl Failure {
    pub(crate) fn other(error: &impl ToString) -> Self {
        Self::Other {
            message: error.to_string(),
        }
    }
}

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> Self {
        give(&failure).unwrap_or_else(|error| error)
    }
}

/// Plain objects, as JSON would give them.
pub(crate) fn give(value: &(impl Serialize + ?Sized)) -> Result<JsValue, JsValue> {
    Ok(value.serialize(&Serializer::json_compatible())?)
}

/// What the server says of the workspace, as far as the core has to know it.
#[derive(Debug, Deserialize)]
pub(crate) struct Workspace {
    pub(crate) limits: Limits,
    fingerprint_key: String,
    fields: Vec<Field>,
    tags: Vec<Tag>,
}

#[derive(Debug, Deserialize)]
struct Tag {
    name: String,
}

impl Workspace {
    pub(crate) fn into_core(self) -> Result<muster_core::session::Workspace, Failure> {
        let key: Key = digest::key(&self.fingerprint_key)
            .ok_or_else(|| Failure::other(&"the fingerprint key is not 32 hexadecimal digits"))?;
        Ok(muster_core::session::Workspace {
            key,
            fields: self.fields,
            tags: self.tags.into_iter().map(|tag| tag.name).collect(),
        })
    }
}
