//! The product's signed cookies: of the session, the browser, the return path, the admin area and single sign-on; and
//! the encrypted one of session data. tower-sessions' own layer has only one key and one expiry: docs/decisions/0008.

use crate::signed_cookie::SignedCookie;
use axum::http::HeaderMap;
use server::config::CookieSettings;
use server::visitor::{KnownBrowser, ReturnCookie, SessionCookie};
use server::{Config, single_sign_on};
use std::time::Duration;
use tower_sessions::cookie::SameSite;
use tower_sessions::session::Id;
use ui::brand::{ADMIN_COOKIE, BROWSER_COOKIE, DATA_COOKIE, RETURN_COOKIE, SESSION_COOKIE, SIGN_ON_COOKIE};

/// A suffix of the session id, signed with it: a user is or was logged in under this id.
const KNOWN: &str = ".known";
/// A second suffix: a message or a form is pending. Without either suffix no query is needed.
const PENDING: &str = ".pending";

/// The longest time that browsers keep a cookie.
const MAX_AGE: Duration = Duration::from_secs(400 * 86_400);

#[derive(Clone, Debug)]
pub struct Cookies {
    pub session: SessionCookieCodec,
    pub browser: BrowserCookie,
    pub return_path: ReturnCookieCodec,
    pub sign_on: SignOnCookie,
    pub data: DataCookie,
    /// `None` unless the admin area has a session of its own.
    pub admin: Option<AdminCookie>,
    /// Whether browsers leave out the session cookie with links of other sites.
    pub are_strict: bool,
}

impl Cookies {
    pub fn new(config: &Config) -> Self {
        Self {
            session: SessionCookieCodec::new(config),
            browser: BrowserCookie::new(config),
            return_path: ReturnCookieCodec::new(config),
            sign_on: SignOnCookie::new(config),
            data: DataCookie::new(config),
            admin: config.admin_session.map(|_| AdminCookie::new(config)),
            are_strict: config.session_cookie.is_strict(),
        }
    }
}

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
        Self(SignedCookie::new(config, SESSION_COOKIE).named(config.session_cookie.name.clone()))
    }

    pub fn read(&self, headers: &HeaderMap) -> Option<Presented> {
        let cookie = self.0.read(headers)?;
        let (rest, has_pending) = without(&cookie.value, PENDING);
        let (id, had_login) = without(rest, KNOWN);
        Some(Presented { id: id.parse().ok()?, has_pending, had_login, is_outdated: cookie.is_outdated })
    }

    pub fn write(&self, cookie: &SessionCookie) -> String {
        let known = if cookie.had_login { KNOWN } else { "" };
        let pending = if cookie.has_pending { PENDING } else { "" };
        self.0.write(format!("{}{known}{pending}", cookie.id), cookie.max_age)
    }
}

fn without<'a>(value: &'a str, suffix: &str) -> (&'a str, bool) {
    value.strip_suffix(suffix).map_or((value, false), |rest| (rest, true))
}

/// Outlives log-ins. It gives a known browser of the user a separate rate limit, and grants no access.
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
        self.0.write(browser.to_string(), Some(MAX_AGE))
    }
}

/// Keeps the page that a visitor wanted, until the log-in.
#[derive(Clone, Debug)]
pub struct ReturnCookieCodec(SignedCookie);

impl ReturnCookieCodec {
    pub fn new(config: &Config) -> Self {
        Self(SignedCookie::new(config, RETURN_COOKIE))
    }

    pub fn read(&self, headers: &HeaderMap) -> Option<ReturnCookie> {
        ReturnCookie::from_cookie(&self.0.read(headers)?.value)
    }

    /// `None` removes the cookie.
    pub fn write(&self, cookie: Option<&ReturnCookie>) -> String {
        match cookie {
            Some(cookie) => self.0.write(cookie.to_string(), Some(ReturnCookie::LIFETIME)),
            None => self.0.write(String::new(), Some(Duration::ZERO)),
        }
    }
}

/// The key of the admin area. Browsers send it there only, and never with a link of another site.
#[derive(Clone, Debug)]
pub struct AdminCookie(SignedCookie);

impl AdminCookie {
    pub const PATH: &str = "/admin";

    pub fn new(config: &Config) -> Self {
        let (same_site, path) = (SameSite::Strict, Self::PATH.into());
        let attributes = CookieSettings { name: None, domain: None, same_site, path };
        Self(SignedCookie::with(config, ADMIN_COOKIE, attributes))
    }

    pub fn read(&self, headers: &HeaderMap) -> Option<String> {
        self.0.read(headers).map(|cookie| cookie.value)
    }

    /// The cookie lasts until the browser closes.
    pub fn write(&self, key: &str) -> String {
        self.0.write(key.to_owned(), None)
    }
}

/// Exists while the browser is at a provider. The signature does not cover the name, so the value has a prefix.
#[derive(Clone, Debug)]
pub struct SignOnCookie(SignedCookie);

impl SignOnCookie {
    const PREFIX: &'static str = "sign-on ";

    pub fn new(config: &Config) -> Self {
        // A strict cookie would not come back from the provider.
        let attributes = CookieSettings { same_site: SameSite::Lax, ..config.session_cookie.clone() };
        Self(SignedCookie::with(config, SIGN_ON_COOKIE, attributes))
    }

    pub fn read(&self, headers: &HeaderMap) -> Option<String> {
        self.0.read(headers)?.value.strip_prefix(Self::PREFIX).map(str::to_owned)
    }

    /// `None` removes the cookie.
    pub fn write(&self, hash: Option<String>) -> String {
        match hash {
            Some(hash) => self.0.write(format!("{}{hash}", Self::PREFIX), Some(single_sign_on::LIFETIME)),
            None => self.0.write(String::new(), Some(Duration::ZERO)),
        }
    }
}

/// Exists only if `SESSION_DATA_STORE` is `cookie`. Its value is encrypted.
#[derive(Clone, Debug)]
pub struct DataCookie(SignedCookie);

impl DataCookie {
    pub fn new(config: &Config) -> Self {
        Self(SignedCookie::new(config, DATA_COOKIE))
    }

    pub fn read(&self, headers: &HeaderMap) -> Option<String> {
        self.0.read_unsigned(headers)
    }

    /// An empty value removes the cookie. `max_age` is that of the session cookie.
    pub fn write(&self, value: String, max_age: Option<Duration>) -> String {
        let max_age = if value.is_empty() { Some(Duration::ZERO) } else { max_age };
        self.0.write_unsigned(value, max_age)
    }
}
