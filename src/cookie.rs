//! The session cookie, the browser cookie, the cookie of the return path and that of session data. tower-sessions' own layer has only one key
//! and one expiry: docs/decisions/0008.

use crate::signed_cookie::SignedCookie;
use app::brand::{BROWSER_COOKIE, DATA_COOKIE, RETURN_COOKIE, SESSION_COOKIE, SIGN_ON_COOKIE};
use axum::http::HeaderMap;
use server::Config;
use server::single_sign_on;
use server::visitor::{KnownBrowser, ReturnCookie, SessionCookie};
use std::time::Duration;
use tower_sessions::session::Id;

/// Signed with the id: a user is or was logged in under it; something is pending. Without a suffix no query is needed.
const KNOWN: &str = ".known";
const PENDING: &str = ".pending";

/// The longest time that browsers keep a cookie.
const LONGEST: Duration = Duration::from_secs(400 * 86_400);

#[derive(Clone, Debug)]
pub struct SessionCookieCodec(SignedCookie);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presented {
    pub id: Id,
    pub has_pending: bool,
    pub had_login: bool,
    pub is_outdated: bool,
}

impl SessionCookieCodec {
    pub fn new(config: &Config) -> Self {
        Self(SignedCookie::new(config, SESSION_COOKIE))
    }

    pub fn read(&self, headers: &HeaderMap) -> Option<Presented> {
        let cookie = self.0.read(headers)?;
        let (rest, has_pending) = without(&cookie.value, PENDING);
        let (id, had_login) = without(rest, KNOWN);
        Some(Presented { id: id.parse().ok()?, has_pending, had_login, is_outdated: cookie.is_outdated })
    }

    pub fn write(&self, cookie: &SessionCookie) -> String {
        let known = if cookie.had_login { KNOWN } else { "" };
        let mail = if cookie.has_pending { PENDING } else { "" };
        self.0.write(format!("{}{known}{mail}", cookie.id), cookie.max_age)
    }
}

fn without<'a>(value: &'a str, mark: &str) -> (&'a str, bool) {
    value.strip_suffix(mark).map_or((value, false), |rest| (rest, true))
}

/// Outlives log-ins. It gives the user's own browser a separate rate limit, and grants no access.
#[derive(Clone, Debug)]
pub struct BrowserCookie(SignedCookie);

impl BrowserCookie {
    pub fn new(config: &Config) -> Self {
        Self(SignedCookie::new(config, BROWSER_COOKIE))
    }

    pub fn read(&self, headers: &HeaderMap) -> Option<KnownBrowser> {
        KnownBrowser::from_cookie(&self.0.read(headers)?.value)
    }

    pub fn write(&self, browser: &KnownBrowser) -> String {
        self.0.write(browser.to_string(), Some(LONGEST))
    }
}

/// Exists between a closed page and the log-in.
#[derive(Clone, Debug)]
pub struct ReturnCookieCodec(SignedCookie);

impl ReturnCookieCodec {
    pub fn new(config: &Config) -> Self {
        Self(SignedCookie::new(config, RETURN_COOKIE))
    }

    pub fn read(&self, headers: &HeaderMap) -> Option<ReturnCookie> {
        ReturnCookie::from_cookie(&self.0.read(headers)?.value)
    }

    /// `None` removes it.
    pub fn write(&self, cookie: Option<&ReturnCookie>) -> String {
        match cookie {
            Some(cookie) => self.0.write(cookie.to_string(), Some(ReturnCookie::LASTS)),
            None => self.0.write(String::new(), Some(Duration::ZERO)),
        }
    }
}

/// While the browser is at a provider. The signature does not cover the name, so the value has a prefix of its own.
#[derive(Clone, Debug)]
pub struct SignOnCookie(SignedCookie);

impl SignOnCookie {
    const PREFIX: &'static str = "sign-on ";

    pub fn new(config: &Config) -> Self {
        Self(SignedCookie::new(config, SIGN_ON_COOKIE))
    }

    pub fn read(&self, headers: &HeaderMap) -> Option<String> {
        self.0.read(headers)?.value.strip_prefix(Self::PREFIX).map(str::to_owned)
    }

    /// `None` removes it.
    pub fn write(&self, hash: Option<String>) -> String {
        match hash {
            Some(hash) => self.0.write(format!("{}{hash}", Self::PREFIX), Some(single_sign_on::LASTS)),
            None => self.0.write(String::new(), Some(Duration::ZERO)),
        }
    }
}

/// Only if `SESSION_DATA_STORE` is `cookie`. Its value is encrypted.
#[derive(Clone, Debug)]
pub struct DataCookie(SignedCookie);

impl DataCookie {
    pub fn new(config: &Config) -> Self {
        Self(SignedCookie::new(config, DATA_COOKIE))
    }

    pub fn read(&self, headers: &HeaderMap) -> Option<String> {
        self.0.read_unsigned(headers)
    }

    /// An empty value removes it. `max_age` is that of the session cookie.
    pub fn write(&self, value: String, max_age: Option<Duration>) -> String {
        let max_age = if value.is_empty() { Some(Duration::ZERO) } else { max_age };
        self.0.write_unsigned(value, max_age)
    }
}
