//! The cookies that the browser of the tests keeps.

use super::Browser;
use axum::http::{HeaderMap, header};
use ui::brand::{DATA_COOKIE, RETURN_COOKIE, SESSION_COOKIE, SIGN_ON_COOKIE};

impl Browser {
    pub(super) fn cookies(&self) -> Option<String> {
        let all: Vec<&str> = [&self.cookie, &self.return_cookie, &self.data_cookie, &self.sign_on_cookie]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        (!all.is_empty()).then(|| all.join("; "))
    }

    pub(super) fn keep_cookies(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let pair = cookie.split(';').next().unwrap().to_owned();
            let is = |names: [&str; 2]| names.iter().any(|name| pair.starts_with(&format!("{name}=")));
            if is(RETURN_COOKIE) {
                self.return_cookie = (!cookie.contains("Max-Age=0")).then_some(pair);
            } else if is(DATA_COOKIE) {
                self.data_cookie = (!cookie.contains("Max-Age=0")).then_some(pair);
            } else if is(SIGN_ON_COOKIE) {
                self.sign_on_cookie = (!cookie.contains("Max-Age=0")).then_some(pair);
            } else if is(SESSION_COOKIE) {
                self.cookie = Some(pair);
            }
        }
    }
}
