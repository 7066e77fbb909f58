//! A request that comes late: another one has given its browser a new id. It proves nothing and is told nothing; its
//! browser asks once more, with the cookie that it has by then. docs/decisions/0020 has the reasons.

use super::Visitor;
use crate::clock::millis;
use crate::error::Error;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// A browser that has not got its new id after so many requests, and for so long, never will.
const MAX_HITS: i64 = 5;
const GIVE_UP_AFTER: Duration = Duration::from_secs(5);
/// The new cookie may still be on its way: each request waits twice as long as the one before.
const MIN_WAIT: Duration = Duration::from_millis(50);
const MAX_WAIT: Duration = Duration::from_secs(1);

impl Visitor {
    /// Whether another request has given the browser a new id.
    pub async fn is_late(&self) -> Result<bool, Error> {
        self.session_data.is_late().await
    }

    /// Whether it is known already, without asking the database.
    pub fn is_known_late(&self) -> bool {
        self.session_data.is_known_late()
    }

    /// How long to wait before a late browser is sent to ask again. None: it will never get its new id.
    pub async fn late_wait(&self) -> Result<Option<Duration>, Error> {
        if let Some((hits, age)) = self.session_data.hit().await?
            && (hits <= MAX_HITS || age < millis(GIVE_UP_AFTER))
        {
            let doublings = u32::try_from(hits - 1).unwrap_or_default().min(10);
            return Ok(Some((MIN_WAIT * 2_u32.pow(doublings)).min(MAX_WAIT)));
        }
        Ok(None)
    }

    /// Goes on as a stranger under an id that nobody knows.
    pub async fn start_anew(&self) {
        self.session_data.start_anew().await;
        self.is_known.store(false, Ordering::Relaxed);
    }
}
