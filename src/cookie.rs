//! The session cookie and the browser cookie. tower-sessions' own layer supports only one key and one expiry, and
//! removes cookies without `Secure`: docs/decisions/0008.

use crate::signed_cookie::SignedCookie;
use app::brand::{BROWSER_COOKIE, SESSION_COOKIE};
use axum::http::HeaderMap;
use server::Config;
use server::visitor::{KnownBrowser, SessionCookie};
use std::time::Duration;
use tower_sessions::session::Id;

/// Suffixes of the id, which are signed with it: the id belongs or belonged to a log-in; something is pending for the
/// next page. Without a suffix the database need not be asked.
const KNOWN: &str = ".known";
const PENDING: &str = ".pending";

/// The longest time that browsers keep a cookie.
const LONGEST: Duration = Duration::from_secs(400 * 86_400);

/// Reads and writes the session cookie.
#[derive(Clone, Debug)]
pub struct SessionCookieCodec(SignedCookie);

/// The content of a request's session cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presented {
    /// The browser's session id.
    pub id: Id,
    /// Whether something is pending for the next page.
    pub has_pending: bool,
    /// Whether a user is logged in under this id, or was.
    pub is_known: bool,
    /// Whether it was signed with an old secret that will be removed.
    pub is_outdated: bool,
}

impl SessionCookieCodec {
    /// Makes the codec from the settings.
    pub fn new(config: &Config) -> Self {
        Self(SignedCookie::new(config, SESSION_COOKIE))
    }

    /// Returns the session cookie of a request.
    pub fn read(&self, headers: &HeaderMap) -> Option<Presented> {
        let cookie = self.0.read(headers)?;
        let (rest, has_pending) = without(&cookie.value, PENDING);
        let (id, is_known) = without(rest, KNOWN);
        Some(Presented { id: id.parse().ok()?, has_pending, is_known, is_outdated: cookie.is_outdated })
    }

    /// Returns the `Set-Cookie` header for session data.
    pub fn write(&self, pad: &SessionCookie) -> String {
        let known = if pad.is_known { KNOWN } else { "" };
        let mail = if pad.has_pending { PENDING } else { "" };
        self.0.write(format!("{}{known}{mail}", pad.id), pad.max_age)
    }
}

fn without<'a>(value: &'a str, mark: &str) -> (&'a str, bool) {
    value.strip_suffix(mark).map_or((value, false), |rest| (rest, true))
}

/// A cookie that outlives log-ins. It gives the user's own browser a separate rate limit, so that an attacker's guesses
/// do not block it. It grants no access.
#[derive(Clone, Debug)]
pub struct BrowserCookie(SignedCookie);

impl BrowserCookie {
    /// Makes the codec from the settings.
    pub fn new(config: &Config) -> Self {
        Self(SignedCookie::new(config, BROWSER_COOKIE))
    }

    /// Returns the browser cookie of a request.
    pub fn read(&self, headers: &HeaderMap) -> Option<KnownBrowser> {
        KnownBrowser::from_cookie(&self.0.read(headers)?.value)
    }

    /// Returns the `Set-Cookie` header for a browser.
    pub fn write(&self, browser: &KnownBrowser) -> String {
        self.0.write(browser.to_string(), Some(LONGEST))
    }
}
