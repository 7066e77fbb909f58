//! The session cookie: read under any of the configured keys, written under the first.
//! tower-sessions' own layer knows one key, one expiry and no HTTPS for removals: docs/decisions/0008.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use server::config::{Config, Keys};
use server::visitor::PadCookie;
use tower_sessions::cookie::{Cookie, CookieJar, SameSite};
use tower_sessions::session::Id;

/// Stands behind the id while something waits for the next page. Signed along with it.
const MAIL: &str = ".mail";

/// How this product's session cookie is named, read and written.
#[derive(Clone, Debug)]
pub struct SessionCookie {
    keys: Keys,
    secure: bool,
}

/// What a request's cookie says, once its signature holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presented {
    /// The browser's session id.
    pub id: Id,
    /// Whether something waits for the next page.
    pub has_mail: bool,
    /// Whether it was signed with a secret that is on its way out.
    pub is_outdated: bool,
}

impl SessionCookie {
    /// The cookie as this configuration wants it.
    pub fn new(config: &Config) -> Self {
        Self { keys: config.session_keys.clone(), secure: config.is_production() }
    }

    /// The cookie's name. The prefix makes browsers refuse one that was set for a path, a parent domain or
    /// over plain HTTP; it demands `Secure`, so development does without.
    pub fn name(&self) -> &'static str {
        if self.secure { "__Host-session" } else { "session" }
    }

    /// The cookie of a request. Missing, tampered with, cut or from elsewhere is all the same: `None`.
    pub fn read(&self, headers: &HeaderMap) -> Option<Presented> {
        let mut jar = CookieJar::new();
        for header in headers.get_all(COOKIE) {
            for cookie in Cookie::split_parse_encoded(String::from_utf8_lossy(header.as_bytes())).flatten() {
                if cookie.name() == self.name() {
                    jar.add_original(cookie.into_owned());
                }
            }
        }
        jar.get(self.name())?;
        let signed = |key| jar.signed(key).get(self.name());
        let (cookie, is_outdated) = match signed(self.keys.signing()) {
            Some(cookie) => (cookie, false),
            None => (self.keys.old().iter().find_map(signed)?, true),
        };
        let (id, has_mail) = match cookie.value().strip_suffix(MAIL) {
            Some(id) => (id, true),
            None => (cookie.value(), false),
        };
        Some(Presented { id: id.parse().ok()?, has_mail, is_outdated })
    }

    /// The `Set-Cookie` header for a pad.
    pub fn write(&self, pad: &PadCookie) -> String {
        let value = format!("{}{}", pad.id, if pad.has_mail { MAIL } else { "" });
        let mut cookie = Cookie::build((self.name(), value))
            .http_only(true)
            // Strict would make somebody who follows a link from a mail look logged out.
            .same_site(SameSite::Lax)
            .secure(self.secure)
            .path("/");
        if let Some(max_age) = pad.max_age.and_then(|age| age.try_into().ok()) {
            cookie = cookie.max_age(max_age);
        }
        let mut jar = CookieJar::new();
        jar.signed_mut(self.keys.signing()).add(cookie);
        jar.delta().map(|cookie| cookie.encoded().to_string()).collect()
    }
}
