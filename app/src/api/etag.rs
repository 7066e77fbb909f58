//! ETags: whether a row has changed since a client read it.

use axum::http::{HeaderMap, HeaderName, header};

/// Each change of a row increases `updated_at`, so it identifies the version.
pub fn etag(updated_at: i64) -> String {
    format!("\"{updated_at}\"")
}

/// Whether `If-Match` names this version. `None` without the header. A weak ETag never matches.
pub fn if_match(headers: &HeaderMap, updated_at: i64) -> Option<bool> {
    any_tag(headers, header::IF_MATCH, |tag| tag == "*" || tag == etag(updated_at))
}

/// Whether the client has this version already.
pub fn if_none_match(headers: &HeaderMap, updated_at: i64) -> bool {
    let is_same = |tag: &str| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag(updated_at);
    any_tag(headers, header::IF_NONE_MATCH, is_same).unwrap_or(false)
}

/// Whether a tag in the header fits, or `None` without the header. The product's tags contain no comma.
fn any_tag(headers: &HeaderMap, name: HeaderName, fits: impl Fn(&str) -> bool) -> Option<bool> {
    let mut values = headers.get_all(name).iter().peekable();
    values.peek()?;
    let tags = values.flat_map(|value| value.to_str().unwrap_or_default().split(','));
    Some(tags.map(str::trim).any(fits))
}
