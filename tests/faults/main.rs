//! The server dies, stands still or loses its database, at any moment: each row is applied once, and every import ends.

#![expect(
    clippy::unwrap_used,
    reason = "a failure here is a failure of the test that asked"
)]

mod bombs;
mod conflicts;
mod crowd;
#[path = "../../crates/muster_core/src/evidence.rs"]
mod evidence;
mod full;
mod harness;
mod killed;
mod lost;
mod maintain;
mod operate;
mod postgres;
mod process;
mod replayed;
mod replicas;
mod shutdown;
mod slow;
mod steps;
mod webhooks;
mod worker;
