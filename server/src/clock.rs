//! The time in the product. Tests move it, so no test sleeps. `docs/reference/times.md` lists every stored time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Clones move together.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    ahead_millis: Arc<AtomicI64>,
    /// In unix milliseconds; 0 for a clock that runs.
    stopped_at: Arc<AtomicI64>,
}

impl Clock {
    /// In unix milliseconds.
    pub fn now(&self) -> i64 {
        let now = match self.stopped_at.load(Ordering::Relaxed) {
            0 => millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()),
            stopped_at => stopped_at,
        };
        now + self.ahead_millis.load(Ordering::Relaxed)
    }

    /// From here on, only `advance` and `set_back` move it.
    pub fn stop(&self) {
        let now = self.now() - self.ahead_millis.load(Ordering::Relaxed);
        self.stopped_at.store(now, Ordering::Relaxed);
    }

    pub fn advance(&self, by: Duration) {
        self.ahead_millis.fetch_add(millis(by), Ordering::Relaxed);
    }

    pub fn set_back(&self, by: Duration) {
        self.ahead_millis.fetch_sub(millis(by), Ordering::Relaxed);
    }
}

/// Maximum difference between the clocks of two processes. A stored time that is later was written by a wrong clock.
pub const SKEW: Duration = Duration::from_secs(5 * 60);

/// False for a time in the future, except within `SKEW`.
pub fn is_within(now: i64, at: i64, period: Duration) -> bool {
    (-millis(SKEW)..millis(period)).contains(&(now - at))
}

const DAY: i64 = 86_400_000;

/// The day of a time in unix milliseconds: whole days since 1970, in UTC.
pub fn day(at: i64) -> i64 {
    at.div_euclid(DAY)
}

/// When a day begins, in unix milliseconds.
pub fn beginning(day: i64) -> i64 {
    day * DAY
}

pub fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
