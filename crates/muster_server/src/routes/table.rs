//! THE table of routes: method, address, who may, what it takes, gives and refuses. The routes themselves, the OpenAPI
//! document and the tests of who may do what are derived from it, so that none of them can lack one.

mod contacts;
mod imports;

use actix_web::Route;

use crate::error::Code::{self, *};
use crate::openapi::Body;

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
#[derive(Clone, Copy)]
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
pub const OPERATIONS: &[Operation] = &join::<
    { contacts::OPERATIONS.len() + imports::OPERATIONS.len() },
>(contacts::OPERATIONS, imports::OPERATIONS);

const fn join<const ALL: usize>(some: &[Operation], others: &[Operation]) -> [Operation; ALL] {
    let mut all = [some[0]; ALL];
    let mut at = 0;
    while at < ALL {
        all[at] = if at < some.len() {
            some[at]
        } else {
            others[at - some.len()]
        };
        at += 1;
    }
    all
}
