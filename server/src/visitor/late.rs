//! Late requests: they carry a session id that another request of the same browser has just replaced. They have no
//! log-in and store nothing: docs/decisions/0020.

use super::Visitor;
use crate::clock::millis;
use crate::error::Error;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// After so many requests, and this time, the browser will never get its new id.
const MAX_HITS: i64 = 5;
const GIVE_UP_AFTER: Duration = Duration::from_secs(5);
/// The new cookie may still be on its way. The wait doubles with each request.
const MIN_WAIT: Duration = Duration::from_millis(50);
const MAX_WAIT: Duration = Duration::from_secs(1);

impl Visitor {
    pub async fn is_late(&self) -> Result<bool, Error> {
        self.session_data.is_late().await
    }

    pub fn is_known_late(&self) -> bool {
        self.session_data.is_known_late()
    }

    /// Returns `None` if the browser will never get its new id.
    pub async fn late_wait(&self) -> Result<Option<Duration>, Error> {
        if let Some((hits, age)) = self.session_data.count_late_request().await?
            && (hits <= MAX_HITS || age < millis(GIVE_UP_AFTER))
        {
            let doublings = u32::try_from(hits - 1).unwrap_or_default().min(10);
            return Ok(Some((MIN_WAIT * 2_u32.pow(doublings)).min(MAX_WAIT)));
        }
        Ok(None)
    }

    pub async fn start_anew(&self) {
        self.session_data.start_anew().await;
        // The browser would otherwise keep the replaced id.
        self.reissue_cookie();
        self.had_login.store(false, Ordering::Relaxed);
    }
}
