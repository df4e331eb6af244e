//! One file per table.

pub mod audit;
pub mod batch;
pub mod contact;
pub mod field;
pub mod import;
pub mod job;
pub mod overview;
pub mod tag;
pub mod workspace;
