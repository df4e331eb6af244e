//! Who comes first writes first. SQLite lets one write at a time, and has the others ask again after a while: whoever
//! writes again at once would go before them, for as long as there is something to write.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Those who wait to write, and whoever does.
#[derive(Default)]
pub(crate) struct Queue {
    line: Mutex<Line>,
    moved: Condvar,
}

#[derive(Default)]
struct Line {
    /// The first one writes.
    waiting: VecDeque<u64>,
    next: u64,
}

/// The right to write, until it is dropped.
pub(crate) struct Turn<'a> {
    queue: &'a Queue,
    number: u64,
}

impl Queue {
    /// Waits for the turn, at most so long.
    pub(crate) fn wait(&self, patience: Duration) -> Option<Turn<'_>> {
        let end = Instant::now() + patience;
        let mut line = self.line();
        let number = line.next;
        line.next += 1;
        line.waiting.push_back(number);
        // Dropped, it leaves the line, whether it came to its turn or not; the line is let go of before.
        let turn = Turn {
            queue: self,
            number,
        };
        while line.waiting.front() != Some(&number) {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                drop(line);
                return None;
            }
            let waited = self.moved.wait_timeout(line, left);
            line = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        drop(line);
        Some(turn)
    }

    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut line = self.queue.line();
        line.waiting.retain(|waiting| *waiting != self.number);
        drop(line);
        self.queue.moved.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use super::Queue;

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn who_comes_first_is_first_and_who_gives_up_is_in_nobodys_way() {
        let queue = Queue::default();
        let first = queue.wait(LONG);
        assert!(first.is_some());
        assert!(queue.wait(Duration::from_millis(1)).is_none());
        let (sender, came) = channel();
        std::thread::scope(|scope| {
            for n in 0..3_usize {
                let (sender, queue) = (sender.clone(), &queue);
                scope.spawn(move || {
                    let turn = queue.wait(LONG);
                    let _ = sender.send((n, turn.is_some()));
                });
                // The next one comes when this one stands in line.
                while queue.line().waiting.len() < n + 2 {
                    std::thread::yield_now();
                }
            }
            drop(first);
        });
        let order: Vec<(usize, bool)> = came.try_iter().collect();
        assert_eq!(order, [(0, true), (1, true), (2, true)]);
    }
}
