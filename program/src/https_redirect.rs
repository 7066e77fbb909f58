//! `REDIRECT_TO_HTTPS`: a request that reached the proxy by plain HTTP is redirected.

use crate::client_address::is_from_proxy;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use server::Config;
use server::config::TrustedProxies;
use std::sync::Arc;

const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

#[derive(Clone, Debug)]
pub struct HttpsRedirect {
    /// The origin of `PUBLIC_URL`, since the client chooses the host of a request.
    origin: Arc<str>,
    proxies: TrustedProxies,
}

impl HttpsRedirect {
    /// Returns `None` if the setting is off.
    pub fn new(config: &Config) -> Option<Self> {
        let mut url = config.public_url.clone();
        url.set_scheme("https").ok()?;
        let redirect = Self {
            origin: url.origin().ascii_serialization().into(),
            proxies: config.trusted_proxies.clone(),
        };
        config.redirect_to_https.then_some(redirect)
    }

    /// Returns `None` if the client uses HTTPS, or if no trusted proxy says otherwise.
    pub fn of(&self, request: &Request) -> Option<Response> {
        if !is_from_proxy(request, &self.proxies) || !is_plain(request.headers()) {
            return None;
        }
        let path = request.uri().path_and_query().map(|path| path.as_str());
        let path = path.filter(|path| path.starts_with('/')).unwrap_or("/");
        let url = HeaderValue::try_from(format!("{}{path}", self.origin)).ok()?;
        // After a 301, browsers send a form again as GET.
        let status = match *request.method() {
            Method::GET | Method::HEAD => StatusCode::MOVED_PERMANENTLY,
            _ => StatusCode::PERMANENT_REDIRECT,
        };
        Some((status, [(header::LOCATION, url)]).into_response())
    }
}

/// Of several values the first counts. It is from the proxy that the client is connected to; a later proxy in the
/// network often uses plain HTTP. A client that sends this header itself changes only its own responses.
fn is_plain(headers: &HeaderMap) -> bool {
    let named = headers.get(FORWARDED_PROTO).and_then(|line| line.to_str().ok());
    let first = named.and_then(|line| line.split(',').next()).unwrap_or_default();
    first.trim().eq_ignore_ascii_case("http")
}
