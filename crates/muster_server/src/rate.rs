//! How often somebody may ask: a steady rate with some in hand (GCRA), per token and per workspace. One number a key.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Keys that are kept before those that have recovered are dropped.
const ROOM: usize = 10_000;

/// One limit for each of many keys.
pub struct Rate {
    /// Between two requests; zero for no limit.
    step: Duration,
    /// How far ahead of the rate a key may be.
    ahead: Duration,
    start: Instant,
    hasher: RandomState,
    /// When each key would be back at the rate, since the start.
    due: Mutex<HashMap<u64, Duration>>,
}

impl Rate {
    /// So many a second, and as many at once as come in `seconds`. None a second is no limit.
    pub fn new(per_second: u32, seconds: u32) -> Self {
        let step = Duration::from_secs(1)
            .checked_div(per_second)
            .unwrap_or_default();
        Self {
            step,
            ahead: Duration::from_secs(seconds.into()),
            start: Instant::now(),
            hasher: RandomState::new(),
            due: Mutex::default(),
        }
    }

    /// Takes one, or tells how long to wait.
    pub fn take(&self, key: &impl Hash) -> Result<(), Duration> {
        self.take_at(key, self.start.elapsed())
    }

    fn take_at(&self, key: &impl Hash, now: Duration) -> Result<(), Duration> {
        if self.step.is_zero() {
            return Ok(());
        }
        let mut all = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= ROOM {
            all.retain(|_, due| *due > now);
        }
        let due = all.entry(self.hasher.hash_one(key)).or_insert(now);
        let next = (*due).max(now) + self.step;
        let early = (next - now).saturating_sub(self.ahead.max(self.step));
        if early.is_zero() {
            *due = next;
            Ok(())
        } else {
            Err(early)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ROOM, Rate};
    use std::time::Duration;

    #[test]
    fn keeps_the_rate_and_lets_some_ahead() {
        let rate = Rate::new(10, 2);
        let at = Duration::from_millis;
        let taken = |from: u64, count: u32| {
            (0..count)
                .filter(|_| rate.take_at(&"a", at(from)).is_ok())
                .count()
        };
        // Two seconds' worth at once, then one each tenth of a second.
        assert_eq!(taken(0, 30), 20);
        assert_eq!(rate.take_at(&"a", at(0)), Err(at(100)));
        assert_eq!(taken(100, 5), 1);
        assert_eq!(taken(600, 9), 5);
        // Another one is not concerned; after a rest all is as in the beginning.
        assert_eq!(rate.take_at(&"b", at(600)), Ok(()));
        assert_eq!(taken(60_000, 30), 20);
    }

    #[test]
    fn zero_is_no_limit_and_one_a_second_is_one() {
        let rate = Rate::new(0, 10);
        assert!((0..10_000).all(|_| rate.take(&1).is_ok()));
        let rate = Rate::new(1, 0);
        let second = Duration::from_secs(1);
        assert_eq!(rate.take_at(&1, second), Ok(()));
        assert_eq!(rate.take_at(&1, second), Err(second));
        assert_eq!(rate.take_at(&1, second * 2), Ok(()));
    }

    #[test]
    fn forgets_those_that_have_recovered() {
        let rate = Rate::new(1_000, 1);
        for n in 0..ROOM as u64 * 3 {
            assert_eq!(rate.take_at(&n, Duration::from_millis(n)), Ok(()));
        }
        assert!(rate.due.lock().unwrap().len() <= ROOM);
    }
}
