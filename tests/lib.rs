//! What the test binaries share: a server of their own, and people who import.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failure here is a failure of the test that asked"
)]

mod app;
pub mod contract;
mod data;
mod importer;
mod receiver;

pub use app::{Answer, App, SECRET, claims, exchange, free_port, now, send, sign, try_exchange};
pub use data::{Data, SERVER, try_number};
pub use importer::{Ended, Import};
pub use receiver::{Does, Received, Receiver};
