//! Reading a batch before its turn, while the one before it is written: decoding and checking take nothing but its
//! bytes and the rules.

use muster_core::check::{Checker, Refused};
use muster_core::field::Field;
use muster_core::wire::{BatchColumns, Bounds};

use crate::db::DbError;

/// What a batch is checked by, beside the limits.
#[derive(PartialEq)]
pub(super) struct Rules {
    /// The import's description, as it is stored.
    pub(super) description: String,
    pub(super) fields: Vec<Field>,
}

/// A batch that has been decoded and checked.
pub(super) struct Read {
    payload: Vec<u8>,
    pub(super) columns: BatchColumns,
    pub(super) refused: Vec<Refused>,
}

impl Read {
    pub(super) fn new(
        payload: Vec<u8>,
        checker: &Checker,
        bounds: Bounds,
    ) -> Result<Self, DbError> {
        let columns = decode(&payload, bounds)?;
        let refused = checker
            .batch(&columns.batch())
            .map_err(|error| DbError::Stored(error.to_string()))?;
        Ok(Self {
            payload,
            columns,
            refused,
        })
    }
}

/// A batch's columns.
pub(super) fn decode(payload: &[u8], bounds: Bounds) -> Result<BatchColumns, DbError> {
    BatchColumns::decode(payload, bounds).map_err(|error| DbError::Stored(error.to_string()))
}

/// What a turn leaves for the next one, which may be another import's.
pub(super) struct Ahead {
    pub(super) import: i64,
    pub(super) rules: Rules,
    pub(super) read: Option<Read>,
}

impl Ahead {
    /// What was read, if the bytes and the rules still are the same.
    pub(super) fn read(self, payload: &[u8], rules: &Rules) -> Option<Read> {
        self.read
            .filter(|read| read.payload == payload && self.rules == *rules)
    }
}
