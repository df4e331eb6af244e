//! Routes of the process, the workspace and its contacts.

use actix_web::web::{delete, get, patch, post};
use muster_core::field::Field;

use super::super::{changes, contacts, demo, fields, health, workspace};
use super::{LIMIT, Operation, Parameter, Who, header, query};
use crate::error::Code::*;
use crate::openapi::{Body, json};

const SEARCH: Parameter = query(
    "search",
    "string",
    "A part of a name, a phone or an e-mail address.",
);
const TAG: Parameter = query("tag", "string", "The name of a tag that they have.");
const IMPORT: Parameter = query(
    "import",
    "integer",
    "The import that created or changed them.",
);
const AFTER: Parameter = query("after", "integer", "The cursor: `next` of the page before.");

/// Routes of the process, the workspace and its contacts.
pub(super) const OPERATIONS: &[Operation] = &[
    Operation::new(
        || get().to(health::live),
        "GET",
        "/health/live",
        Who::Anybody,
        "live",
        "The process answers.",
    )
    .gives(&[(200, Body::Text)]),
    Operation::new(
        || get().to(health::ready),
        "GET",
        "/health/ready",
        Who::Anybody,
        "ready",
        "The database answers, too.",
    )
    .gives(&[(200, Body::Text)])
    .refuses(&[Busy]),
    Operation::new(
        || get().to(crate::openapi::serve),
        "GET",
        "/openapi.json",
        Who::Anybody,
        "openapi",
        "This document.",
    )
    .gives(&[(200, Body::Other("application/json"))]),
    Operation::new(
        || get().to(workspace::get),
        "GET",
        "/api/v1/workspace",
        Who::Person,
        "getWorkspace",
        "What an import needs to know of the workspace. An agent gets its name and the role only.",
    )
    .gives(&[(200, json::<workspace::View>())]),
    Operation::new(
        || post().to(contacts::lookup::find),
        "POST",
        "/api/v1/contacts/match",
        Who::Member,
        "matchContacts",
        "Finds contacts by fingerprints of their identifiers: ids, versions, tag sets, hashes of the asked fields.",
    )
    .takes(Body::Binary)
    .gives(&[(200, Body::Binary)])
    .refuses(&[FieldsChanged, ClientOutdated, LookupsUsedUp]),
    Operation::new(
        || post().to(contacts::lookup::values),
        "POST",
        "/api/v1/contacts/values",
        Who::Member,
        "readValues",
        "Gives the asked fields of contacts by their ids.",
    )
    .takes(Body::Binary)
    .gives(&[(200, Body::Binary)])
    .refuses(&[FieldsChanged, ClientOutdated]),
    Operation::new(
        || get().to(contacts::list),
        "GET",
        "/api/v1/contacts",
        Who::Member,
        "listContacts",
        "Contacts in the order of their ids, a page at a time.",
    )
    .reads(&[SEARCH, TAG, IMPORT, AFTER, LIMIT])
    .gives(&[(200, json::<contacts::Page>())])
    .refuses(&[BadRequest, NotFound]),
    Operation::new(
        || get().to(contacts::export::get),
        "GET",
        "/api/v1/contacts.csv",
        Who::Member,
        "exportContacts",
        "Contacts as a file that the importer reads back unchanged.",
    )
    .reads(&[SEARCH, TAG, IMPORT, AFTER])
    .gives(&[(200, Body::Csv)])
    .refuses(&[BadRequest, NotFound]),
    Operation::new(
        || post().to(contacts::create),
        "POST",
        "/api/v1/contacts",
        Who::Member,
        "createContact",
        "Stores a new contact.",
    )
    .takes(json::<contacts::Change>())
    .gives(&[(201, json::<contacts::View>())])
    .refuses(&[ContactInvalid]),
    Operation::new(
        || get().to(contacts::get),
        "GET",
        "/api/v1/contacts/{id}",
        Who::Member,
        "getContact",
        "A contact. Its version is the ETag.",
    )
    .gives(&[(200, json::<contacts::View>())]),
    Operation::new(
        || patch().to(contacts::change),
        "PATCH",
        "/api/v1/contacts/{id}",
        Who::Member,
        "changeContact",
        "Changes the named fields, null clears; the tags become those that are named.",
    )
    .reads(&[header("If-Match", true, "The version that was read.")])
    .takes(json::<contacts::Change>())
    .gives(&[(200, json::<contacts::View>())])
    .refuses(&[VersionMismatch, VersionRequired, ContactInvalid]),
    Operation::new(
        || delete().to(contacts::delete::delete),
        "DELETE",
        "/api/v1/contacts/{id}",
        Who::Member,
        "deleteContact",
        "Deletes a contact, and what the journals and results of imports hold of it.",
    )
    .gives(&[(204, Body::Empty)]),
    Operation::new(
        || get().to(changes::get),
        "GET",
        "/api/v1/changes",
        Who::Member,
        "listChanges",
        "What happened to contacts after the cursor, in its order, for seven days. Without a cursor, that of now; 0 is the beginning.",
    )
    .reads(&[
        query("after", "string", "The cursor: `next` of the page before, or that of a change."),
        LIMIT,
    ])
    .gives(&[(200, json::<changes::Page>())])
    .refuses(&[BadRequest, ChangesExpired]),
    Operation::new(
        || post().to(fields::create),
        "POST",
        "/api/v1/fields",
        Who::Member,
        "createField",
        "Creates a custom field of contacts.",
    )
    .takes(json::<fields::New>())
    .gives(&[(201, json::<Field>())])
    .refuses(&[FieldExists, FieldInvalid]),
    Operation::new(
        || patch().to(fields::change),
        "PATCH",
        "/api/v1/fields/{key}",
        Who::Member,
        "changeField",
        "Changes a field's name, options or rule; of a standard one the rule only.",
    )
    .takes(json::<fields::Change>())
    .gives(&[(200, json::<Field>())])
    .refuses(&[InUse, FieldInvalid]),
    Operation::new(
        || delete().to(fields::delete),
        "DELETE",
        "/api/v1/fields/{key}",
        Who::Member,
        "deleteField",
        "Deletes a custom field of which no contact has a value.",
    )
    .gives(&[(204, Body::Empty)])
    .refuses(&[InUse]),
    Operation::new(
        || patch().to(fields::rename_tag),
        "PATCH",
        "/api/v1/tags/{id}",
        Who::Member,
        "renameTag",
        "Gives a tag another name.",
    )
    .takes(json::<fields::TagChange>())
    .gives(&[(204, Body::Empty)])
    .refuses(&[FieldExists, FieldInvalid]),
    Operation::new(
        || delete().to(fields::delete_tag),
        "DELETE",
        "/api/v1/tags/{id}",
        Who::Member,
        "deleteTag",
        "Deletes a tag that no contact has.",
    )
    .gives(&[(204, Body::Empty)])
    .refuses(&[InUse]),
    Operation::new(
        || get().to(demo::token),
        "GET",
        "/demo/token",
        Who::Anybody,
        "demoToken",
        "A token for whoever is on this machine.",
    )
    .reads(&[Parameter {
        required: true,
        ..query("role", "string", "owner, manager or agent.")
    }])
    .gives(&[(200, Body::Text)])
    .refuses(&[BadRequest])
    .in_demo(),
];
