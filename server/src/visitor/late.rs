//! Late requests: another request has given their browser a new id. A late request has no log-in and gets no data; the
//! browser repeats it with the new cookie. docs/decisions/0020 has the reasons.

use super::Visitor;
use crate::clock::millis;
use crate::error::Error;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// A browser without its new id after so many requests, and this time, will never get it.
const MAX_HITS: i64 = 5;
const GIVE_UP_AFTER: Duration = Duration::from_secs(5);
/// The new cookie may still be on its way: each request waits twice as long as the one before.
const MIN_WAIT: Duration = Duration::from_millis(50);
const MAX_WAIT: Duration = Duration::from_secs(1);

impl Visitor {
    /// Returns whether another request has given the browser a new id.
    pub async fn is_late(&self) -> Result<bool, Error> {
        self.session_data.is_late().await
    }

    /// Returns whether this is known already, without a query.
    pub fn is_known_late(&self) -> bool {
        self.session_data.is_known_late()
    }

    /// Returns the wait before a late browser repeats the request, or `None` if it will never get its new id.
    pub async fn late_wait(&self) -> Result<Option<Duration>, Error> {
        if let Some((hits, age)) = self.session_data.hit().await?
            && (hits <= MAX_HITS || age < millis(GIVE_UP_AFTER))
        {
            let doublings = u32::try_from(hits - 1).unwrap_or_default().min(10);
            return Ok(Some((MIN_WAIT * 2_u32.pow(doublings)).min(MAX_WAIT)));
        }
        Ok(None)
    }

    /// Continues without a log-in, under a new id.
    pub async fn start_anew(&self) {
        self.session_data.start_anew().await;
        self.is_known.store(false, Ordering::Relaxed);
    }
}
