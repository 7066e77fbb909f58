//! A cookie under our signature: read under any of the configured keys, written under the first.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use server::config::Config;
use server::keys::Keys;
use std::time::Duration;
use tower_sessions::cookie::{Cookie, CookieJar, SameSite};

/// How one of our cookies is named, read and written.
#[derive(Clone, Debug)]
pub struct SignedCookie {
    name: &'static str,
    keys: Keys,
    secure: bool,
}

/// What a cookie holds, once its signature holds.
pub struct Verified {
    /// Its value. The signature says nothing of the cookie's name: values of different cookies must look different.
    pub value: String,
    /// Whether it was signed with a secret that is on its way out.
    pub is_outdated: bool,
}

impl SignedCookie {
    /// The cookie as this configuration wants it, under the first of these names, or the second in production.
    pub fn new(config: &Config, names: [&'static str; 2]) -> Self {
        let secure = config.is_production();
        Self { name: names[usize::from(secure)], keys: config.session_keys.clone(), secure }
    }

    /// The cookie of a request. Missing, tampered with, cut or from elsewhere is all the same: `None`.
    pub fn read(&self, headers: &HeaderMap) -> Option<Verified> {
        let jar = self.jar(headers)?;
        let signed = |key| jar.signed(key).get(self.name).map(|cookie| cookie.value().to_owned());
        let (value, is_outdated) = match signed(self.keys.signing()) {
            Some(value) => (value, false),
            None => (self.keys.old().find_map(signed)?, true),
        };
        Some(Verified { value, is_outdated })
    }

    /// Our cookie, its signature not looked at yet. The name counts as it was sent: one that becomes ours only when it
    /// is decoded could have been set by a neighbouring host, which browsers refuse for the name itself.
    fn jar(&self, headers: &HeaderMap) -> Option<CookieJar> {
        let mut jar = CookieJar::new();
        for header in headers.get_all(COOKIE) {
            for pair in String::from_utf8_lossy(header.as_bytes()).split(';') {
                let pair = pair.trim_matches([' ', '\t']);
                let is_ours = pair.split_once('=').is_some_and(|(name, _)| name == self.name);
                if let Some(cookie) = is_ours.then(|| Cookie::parse_encoded(pair).ok()).flatten() {
                    jar.add_original(cookie.into_owned());
                }
            }
        }
        jar.get(self.name).is_some().then_some(jar)
    }

    /// The `Set-Cookie` header for a value; without an age it lasts until the browser's window closes.
    pub fn write(&self, value: String, max_age: Option<Duration>) -> String {
        let mut cookie = Cookie::build((self.name, value))
            .http_only(true)
            // Strict would make somebody who follows a link from a mail look logged out.
            .same_site(SameSite::Lax)
            .secure(self.secure)
            .path("/");
        if let Some(max_age) = max_age.and_then(|age| age.try_into().ok()) {
            cookie = cookie.max_age(max_age);
        }
        let mut jar = CookieJar::new();
        jar.signed_mut(self.keys.signing()).add(cookie);
        jar.delta().map(|cookie| cookie.encoded().to_string()).collect()
    }
}
