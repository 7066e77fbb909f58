//! What is stored at the end of a request, and what the browser is told of it.

use super::Data;
use super::lists::is_waiting;
use super::{DAY, LOGIN_MARK, LoginMark, STRANGERS, Visitor};
use crate::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use time::OffsetDateTime;

/// What the browser must be told about its session data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionCookie {
    /// The browser's session id.
    pub id: String,
    /// Whether something waits for the next page, so that other pages need not look.
    pub has_pending: bool,
    /// Whether the browser is logged in under this id, or was: nobody else need be looked for in `sessions`.
    pub is_known: bool,
    /// How long the cookie lasts; `None`: until the browser's window closes.
    pub max_age: Option<Duration>,
}

impl Visitor {
    /// Stores what this request changed, and says what the browser's cookie must hold then. None: nothing new, or another
    /// request has given the browser another id, and nothing is stored.
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

    /// The cookie that makes the token of a page's forms valid, for a browser that came without one. It names a session data
    /// that is not stored: looking at a form writes nothing.
    fn cookie_of_token(&self) -> Option<SessionCookie> {
        (self.session_data.is_new() && self.form_token.get().is_some()).then(|| SessionCookie {
            id: self.session_data.id().to_string(),
            has_pending: false,
            is_known: false,
            max_age: Some(DAY.unsigned_abs()),
        })
    }

    /// Until when the session data is kept.
    pub(super) fn lasts(&self) -> OffsetDateTime {
        let longest = self.limits.absolute.max(self.limits.remember);
        let is_known = self.is_known.load(Ordering::Relaxed);
        OffsetDateTime::now_utc() + if is_known { DAY + longest } else { STRANGERS }
    }

    /// Makes `save` tell the browser its cookie again, though nothing in the session data changed.
    pub fn reissue_cookie(&self) {
        self.is_reissued.store(true, Ordering::Relaxed);
    }

    /// To be set when the client hangs up: from then on the request takes nothing that is shown once.
    pub fn client_gone(&self) -> Arc<AtomicBool> {
        self.session_data.client_gone()
    }

    /// Puts back what this request took to show it once: its page failed, or its client is gone.
    pub async fn put_back(&self) -> Result<(), Error> {
        self.session_data.put_back(self.lasts()).await
    }

    /// What this request left to be shown once, and where, as text: for `leave_again`.
    pub async fn left(&self) -> Result<String, Error> {
        let left = (self.session_data.id().to_string(), self.session_data.left().await);
        serde_json::to_string(&left).map_err(|error| tower_sessions::session::Error::SerdeJson(error).into())
    }

    /// Whether this is what a request of the browser left that has this visitor's id now.
    pub fn is_left_here(&self, left: &str) -> bool {
        !self.session_data.is_new()
            && read(left).is_some_and(|(id, _)| id == self.session_data.id().to_string())
    }

    /// Leaves again what another request of this browser left: what was shown in between was shown to nobody, because
    /// the browser has given that page up. False: the browser has another id by now.
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
