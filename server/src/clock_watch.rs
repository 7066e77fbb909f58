//! Detects a wrong clock, which would end every session and delete every account with a planned deletion. After a jump
//! ahead nothing is ended or deleted for an hour.

use crate::clock::{SKEW, millis};
use crate::db::Db;
use crate::error::Error;
use crate::sql;
use std::time::{Duration, Instant};

/// Until then an operator, or the machine itself, can correct the clock.
const DISTRUST_PERIOD: Duration = Duration::from_secs(3600);

/// After a restart, the newest time in the tables stands in for the elapsed time.
#[derive(Debug, Default)]
pub struct ClockWatch {
    last: Option<(i64, Instant)>,
    distrusted_since: Option<Instant>,
}

impl ClockWatch {
    /// Call it repeatedly; `at` is the time of the call.
    pub async fn is_trusted(&mut self, db: &Db, at: Instant) -> Result<bool, Error> {
        let now = db.now();
        let (expected, allowed) = match self.last {
            Some((then, seen)) => (then + millis(at.duration_since(seen)), SKEW),
            None => (newest_time(db).await?.unwrap_or(now), DISTRUST_PERIOD),
        };
        self.last = Some((now, at));
        let jump = now - expected;
        if jump > millis(allowed) {
            self.distrusted_since = Some(at);
            tracing::warn!(
                seconds = jump / 1000,
                "the clock jumped ahead: nothing is ended or deleted for {DISTRUST_PERIOD:?}"
            );
        } else if jump < -millis(SKEW)
            || self.distrusted_since.is_some_and(|since| at.duration_since(since) >= DISTRUST_PERIOD)
        {
            self.distrusted_since = None;
        }
        Ok(self.distrusted_since.is_none())
    }
}

async fn newest_time(db: &Db) -> Result<Option<i64>, Error> {
    const NEWEST: &str = "select max(at) from (
           select max(last_seen_at) as at from sessions
           union all select max(ended_at) from ended_sessions
           union all select max(created_at) from users
           union all select max(at) from audit
         ) newest";
    let (newest,) = db.row(sql!(NEWEST)).await?;
    Ok(newest)
}
