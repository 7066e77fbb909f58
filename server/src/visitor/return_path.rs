//! The return path: the page that a user wanted before they had to log in. Without a log-in it is in a cookie, because
//! any client could fill the table.

use super::flash::{Flash, Level};
use super::{LOGIN_MARK, LoginMark, RETURN_TO, Visitor};
use crate::clock::is_within;
use crate::error::Error;
use serde_json::json;
use std::fmt;
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

type ReturnPath = (String, Option<String>);
/// In bytes. Less in a cookie: servers refuse requests with long headers.
const MAX_PATH_LENGTH: usize = 2_000;
const MAX_LENGTH_IN_COOKIE: usize = 300;
const LOG_IN_FIRST: &str = "Please log in to continue.";

/// Content of a short-lived cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnCookie {
    /// In unix milliseconds.
    at: i64,
    /// Whether a page has shown that a log-in is needed.
    is_shown: bool,
    /// Empty if there is none.
    path: String,
}

impl ReturnCookie {
    pub const LIFETIME: Duration = Duration::from_secs(3600);

    /// The caller has checked the signature.
    pub fn from_cookie(value: &str) -> Option<Self> {
        let (at, rest) = value.strip_prefix("return ")?.split_once(' ')?;
        let (is_shown, path) = rest.split_once(' ')?;
        Some(Self { at: at.parse().ok()?, is_shown: is_shown == "shown", path: path.to_owned() })
    }
}

impl fmt::Display for ReturnCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, is_shown, path } = self;
        write!(f, "return {at} {} {path}", if *is_shown { "shown" } else { "new" })
    }
}

impl Visitor {
    /// Ignores values that are not a path of this site.
    pub async fn return_to(&self, path: &str) -> Result<(), Error> {
        let longest = if self.request.had_login { MAX_PATH_LENGTH } else { MAX_LENGTH_IN_COOKIE };
        if path.len() > longest || !is_local_path(path) {
            return Ok(());
        }
        if !self.request.had_login {
            let cookie = ReturnCookie { at: self.db.now(), is_shown: true, path: path.to_owned() };
            *self.return_state() = Some(cookie);
            return Ok(());
        }
        let wanted: ReturnPath = (path.to_owned(), self.owner().await?);
        self.session_data.insert(RETURN_TO, json!(wanted)).await;
        self.forget_return_cookie();
        Ok(())
    }

    /// The next page says so. Call it after `return_to`.
    pub async fn ask_to_log_in(&self) -> Result<(), Error> {
        if self.request.had_login {
            return self.flash(Level::Info, LOG_IN_FIRST).await;
        }
        let new = || ReturnCookie { at: self.db.now(), is_shown: false, path: String::new() };
        self.return_state().get_or_insert_with(new).is_shown = false;
        Ok(())
    }

    /// Also removes the path of another user, and returns `None`.
    pub async fn take_return_path(&self) -> Result<Option<String>, Error> {
        let wanted: Option<ReturnPath> = self.session_data.get(RETURN_TO).await?;
        self.session_data.remove(RETURN_TO).await?;
        let user = self.session_data.get::<LoginMark>(LOGIN_MARK).await?.map(|(_, user)| user);
        let path = wanted.filter(|(_, owner)| owner.is_none() || *owner == user).map(|(path, _)| path);
        let cookie = self.return_state().take();
        let in_time = cookie.filter(|cookie| is_within(self.db.now(), cookie.at, ReturnCookie::LIFETIME));
        // The cookie is newer: a path in the session data removes it.
        let newest = in_time.map(|cookie| cookie.path).filter(|path| !path.is_empty()).or(path);
        Ok(newest.filter(|path| is_local_path(path)))
    }

    /// Returns `None` unless this request has changed the cookie, and `Some(None)` if it must be removed.
    pub fn changed_return_cookie(&self) -> Option<Option<ReturnCookie>> {
        let cookie = self.return_state().clone();
        (cookie != self.request.return_cookie).then_some(cookie)
    }

    pub(super) fn take_log_in_message(&self) -> Option<Flash> {
        let mut state = self.return_state();
        let cookie = state.as_mut().filter(|cookie| !cookie.is_shown && self.request.is_activity)?;
        cookie.is_shown = true;
        is_within(self.db.now(), cookie.at, ReturnCookie::LIFETIME)
            .then(|| Flash { level: Level::Info, text: LOG_IN_FIRST.to_owned() })
    }

    pub(super) fn put_back_log_in_message(&self) {
        let sent = &self.request.return_cookie;
        let is_sent = |cookie: &ReturnCookie| sent.as_ref().is_some_and(|sent| sent.at == cookie.at);
        if let Some(cookie) = self.return_state().as_mut().filter(|cookie| is_sent(cookie)) {
            cookie.is_shown = sent.as_ref().is_none_or(|sent| sent.is_shown);
        }
    }

    /// The next person at this browser must not see it.
    pub(super) fn forget_return_cookie(&self) {
        *self.return_state() = None;
    }

    fn return_state(&self) -> MutexGuard<'_, Option<ReturnCookie>> {
        self.return_cookie.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A browser reads `//host` and `/\host` as another site, and first removes control characters.
pub fn is_local_path(path: &str) -> bool {
    path.starts_with('/')
        && !path[1..].starts_with(['/', '\\'])
        && !path.chars().any(|c| c.is_control() || c == '\\')
}
