//! The time in the product. Tests move it, so no test sleeps. `docs/reference/times.md` lists every stored time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// System time plus the offset that a test added. Clones move together.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    ahead_millis: Arc<AtomicI64>,
}

impl Clock {
    /// Returns the current time, in unix milliseconds.
    pub fn now(&self) -> i64 {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        millis(since_epoch) + self.ahead_millis.load(Ordering::Relaxed)
    }

    /// Moves this clock and its clones forward.
    pub fn advance(&self, by: Duration) {
        self.ahead_millis.fetch_add(millis(by), Ordering::Relaxed);
    }

    /// Moves this clock and its clones back, like a clock that was ahead and is corrected.
    pub fn set_back(&self, by: Duration) {
        self.ahead_millis.fetch_sub(millis(by), Ordering::Relaxed);
    }
}

/// How far the clocks of two processes may differ. A stored time that exceeds its maximum by more than this was written
/// by a wrong clock.
pub const SKEW: Duration = Duration::from_secs(5 * 60);

/// Returns whether `at` is within the last `period`. A time in the future is not, except within `SKEW`.
pub fn is_within(now: i64, at: i64, period: Duration) -> bool {
    (-millis(SKEW)..millis(period)).contains(&(now - at))
}

/// Returns a duration in whole milliseconds, the unit of the columns.
pub fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
