//! What a failure of the database means.

use diesel::result::{DatabaseErrorKind, Error};

/// Whether the connection is gone, and with it what was under way. Whether a COMMIT that met this took place is found
/// by looking.
pub fn is_lost(error: &Error) -> bool {
    match error {
        Error::DatabaseError(
            DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
            _,
        ) => true,
        // In the middle of an answer it depends on who notices: the client's library has words of its own then.
        Error::DatabaseError(_, information) => [
            "server closed the connection",
            "terminating connection",
            "no connection to the server",
            "could not receive data from server",
            "could not send data to server",
            "connection has been closed unexpectedly",
        ]
        .iter()
        .any(|known| information.message().contains(known)),
        Error::RollbackErrorOnCommit { commit_error, .. } => is_lost(commit_error),
        Error::BrokenTransactionManager => true,
        _ => false,
    }
}

/// Whether the error is likely to be gone when the request is repeated: the database was locked, or is full.
pub fn is_transient(error: &Error) -> bool {
    match error {
        Error::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => true,
        Error::DatabaseError(_, information) => [
            "database is locked",
            "database or disk is full",
            "deadlock detected",
            "lock timeout",
            "No space left on device",
            // Half a page found room.
            "could not extend file",
            "could not write block",
        ]
        .iter()
        .any(|known| information.message().contains(known)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_passes() {
        let check = |message: &str, passes: bool| {
            let message = Box::new(message.to_owned());
            let error = Error::DatabaseError(DatabaseErrorKind::Unknown, message);
            assert_eq!(is_transient(&error), passes);
        };
        check("database or disk is full", true);
        check(
            "could not extend file \"base/1/2\": No space left on device",
            true,
        );
        check(
            "could not extend file \"base/1/2\": wrote only 4096 of 8192 bytes at block 29",
            true,
        );
        check("disk I/O error", false);
    }

    #[test]
    fn a_lost_connection_is_known_by_whoever_notices() {
        let check = |kind, message: &str, lost: bool| {
            let error = Error::DatabaseError(kind, Box::new(message.to_owned()));
            assert_eq!(is_lost(&error), lost, "{message}");
        };
        let unknown = || DatabaseErrorKind::Unknown;
        check(DatabaseErrorKind::ClosedConnection, "", true);
        check(
            unknown(),
            "server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally",
            true,
        );
        check(
            unknown(),
            "could not receive data from server: Connection reset by peer",
            true,
        );
        check(
            unknown(),
            "terminating connection because of crash of another server process",
            true,
        );
        check(unknown(), "division by zero", false);
        check(DatabaseErrorKind::UniqueViolation, "", false);
    }
}
