//! Requests that are no activity of the user.

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::ACCEPT;
use ui::api::PROBE;

/// The user may never see a prefetched page. A form post is never a prefetch.
pub fn is_fetched_ahead(request: &Request) -> bool {
    let says =
        |name| request.headers().get(name).is_some_and(|value| value.as_bytes().starts_with(b"prefetch"));
    request.method().is_safe() && (says("sec-purpose") || says("purpose") || says("x-moz"))
}

/// A script marks polling by this header. Neither this nor a stream nor the probe is activity of the user.
pub fn is_background(request: &Request) -> bool {
    if request.uri().path() == PROBE {
        return true;
    }
    let accept = request.headers().get(ACCEPT).map_or(&b""[..], HeaderValue::as_bytes);
    request.headers().contains_key("x-background") || accept.starts_with(b"text/event-stream")
}
