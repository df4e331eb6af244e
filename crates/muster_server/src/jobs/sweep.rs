//! What time brings about: rows are deleted seven days after their import ended, and an upload that nobody finished in
//! a day has failed. One import a transaction, so that a sweep can break off anywhere, and several servers may sweep.

use crate::clock::{Clock, KEPT};
use crate::db::models::{change, expiry, outbox};
use crate::db::{Db, DbError, write_tx};

/// Steps of changes that are deleted in one transaction.
const AT_ONCE: i64 = 1_000;

/// Sweeps once; gives how many imports it ended or emptied.
pub fn sweep(db: &Db, clock: &Clock) -> Result<u64, DbError> {
    let now = clock.now();
    let mut swept = 0;
    let mut connection = db.get()?;
    for (workspace, import) in expiry::given_up(&mut connection, now)? {
        let ended = write_tx(&mut connection, workspace, |connection| {
            expiry::fail_upload(connection, workspace, import, now)
        })?;
        swept += u64::from(ended);
    }
    for (workspace, import) in expiry::too_old(&mut connection, now)? {
        let expired = write_tx(&mut connection, workspace, |connection| {
            expiry::expire(connection, workspace, import, now)
        })?;
        swept += u64::from(expired);
    }
    while write_tx(&mut connection, None, |connection| {
        let steps = change::sweep(connection, now - KEPT, AT_ONCE)?;
        Ok::<_, DbError>(steps > 0)
    })? {}
    let in_vain = write_tx(&mut connection, None, |connection| {
        Ok::<_, DbError>(outbox::sweep(connection, now - KEPT)?)
    })?;
    if in_vain > 0 {
        tracing::warn!(events = in_vain, "not taken in seven days");
    }
    if swept > 0 {
        tracing::info!(imports = swept, "swept");
    }
    Ok(swept)
}
