//! The rules of Muster: reads a CSV of contacts, validates every cell, compares it with the stored contacts and
//! plans what an import would do. The same code runs in the browser (as WebAssembly) and on the server.
//!
//! # Invariants
//! - It can't fail: bad input is data, functions return values and [`issue::Issue`]s.
//! - It can't touch the world: no I/O, no clock, no randomness, no async, no JSON.
//! - Every rule exists once, here.

pub mod field;
pub mod identity;
pub mod import;
pub mod issue;
pub mod limits;
pub mod mapping;
pub mod parse;
pub mod report;
pub mod value;
pub mod wire;
