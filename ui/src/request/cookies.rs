//! The cookies that a page reads and a server function sets: docs/guides/set-a-cookie.md.

use super::{Cx, missing};
use crate::plain_cookie;
use crate::problem::Problem;
use axum::http::header;
use cookie::CookieBuilder;

impl Cx {
    /// The decoded value of a cookie of this request. It is not signed, so treat it as input.
    pub fn cookie(&self, name: &str) -> Option<String> {
        plain_cookie::read(&self.cookies, name)
    }

    /// Sets a cookie, in server functions only. `plain_cookie::header_of` has the defaults, and what is refused.
    pub fn set_cookie(&self, cookie: CookieBuilder<'static>) -> Result<(), Problem> {
        let header = plain_cookie::header_of(cookie, self.config.is_production())?;
        let response = self.response.as_ref().ok_or_else(|| missing("a response: a page sets no cookie"))?;
        response.append_header(header::SET_COOKIE, header);
        Ok(())
    }

    /// Removes a cookie that was set with this path and this domain.
    pub fn remove_cookie(&self, cookie: CookieBuilder<'static>) -> Result<(), Problem> {
        self.set_cookie(cookie.removal())
    }
}
