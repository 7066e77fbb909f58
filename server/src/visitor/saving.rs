//! Writes the session data at the end of a request, and makes the session cookie.

use super::Data;
use super::lists::{is_in, is_pending};
use super::{ANONYMOUS_LIFETIME, DAY, FORM, LOGIN_MARK, LoginMark, Visitor};
use crate::error::Error;
use crate::rate_limits;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use time::OffsetDateTime;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionCookie {
    pub id: String,
    /// Other pages then need no query.
    pub has_pending: bool,
    /// `sessions` is queried only then.
    pub had_login: bool,
    /// `None`: until the browser window closes.
    pub max_age: Option<Duration>,
}

impl Visitor {
    /// Returns `None` if the cookie is unchanged, or the browser got another id: then nothing is stored.
    pub async fn save(&self) -> Result<Option<SessionCookie>, Error> {
        if !self.may_store().await? {
            self.session_data.discard().await;
        }
        if !self.session_data.is_touched().await && !self.is_reissued.load(Ordering::Relaxed) {
            return Ok(self.cookie_of_token());
        }
        let was_logged_in = self.login.get().is_some_and(Option::is_some);
        self.session_data.save(self.expires_at(), was_logged_in).await?;
        let (has_pending, mark) = self
            .session_data
            .seen(|data| (data.keys().any(|key| is_pending(key)), data.get(LOGIN_MARK).cloned()))
            .await?;
        if self.session_data.is_known_late() {
            return Ok(None);
        }
        let mark: Option<LoginMark> = mark.and_then(|mark| serde_json::from_value(mark).ok());
        let max_age = mark.filter(|(ends, _)| *ends > 0).map(|(ends, _)| {
            Duration::from_secs((ends - OffsetDateTime::now_utc().unix_timestamp()).max(0).unsigned_abs())
        });
        let had_login = self.had_login.load(Ordering::Relaxed);
        Ok(Some(SessionCookie { id: self.session_data.id().to_string(), has_pending, had_login, max_age }))
    }

    /// Returns false if the rate limit for new rows of visitors without a log-in is exceeded.
    async fn may_store(&self) -> Result<bool, Error> {
        // After `start_anew` the request still had a log-in: each one with a replaced id would insert a row.
        let is_uncounted =
            (self.request.had_login && !self.session_data.is_new()) || self.is_proved.load(Ordering::Relaxed);
        if is_uncounted || !self.session_data.needs_room().await {
            return Ok(true);
        }
        if !self.session_data.is_new() && self.session_data.is_stored().await? {
            return Ok(true);
        }
        rate_limits::may_store_session_data(&self.db, self.ip()).await
    }

    /// Whether a form of this request is kept. Call it after `save`.
    pub async fn has_stored_form(&self) -> bool {
        self.session_data.one_time_values().await.keys().any(|key| is_in(FORM, key))
    }

    /// The cookie makes form tokens valid. Its session data is not stored: viewing a form writes nothing.
    fn cookie_of_token(&self) -> Option<SessionCookie> {
        (self.session_data.is_new() && self.form_token.get().is_some()).then(|| SessionCookie {
            id: self.session_data.id().to_string(),
            has_pending: false,
            had_login: false,
            max_age: Some(DAY.unsigned_abs()),
        })
    }

    /// For a store in the browser: the new value, empty to remove the cookie, or `None` if it stays. Call it after `save`.
    pub fn changed_data_cookie(&self) -> Result<Option<String>, Error> {
        match self.session_data.is_known_late() {
            true => Ok(None),
            false => self.session_data.changed_cookie(self.expires_at()),
        }
    }

    pub(super) fn expires_at(&self) -> OffsetDateTime {
        let longest = self.limits.absolute.max(self.limits.remember);
        let had_login = self.had_login.load(Ordering::Relaxed);
        OffsetDateTime::now_utc() + if had_login { DAY + longest } else { ANONYMOUS_LIFETIME }
    }

    pub fn reissue_cookie(&self) {
        self.is_reissued.store(true, Ordering::Relaxed);
    }

    /// Set the flag when the client disconnects: the request then takes nothing that is shown once.
    pub fn client_gone(&self) -> Arc<AtomicBool> {
        self.session_data.client_gone()
    }

    pub async fn put_back(&self) -> Result<(), Error> {
        self.put_back_log_in_message();
        self.session_data.put_back(self.expires_at()).await
    }

    /// As text for `restore_one_time_values`.
    pub async fn one_time_values(&self) -> Result<String, Error> {
        let one_time_values = (self.session_data.id().to_string(), self.session_data.one_time_values().await);
        serde_json::to_string(&one_time_values)
            .map_err(|error| tower_sessions::session::Error::SerdeJson(error).into())
    }

    pub fn is_of_this_session(&self, one_time_values: &str) -> bool {
        !self.session_data.is_new()
            && read(one_time_values).is_some_and(|(id, _)| id == self.session_data.id().to_string())
    }

    /// For a form that is sent twice: the browser discarded the page that showed the values. Returns false if the
    /// browser has another id by now.
    pub async fn restore_one_time_values(&self, one_time_values: &str) -> Result<bool, Error> {
        let Some((id, values)) = read(one_time_values) else {
            return Ok(false);
        };
        self.session_data.store_one_time_values(&id, &values, self.expires_at()).await
    }
}

fn read(one_time_values: &str) -> Option<(String, Data)> {
    serde_json::from_str(one_time_values).ok()
}
