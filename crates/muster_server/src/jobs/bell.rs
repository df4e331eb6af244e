//! Wakes threads that wait for something to do.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Counts its rings, so that none is missed between a look and a wait.
#[derive(Default)]
pub(super) struct Bell {
    rings: Mutex<u64>,
    rung: Condvar,
}

impl Bell {
    /// Wakes whoever waits.
    pub(super) fn ring(&self) {
        *self.count() += 1;
        self.rung.notify_all();
    }

    /// How often it rang so far.
    pub(super) fn rings(&self) -> u64 {
        *self.count()
    }

    /// Waits until it rings once more, but not for ever.
    pub(super) fn wait(&self, rings: u64, at_most: Duration) {
        let waited = self
            .rung
            .wait_timeout_while(self.count(), at_most, |now| *now == rings);
        drop(waited);
    }

    fn count(&self) -> MutexGuard<'_, u64> {
        self.rings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
