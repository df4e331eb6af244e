//! The rules of Muster: reads a CSV of contacts, validates every cell, compares it with the stored contacts and
//! plans what an import would do. The same code runs in the browser (as WebAssembly) and on the server.
//!
//! # Invariants
//! - It can't fail: bad input is data, functions return values and [`issue::Issue`]s.
//! - It can't touch the world: no I/O, no clock, no randomness, no async, no JSON.
//! - Every rule exists once, here.
//!
//! # A file on its way
//! ```
//! use muster_core::contacts::{Contact, Contacts};
//! use muster_core::{Session, Workspace, field, limits::Limits};
//!
//! // The workspace: one contact, who is called Aisya.
//! let key = [7; 16];
//! let fields = [("phone", "+60123456789"), ("first_name", "Aisya")].map(|(key, value)| (key.into(), value.into()));
//! let contact = Contact { id: 1, version: 1, fields: fields.into(), tags: vec![] };
//! let contacts = Contacts::new(key, vec![contact]);
//! let workspace = Workspace { key, fields: field::standard(), tags: vec![] };
//!
//! // The file, in pieces, and what is to become of it.
//! let mut session = Session::new(Limits::default());
//! for piece in ["Phone,First Name\n+60 12-345", " 6789,Aisyah\n+60123456780,Ben\n"] {
//!     session.push(piece.as_bytes());
//! }
//! session.finish().unwrap();
//! let import = serde_json::from_str(r#"{
//!     "purpose": "add_and_update", "identifiers": ["phone"],
//!     "columns": [{"index": 0, "field": "phone"}, {"index": 1, "field": "first_name"}]
//! }"#).unwrap();
//! session.configure(&import, &workspace).unwrap();
//!
//! // Whoever knows the contacts answers: first by fingerprints, then with the values of those that differ.
//! contacts.answer(&mut session, [8; 16]).unwrap();
//! session.diff();
//!
//! let counts = session.counts();
//! assert_eq!((counts.new, counts.updated), (1, 1));
//! let changed = &session.row(0).unwrap().changes.0[0];
//! assert_eq!((changed.old.as_deref(), changed.new.as_deref()), (Some("Aisya"), Some("Aisyah")));
//! assert_eq!(session.batches(), 1);
//! ```

pub mod check;
mod column;
pub mod contacts;
pub mod diff;
#[cfg(test)]
mod evidence;
pub mod field;
pub mod identity;
pub mod import;
pub mod issue;
pub mod limits;
pub mod mapping;
mod order;
pub mod parse;
pub mod plan;
pub mod report;
pub mod session;
pub mod value;
pub mod wire;

pub use column::ColumnFacts;
pub use session::{Session, Workspace};
