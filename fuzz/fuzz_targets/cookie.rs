//! Any bytes as a `Cookie` header: they are refused unless the product signed them.
#![no_main]

use axum::http::{HeaderMap, HeaderValue, header};
use libfuzzer_sys::fuzz_target;
use program::cookie::SessionCookieCodec;
use server::Config;
use std::sync::LazyLock;

static COOKIE: LazyLock<SessionCookieCodec> =
    LazyLock::new(|| SessionCookieCodec::new(&Config::for_tests(&[])));

fuzz_target!(|bytes: &[u8]| {
    let mut headers = HeaderMap::new();
    let named = [ui::brand::SESSION_COOKIE[0].as_bytes(), b"=", bytes].concat();
    for line in [bytes, &named] {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append(header::COOKIE, value);
        }
    }
    assert_eq!(COOKIE.read(&headers), None);
});
