//! One file per table.

pub mod audit;
pub mod batch;
pub mod change;
pub mod contact;
pub mod expiry;
pub mod field;
pub mod import;
pub mod job;
pub mod outbox;
pub mod overview;
pub mod progress;
pub mod recipe;
pub mod tag;
pub mod undo;
pub mod workspace;
