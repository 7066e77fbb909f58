//! Which requests are no activity of the user: prefetches and background requests.

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::ACCEPT;
use ui::api::PROBE;

/// The user may never see a prefetched page. A form post is never a prefetch.
pub fn is_prefetch(request: &Request) -> bool {
    let says =
        |name| request.headers().get(name).is_some_and(|value| value.as_bytes().starts_with(b"prefetch"));
    request.method().is_safe() && (says("sec-purpose") || says("purpose") || says("x-moz"))
}

/// Polling by a script (with the header `x-background`), a stream, or the probe.
pub fn is_background(request: &Request) -> bool {
    if request.uri().path() == PROBE {
        return true;
    }
    let accept = request.headers().get(ACCEPT).map_or(&b""[..], HeaderValue::as_bytes);
    request.headers().contains_key("x-background") || accept.starts_with(b"text/event-stream")
}
