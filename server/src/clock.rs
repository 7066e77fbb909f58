//! The time as the product sees it. Tests move it; nobody sleeps. `docs/reference/times.md` lists every stored time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The system's time plus what a test added. Clones move together.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    ahead_millis: Arc<AtomicI64>,
}

impl Clock {
    /// The time now, in unix milliseconds.
    pub fn now(&self) -> i64 {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        millis(since_epoch) + self.ahead_millis.load(Ordering::Relaxed)
    }

    /// Moves this clock and its clones forward.
    pub fn advance(&self, by: Duration) {
        self.ahead_millis.fetch_add(millis(by), Ordering::Relaxed);
    }

    /// Moves this clock and its clones back, as when one that was ahead is set right.
    pub fn set_back(&self, by: Duration) {
        self.ahead_millis.fetch_sub(millis(by), Ordering::Relaxed);
    }
}

/// How far the clocks of two processes may differ. A stored time that is further ahead than this, beyond what it may be, was
/// written by a clock that was wrong.
pub const SKEW: Duration = Duration::from_secs(5 * 60);

/// Whether `at` lies within the last `period`. A time in the future does not, but for what clocks of processes differ.
pub fn is_within(now: i64, at: i64, period: Duration) -> bool {
    (-millis(SKEW)..millis(period)).contains(&(now - at))
}

/// A duration in whole milliseconds, as the columns hold them.
pub fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
