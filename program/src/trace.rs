//! Gives each request an id, for its log lines and its response. Once they are known, the lines also have the session,
//! as a keyed hash, and the user.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use std::time::Instant;
use tracing::{Instrument, field::Empty};
use ui::RequestId;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Logs only the path: a query may contain a user's search text.
pub async fn trace(mut request: Request, next: Next) -> Response {
    let id = RequestId::new();
    let (method, path) = (request.method(), request.uri().path());
    let span = tracing::info_span!("request", id = %id, %method, path, session = Empty, user = Empty);
    request.extensions_mut().insert(id.clone());
    let start = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let (status, took) = (response.status().as_u16(), start.elapsed());
    // An error is logged where it becomes a problem; this line only has status and time.
    span.in_scope(|| tracing::debug!(status, ?took, "answered"));
    response.headers_mut().extend(HeaderValue::from_str(&id.to_string()).ok().map(|id| (REQUEST_ID, id)));
    response
}
