//! The cookie of a log-in with a provider: the hash of its state, while the browser is at the provider. It is no session
//! data, since a browser need not send the session cookie with a request that the provider began.

use super::Visitor;
use std::sync::PoisonError;

impl Visitor {
    pub fn sign_on_cookie(&self) -> Option<String> {
        self.sign_on_cookie.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// `None` removes it.
    pub fn set_sign_on_cookie(&self, hash: Option<String>) {
        *self.sign_on_cookie.lock().unwrap_or_else(PoisonError::into_inner) = hash;
    }

    /// Returns `None` unless this request has changed the cookie, and `Some(None)` if it must be removed.
    pub fn changed_sign_on_cookie(&self) -> Option<Option<String>> {
        let cookie = self.sign_on_cookie();
        (cookie != self.request.sign_on_cookie).then_some(cookie)
    }
}
