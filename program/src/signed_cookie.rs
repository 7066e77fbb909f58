//! Signed cookies: read with any of the configured keys, written with the first.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;
use server::config::{Config, CookieSettings};
use server::keys::Keys;
use std::sync::Arc;
use std::time::Duration;
use tower_sessions::cookie::{Cookie, CookieJar};

#[derive(Clone, Debug)]
pub struct SignedCookie {
    name: Arc<str>,
    keys: Keys,
    secure: bool,
    attributes: CookieSettings,
}

/// A cookie whose signature is valid.
pub struct Verified {
    /// The signature does not cover the cookie's name, so values of different cookies must have different formats.
    pub value: String,
    /// Signed with an old secret that will be removed.
    pub is_outdated: bool,
}

impl SignedCookie {
    /// The second name is for production. Browsers refuse its prefix `__Host-` with a domain or another path than `/`.
    pub fn new(config: &Config, names: [&'static str; 2]) -> Self {
        Self::with(config, names, config.session_cookie.clone())
    }

    pub fn with(config: &Config, names: [&'static str; 2], attributes: CookieSettings) -> Self {
        let secure = config.is_production();
        let name = match (secure, attributes.is_for_one_host()) {
            (false, _) => names[0].into(),
            (true, true) => names[1].into(),
            (true, false) => format!("__Secure-{}", names[0]).into(),
        };
        Self { name, keys: config.session_keys.clone(), secure, attributes }
    }

    /// Replaces the name, if there is one.
    pub fn named(self, name: Option<Arc<str>>) -> Self {
        Self { name: name.unwrap_or(self.name), ..self }
    }

    /// Returns `None` if the cookie is missing, changed, truncated or foreign.
    pub fn read(&self, headers: &HeaderMap) -> Option<Verified> {
        let jar = self.jar(headers)?;
        let signed = |key| jar.signed(key).get(&self.name).map(|cookie| cookie.value().to_owned());
        let (value, is_outdated) = match signed(self.keys.signing()) {
            Some(value) => (value, false),
            None => (self.keys.old().find_map(signed)?, true),
        };
        Some(Verified { value, is_outdated })
    }

    /// For an encrypted value, which needs no signature.
    pub fn read_unsigned(&self, headers: &HeaderMap) -> Option<String> {
        self.jar(headers)?.get(&self.name).map(|cookie| cookie.value().to_owned())
    }

    /// The name must match before decoding: browsers protect only an undecoded `__Host-` name from other hosts.
    fn jar(&self, headers: &HeaderMap) -> Option<CookieJar> {
        let mut jar = CookieJar::new();
        for header in headers.get_all(COOKIE) {
            for pair in String::from_utf8_lossy(header.as_bytes()).split(';') {
                let pair = pair.trim_matches([' ', '\t']);
                let is_ours = pair.split_once('=').is_some_and(|(name, _)| name == &*self.name);
                if let Some(cookie) = is_ours.then(|| Cookie::parse_encoded(pair).ok()).flatten() {
                    jar.add_original(cookie.into_owned());
                }
            }
        }
        jar.get(&self.name).is_some().then_some(jar)
    }

    /// Without `max_age` the cookie lasts until the browser closes.
    pub fn write(&self, value: String, max_age: Option<Duration>) -> String {
        let mut jar = CookieJar::new();
        jar.signed_mut(self.keys.signing()).add(self.cookie(value, max_age));
        jar.delta().map(|cookie| cookie.encoded().to_string()).collect()
    }

    /// For an encrypted value, which needs no signature.
    pub fn write_unsigned(&self, value: String, max_age: Option<Duration>) -> String {
        self.cookie(value, max_age).encoded().to_string()
    }

    fn cookie(&self, value: String, max_age: Option<Duration>) -> Cookie<'static> {
        let CookieSettings { domain, same_site, path, .. } = &self.attributes;
        let mut cookie = Cookie::build((self.name.to_string(), value))
            .http_only(true)
            .same_site(*same_site)
            .secure(self.secure)
            .path(path.to_string());
        if let Some(domain) = domain {
            cookie = cookie.domain(domain.to_string());
        }
        if let Some(max_age) = max_age.and_then(|age| age.try_into().ok()) {
            cookie = cookie.max_age(max_age);
        }
        cookie.build()
    }
}
