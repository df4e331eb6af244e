//! Every route gives every answer that the document says it may give, and (as each answer of every test is held against
//! the document) no other.

#![expect(
    clippy::unwrap_used,
    reason = "a failure here is a failure of the test that asked"
)]

mod ended;
mod everywhere;
mod own;
mod workspace;

use std::cell::RefCell;
use std::collections::BTreeSet;

use muster_core::wire::{Asked, CompareRequest, ValuesRequest};
use muster_server::error::Code;
use muster_server::routes::table::OPERATIONS;
use muster_tests::contract::{self, Given};
use muster_tests::{Answer, App, Import, SECRET, claims, sign};

/// That no connection to the database is free takes a database that is held: the tests of faults do that.
const ELSEWHERE: Code = Code::Busy;

thread_local! {
    static SEEN: RefCell<BTreeSet<Given>> = RefCell::default();
}

fn note(method: &str, path: &str, answer: &Answer) {
    if let Some(given) = contract::check(method, path, answer) {
        SEEN.with_borrow_mut(|seen| seen.insert(given));
    }
}

/// Somebody who notes every answer.
struct Caller<'a> {
    app: &'a App,
    bearer: String,
}

impl<'a> Caller<'a> {
    fn new(app: &'a App, role: &str) -> Self {
        let token = sign(&claims("acme", role), SECRET);
        Self {
            app,
            bearer: format!("Bearer {token}"),
        }
    }

    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut all = vec![("authorization", self.bearer.as_str())];
        all.extend(headers);
        let answer = self.app.send(method, path, &all, body);
        note(method, path, &answer);
        answer
    }

    /// Below `/api/v1`, and it has to be this answer.
    #[track_caller]
    fn expect(&self, status: u16, method: &str, path: &str, body: impl AsRef<[u8]>) -> Answer {
        let headers = [("if-match", "\"1\"")];
        let answer = self.send(method, &format!("/api/v1{path}"), &headers, body.as_ref());
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text());
        answer
    }
}

/// Asks for one fingerprint, and for the field of whoever has it.
fn lookup(field: &str) -> Vec<u8> {
    let request = CompareRequest {
        fields: vec![field.into()],
        masks: vec![vec![0]],
        asked: [vec![], vec![Asked { prefix: 1, mask: 0 }], vec![]],
    };
    request.encode()
}

fn ids(field: &str) -> Vec<u8> {
    let request = ValuesRequest {
        fields: vec![field.into()],
        ids: vec![1],
    };
    request.encode()
}

/// The same as by a page of another version.
fn of_another_version(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes[4] = 99;
    bytes
}

/// An import of so many people; `open` gives its address.
fn plan<'a>(app: &'a App, token: &'a str, rows: u32) -> Import<'a> {
    Import::plan(app, token, &crate::people(rows), crate::names("add"))
}

#[test]
fn every_documented_answer_is_given() {
    everywhere::refuse();
    everywhere::fail();
    own::contacts();
    own::imports();
    own::fields();
    own::quotas();
    own::tags();
    workspace::fields();
    workspace::recipes();
    ended::control();
    ended::undo();
    let seen = SEEN.take();
    let mut missing = Vec::new();
    let mut documented = 0;
    for operation in OPERATIONS {
        let gives = operation.gives.iter().map(|(status, _)| (*status, ""));
        let refusals = operation.refusals();
        let refuses = refusals.iter().filter(|code| **code != ELSEWHERE);
        let refuses = refuses.map(|code| (code.status(), code.slug()));
        for (status, code) in gives.chain(refuses) {
            documented += 1;
            if !seen.contains(&(operation.name, status, code.to_owned())) {
                missing.push(format!("{} {status} {code}", operation.name));
            }
        }
    }
    println!("{documented} answers are documented");
    assert!(missing.is_empty(), "never given: {missing:#?}");
}
