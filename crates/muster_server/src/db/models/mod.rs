//! One file per table.

pub mod contact;
pub mod field;
pub mod tag;
pub mod workspace;
