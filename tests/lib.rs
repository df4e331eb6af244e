//! What the test binaries share: a server of their own, and people who import.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failure here is a failure of the test that asked"
)]

mod app;
mod importer;

pub use app::{Answer, App, SECRET, claims, sign};
pub use importer::{Ended, Import};
