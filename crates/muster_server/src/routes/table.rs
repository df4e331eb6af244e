//! THE table of routes: method, address, who may, what it takes, gives and refuses. The routes themselves, the OpenAPI
//! document and the tests of who may do what are derived from it, so that none of them can lack one.

use actix_web::Route;
use actix_web::web::{delete, get, patch, post, put};

use super::{contacts, demo, health, imports, workspace};
use crate::error::Code::{self, *};
use crate::openapi::{Body, json};

/// Who may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everybody, without a token.
    Anybody,
    /// Whoever has a valid token.
    Person,
    /// Owners and Managers.
    Member,
}

/// What stands in an address or a header besides.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// `query` or `header`.
    pub place: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// The JSON type of its value.
    pub kind: &'static str,
    /// What it says.
    pub says: &'static str,
}

/// A route.
pub struct Operation {
    /// The HTTP method.
    pub method: &'static str,
    /// The address, with the names of its variable parts in braces.
    pub path: &'static str,
    /// Who may.
    pub who: Who,
    /// What programs call it.
    pub name: &'static str,
    /// What it does.
    pub does: &'static str,
    /// What it reads of query and headers.
    pub parameters: &'static [Parameter],
    /// The body that it takes.
    pub takes: Option<Body>,
    /// The answers of success.
    pub gives: &'static [(u16, Body)],
    /// The refusals that are its own; [`Operation::refusals`] gives all.
    pub own: &'static [Code],
    /// Whether it is there in the demo only.
    pub demo: bool,
    pub(super) route: fn() -> Route,
}

impl Operation {
    const fn new(
        route: fn() -> Route,
        method: &'static str,
        path: &'static str,
        who: Who,
        name: &'static str,
        does: &'static str,
    ) -> Self {
        Self {
            method,
            path,
            who,
            name,
            does,
            parameters: &[],
            takes: None,
            gives: &[],
            own: &[],
            demo: false,
            route,
        }
    }

    const fn reads(mut self, parameters: &'static [Parameter]) -> Self {
        self.parameters = parameters;
        self
    }

    const fn takes(mut self, body: Body) -> Self {
        self.takes = Some(body);
        self
    }

    const fn gives(mut self, answers: &'static [(u16, Body)]) -> Self {
        self.gives = answers;
        self
    }

    const fn refuses(mut self, own: &'static [Code]) -> Self {
        self.own = own;
        self
    }

    const fn in_demo(mut self) -> Self {
        self.demo = true;
        self
    }

    /// Every refusal, its own and those that follow from what it is.
    pub fn refusals(&self) -> Vec<Code> {
        let mut all = vec![OriginForbidden, HeadTooLarge];
        if self.who != Who::Anybody {
            all.extend([Unauthorized, Forbidden, RateLimited, Internal, Busy]);
        }
        if self.path.contains('{') {
            all.push(NotFound);
        }
        if self.takes.is_some() {
            all.extend([BadRequest, BodyTimeout, TooLarge, EncodingUnsupported]);
        }
        all.extend(self.own);
        all.sort_by_key(|code| (code.status(), code.slug()));
        all.dedup();
        all
    }
}

const fn query(name: &'static str, kind: &'static str, says: &'static str) -> Parameter {
    Parameter {
        name,
        place: "query",
        required: false,
        kind,
        says,
    }
}

const fn header(name: &'static str, required: bool, says: &'static str) -> Parameter {
    Parameter {
        name,
        place: "header",
        required,
        kind: "string",
        says,
    }
}

const LIMIT: Parameter = query("limit", "integer", "How many, at most.");

/// Every route there is.
pub const OPERATIONS: &[Operation] = &[
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
    .reads(&[
        query("search", "string", "A part of a name, a phone or an e-mail address."),
        query("after", "integer", "The cursor: `next` of the page before."),
        LIMIT,
    ])
    .gives(&[(200, json::<contacts::Page>())])
    .refuses(&[BadRequest]),
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
        || get().to(imports::list),
        "GET",
        "/api/v1/imports",
        Who::Member,
        "listImports",
        "The history, newest first, a page at a time.",
    )
    .reads(&[
        query("after", "integer", "The cursor: `next` of the page before."),
        LIMIT,
    ])
    .gives(&[(200, json::<imports::Page>())])
    .refuses(&[BadRequest]),
    Operation::new(
        || post().to(imports::open),
        "POST",
        "/api/v1/imports",
        Who::Member,
        "openImport",
        "Opens an import: its batches may come.",
    )
    .reads(&[header(
        "Idempotency-Key",
        false,
        "The same key opens one import, however often it is sent.",
    )])
    .takes(json::<imports::Open>())
    .gives(&[(201, json::<imports::view::View>())])
    .refuses(&[
        ClientOutdated,
        StorageFull,
        ImportInvalid,
        KeyReused,
        UploadsFull,
    ]),
    Operation::new(
        || get().to(imports::get),
        "GET",
        "/api/v1/imports/{id}",
        Who::Member,
        "getImport",
        "An import, with its progress and details.",
    )
    .gives(&[(200, json::<imports::view::Details>())]),
    Operation::new(
        || delete().to(imports::delete),
        "DELETE",
        "/api/v1/imports/{id}",
        Who::Member,
        "deleteImport",
        "Cancels an import before its commit; nothing of it stays.",
    )
    .gives(&[(204, Body::Empty)])
    .refuses(&[ImportCommitted]),
    Operation::new(
        || put().to(imports::batches::put),
        "PUT",
        "/api/v1/imports/{id}/batches/{n}",
        Who::Member,
        "putBatch",
        "Stores a batch: 201. The same bytes again: 200.",
    )
    .takes(Body::Binary)
    .gives(&[(200, Body::Empty), (201, Body::Empty)])
    .refuses(&[
        ClientOutdated,
        FieldsChanged,
        ImportCommitted,
        ImportEnded,
        StorageFull,
        BatchInvalid,
        BatchDiffers,
    ]),
    Operation::new(
        || post().to(imports::commit::post),
        "POST",
        "/api/v1/imports/{id}/commit",
        Who::Member,
        "commitImport",
        "Ends the upload: from here the server owns the import. The same again is answered alike.",
    )
    .takes(json::<imports::commit::Commit>())
    .gives(&[(202, json::<imports::view::View>())])
    .refuses(&[
        BatchesMissing,
        FieldsChanged,
        ImportCommitted,
        ImportEnded,
        RowsMismatch,
        TooManyNewTags,
        DigestMismatch,
    ]),
    Operation::new(
        || get().to(imports::results::get),
        "GET",
        "/api/v1/imports/{id}/results.csv",
        Who::Member,
        "downloadResults",
        "What became of every row, for seven days after the end.",
    )
    .gives(&[(200, Body::Csv)])
    .refuses(&[ResultsPending, ResultsExpired]),
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
