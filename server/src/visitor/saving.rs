//! Writes the session data at the end of a request, and makes the session cookie.

use super::Data;
use super::lists::is_waiting;
use super::{DAY, LOGIN_MARK, LoginMark, STRANGERS, Visitor};
use crate::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use time::OffsetDateTime;

/// The content of the session cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionCookie {
    /// The browser's session id.
    pub id: String,
    /// Whether something waits for the next page, so that other pages need no query.
    pub has_pending: bool,
    /// Whether the browser is or was logged in under this id: only then `sessions` is queried.
    pub is_known: bool,
    /// Lifetime of the cookie; `None`: until the browser window closes.
    pub max_age: Option<Duration>,
}

impl Visitor {
    /// Writes the changes of this request, and returns the new session cookie. Returns `None` if it is unchanged, or
    /// another request has given the browser a new id, so that nothing is stored.
    pub async fn save(&self) -> Result<Option<SessionCookie>, Error> {
        if !self.session_data.is_touched().await && !self.is_reissued.load(Ordering::Relaxed) {
            return Ok(self.cookie_of_token());
        }
        let was_logged_in = self.login.get().is_some_and(Option::is_some);
        self.session_data.save(self.lasts(), was_logged_in).await?;
        let (has_pending, mark) = self
            .session_data
            .seen(|data| (data.keys().any(|key| is_waiting(key)), data.get(LOGIN_MARK).cloned()))
            .await?;
        if self.session_data.is_known_late() {
            return Ok(None);
        }
        let mark: Option<LoginMark> = mark.and_then(|mark| serde_json::from_value(mark).ok());
        let max_age = mark.filter(|(ends, _)| *ends > 0).map(|(ends, _)| {
            Duration::from_secs((ends - OffsetDateTime::now_utc().unix_timestamp()).max(0).unsigned_abs())
        });
        let is_known = self.is_known.load(Ordering::Relaxed);
        Ok(Some(SessionCookie { id: self.session_data.id().to_string(), has_pending, is_known, max_age }))
    }

    /// Returns the cookie that makes the form tokens of a page valid, if the browser has none. Its session data is not
    /// stored: viewing a form writes nothing.
    fn cookie_of_token(&self) -> Option<SessionCookie> {
        (self.session_data.is_new() && self.form_token.get().is_some()).then(|| SessionCookie {
            id: self.session_data.id().to_string(),
            has_pending: false,
            is_known: false,
            max_age: Some(DAY.unsigned_abs()),
        })
    }

    /// Returns the expiry of the session data.
    pub(super) fn lasts(&self) -> OffsetDateTime {
        let longest = self.limits.absolute.max(self.limits.remember);
        let is_known = self.is_known.load(Ordering::Relaxed);
        OffsetDateTime::now_utc() + if is_known { DAY + longest } else { STRANGERS }
    }

    /// Makes `save` send the cookie again, though the session data is unchanged.
    pub fn reissue_cookie(&self) {
        self.is_reissued.store(true, Ordering::Relaxed);
    }

    /// Returns the flag to set when the client disconnects: after that, the request takes nothing that is shown once.
    pub fn client_gone(&self) -> Arc<AtomicBool> {
        self.session_data.client_gone()
    }

    /// Puts back what this request took to show once: its page failed, or the client disconnected.
    pub async fn put_back(&self) -> Result<(), Error> {
        self.session_data.put_back(self.lasts()).await
    }

    /// Returns what this request left to be shown once, and its session id, as text for `leave_again`.
    pub async fn left(&self) -> Result<String, Error> {
        let left = (self.session_data.id().to_string(), self.session_data.left().await);
        serde_json::to_string(&left).map_err(|error| tower_sessions::session::Error::SerdeJson(error).into())
    }

    /// Returns whether `left` comes from a request with this visitor's current session id.
    pub fn is_left_here(&self, left: &str) -> bool {
        !self.session_data.is_new()
            && read(left).is_some_and(|(id, _)| id == self.session_data.id().to_string())
    }

    /// Leaves again what another request of this browser left. It may have been shown in between, but on a page that
    /// the browser discarded. Returns false if the browser has another id by now.
    pub async fn leave_again(&self, left: &str) -> Result<bool, Error> {
        let Some((id, values)) = read(left) else {
            return Ok(false);
        };
        self.session_data.leave_at(&id, &values, self.lasts()).await
    }
}

fn read(left: &str) -> Option<(String, Data)> {
    serde_json::from_str(left).ok()
}
