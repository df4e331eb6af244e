//! The database. [`dialect`] is the only module that knows its kind; every function takes the workspace.

pub mod conn;
pub mod dialect;
pub mod models;
mod queue;
pub mod schema;

pub use conn::{Db, OpenError};
pub(crate) use dialect::on_backend;
pub use dialect::{Connection, Target, passing_tx, read_tx, write_tx};

/// A workspace in the database. It comes from a verified token and nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WorkspaceId(pub(crate) i64);

/// Why the database did not do it.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// No connection was free in time.
    #[error("no connection was free in time")]
    Busy,
    /// The connection was lost, and with it what was under way: the next one may succeed.
    #[error("the connection to the database was lost: {0}")]
    Lost(diesel::result::Error),
    /// A statement failed.
    #[error(transparent)]
    Query(diesel::result::Error),
    /// What is stored can't be read.
    #[error("what is stored can't be read: {0}")]
    Stored(String),
}

impl From<diesel::result::Error> for DbError {
    fn from(error: diesel::result::Error) -> Self {
        if dialect::is_lost(&error) {
            Self::Lost(error)
        } else {
            Self::Query(error)
        }
    }
}

/// Now, as it is stored: milliseconds.
pub fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// Fingerprints are stored as signed numbers.
pub(crate) const fn signed(print: u64) -> i64 {
    print.cast_signed()
}

/// What [`signed`] was given.
pub(crate) const fn unsigned(print: i64) -> u64 {
    print.cast_unsigned()
}
