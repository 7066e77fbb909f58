//! CSRF tokens, bound to the browser's session id. They differ in each response, so that compression reveals nothing.

use super::Visitor;
use crate::keys::Keys;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use tower_sessions::session::Id;

pub const TOKEN_FIELD: &str = "csrf_token";

const NONCE: usize = 16;

impl Visitor {
    /// A browser without a cookie gets one with the page.
    pub fn form_token(&self) -> &str {
        self.form_token.get_or_init(|| make(&self.keys, self.session_data.id()).unwrap_or_default())
    }

    /// False if the browser got a new session id after the page.
    pub fn accepts(&self, token: &str) -> bool {
        // The page of this form had the id that this request has just replaced.
        let ids = self.renewed_from.get().into_iter().copied().chain([self.session_data.id()]);
        !self.session_data.is_new() && ids.into_iter().any(|id| is_of(&self.keys, id, token))
    }
}

fn make(keys: &Keys, browser: Id) -> Option<String> {
    let nonce = uuid::Uuid::new_v4();
    let mac = mac(keys.forms().next()?, nonce.as_bytes(), browser)?.finalize().into_bytes();
    Some(URL_SAFE_NO_PAD.encode([nonce.as_bytes(), mac.as_slice()].concat()))
}

fn is_of(keys: &Keys, browser: Id, token: &str) -> bool {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else {
        return false;
    };
    let Some((nonce, signature)) = bytes.split_at_checked(NONCE) else {
        return false;
    };
    // `verify_slice` takes constant time.
    keys.forms().any(|key| mac(key, nonce, browser).is_some_and(|mac| mac.verify_slice(signature).is_ok()))
}

fn mac(key: &[u8; 32], nonce: &[u8], browser: Id) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(nonce);
    mac.update(&browser.0.to_le_bytes());
    Some(mac)
}
