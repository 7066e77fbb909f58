//! The two cookies there are. tower-sessions' own layer knows one key, one expiry and no HTTPS for removals:
//! docs/decisions/0008.

use crate::signed_cookie::SignedCookie;
use app::brand::{BROWSER_COOKIE, SESSION_COOKIE};
use axum::http::HeaderMap;
use server::Config;
use server::visitor::{KnownBrowser, SessionCookie};
use std::time::Duration;
use tower_sessions::session::Id;

/// Stand behind the id, signed along with it: somebody has been logged in under it, and something waits for the next
/// page. What is not there need not be looked for in the database.
const KNOWN: &str = ".known";
const PENDING: &str = ".pending";

/// As long as browsers keep any cookie.
const LONGEST: Duration = Duration::from_secs(400 * 86_400);

/// The session cookie.
#[derive(Clone, Debug)]
pub struct SessionCookieCodec(SignedCookie);

/// What a request's session cookie says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presented {
    /// The browser's session id.
    pub id: Id,
    /// Whether something waits for the next page.
    pub has_pending: bool,
    /// Whether somebody is logged in under this id, or was.
    pub is_known: bool,
    /// Whether it was signed with a secret that is on its way out.
    pub is_outdated: bool,
}

impl SessionCookieCodec {
    /// The cookie as this configuration wants it.
    pub fn new(config: &Config) -> Self {
        Self(SignedCookie::new(config, SESSION_COOKIE))
    }

    /// The cookie of a request.
    pub fn read(&self, headers: &HeaderMap) -> Option<Presented> {
        let cookie = self.0.read(headers)?;
        let (rest, has_pending) = without(&cookie.value, PENDING);
        let (id, is_known) = without(rest, KNOWN);
        Some(Presented { id: id.parse().ok()?, has_pending, is_known, is_outdated: cookie.is_outdated })
    }

    /// The `Set-Cookie` header for a session data.
    pub fn write(&self, pad: &SessionCookie) -> String {
        let known = if pad.is_known { KNOWN } else { "" };
        let mail = if pad.has_pending { PENDING } else { "" };
        self.0.write(format!("{}{known}{mail}", pad.id), pad.max_age)
    }
}

fn without<'a>(value: &'a str, mark: &str) -> (&'a str, bool) {
    value.strip_suffix(mark).map_or((value, false), |rest| (rest, true))
}

/// The cookie that outlives log-ins, so that somebody's own browser need not wait when others guess their password. It
/// opens no door.
#[derive(Clone, Debug)]
pub struct BrowserCookie(SignedCookie);

impl BrowserCookie {
    /// The cookie as this configuration wants it.
    pub fn new(config: &Config) -> Self {
        Self(SignedCookie::new(config, BROWSER_COOKIE))
    }

    /// The cookie of a request.
    pub fn read(&self, headers: &HeaderMap) -> Option<KnownBrowser> {
        KnownBrowser::from_cookie(&self.0.read(headers)?.value)
    }

    /// The `Set-Cookie` header for a browser.
    pub fn write(&self, browser: &KnownBrowser) -> String {
        self.0.write(browser.to_string(), Some(LONGEST))
    }
}
