//! `SESSION_SECRET`: its validation, and the keys that are derived from it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use tower_sessions::cookie::Key;

const MIN_BYTES: usize = 32;
/// Too few to be an id, enough to tell sessions apart.
const LOG_NAME_BYTES: usize = 8;
const HOW_TO: &str = "make one with: openssl rand -base64 48";

/// The first secret signs, all secrets verify.
#[derive(Clone)]
pub struct Keys(Arc<[KeysOfSecret]>);

struct KeysOfSecret {
    cookie: Key,
    form: [u8; 32],
    link: [u8; 32],
    refresh_token: [u8; 32],
    access_token: [u8; 32],
    encryption: [u8; 32],
    log: [u8; 32],
}

impl Keys {
    pub fn signing(&self) -> &Key {
        &self.0[0].cookie
    }

    /// The keys of old secrets, which only verify.
    pub fn old(&self) -> impl Iterator<Item = &Key> {
        self.0[1..].iter().map(|keys| &keys.cookie)
    }

    pub fn forms(&self) -> impl Iterator<Item = &[u8; 32]> {
        self.0.iter().map(|keys| &keys.form)
    }

    pub fn links(&self) -> impl Iterator<Item = &[u8; 32]> {
        self.0.iter().map(|keys| &keys.link)
    }

    pub fn refresh_tokens(&self) -> impl Iterator<Item = &[u8; 32]> {
        self.0.iter().map(|keys| &keys.refresh_token)
    }

    /// Seeds of Ed25519.
    pub fn access_tokens(&self) -> impl Iterator<Item = &[u8; 32]> {
        self.0.iter().map(|keys| &keys.access_token)
    }

    pub fn encryption_keys(&self) -> impl Iterator<Item = &[u8; 32]> {
        self.0.iter().map(|keys| &keys.encryption)
    }

    /// Names a session in logs: the same for the same id, without use as a cookie, and unknown to readers of the tables.
    pub fn log_name(&self, session_id: &str) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0[0].log) else { return String::new() };
        mac.update(session_id.as_bytes());
        mac.finalize().into_bytes().iter().take(LOG_NAME_BYTES).map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({})", self.0.len()) // never the keys themselves: configs end up in logs
    }
}

impl FromStr for Keys {
    type Err = String;

    /// A comma-separated list of secrets in base64, the signing one first.
    fn from_str(list: &str) -> Result<Self, String> {
        if list.is_empty() {
            return Err(format!("is missing; {HOW_TO}"));
        }
        list.split(',').map(|secret| keys(secret.trim())).collect::<Result<_, _>>().map(Self)
    }
}

fn keys(secret: &str) -> Result<KeysOfSecret, String> {
    let Ok(bytes) = STANDARD.decode(secret) else {
        return Err(format!("must be base64 (or several, with commas between); {HOW_TO}"));
    };
    if bytes.len() < MIN_BYTES {
        return Err(format!("must hold at least {MIN_BYTES} bytes, this holds {}; {HOW_TO}", bytes.len()));
    }
    // Rejects secrets typed by hand, like `abcabcabc…`.
    if bytes.iter().collect::<HashSet<_>>().len() < MIN_BYTES / 2 {
        return Err(format!("is not random; {HOW_TO}"));
    }
    let secret = Hkdf::<Sha256>::new(None, &bytes);
    let (mut cookie, mut form, mut link, mut encryption, mut log) =
        ([0; 64], [0; 32], [0; 32], [0; 32], [0; 32]);
    let (mut refresh_token, mut access_token) = ([0; 32], [0; 32]);
    secret
        .expand(b"session cookie", &mut cookie)
        .and_then(|()| secret.expand(b"form token", &mut form))
        .and_then(|()| secret.expand(b"link in an email", &mut link))
        .and_then(|()| secret.expand(b"refresh token", &mut refresh_token))
        .and_then(|()| secret.expand(b"access token", &mut access_token))
        .and_then(|()| secret.expand(b"seal in the database", &mut encryption))
        .and_then(|()| secret.expand(b"session in a log", &mut log))
        .map_err(|_| "could not be turned into a key".to_owned())?;
    Ok(KeysOfSecret { cookie: Key::from(&cookie), form, link, refresh_token, access_token, encryption, log })
}
