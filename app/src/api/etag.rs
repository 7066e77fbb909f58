//! ETags, which say whether a row changed since a client read it.

use axum::http::{HeaderMap, HeaderName, header};

/// Each change of a row increases `updated_at`.
pub fn etag(updated_at: i64) -> String {
    format!("\"{updated_at}\"")
}

/// Whether `If-Match` names this version. `None` without the header. A weak ETag never matches.
pub fn if_match(headers: &HeaderMap, updated_at: i64) -> Option<bool> {
    names(headers, header::IF_MATCH, |tag| tag == "*" || tag == etag(updated_at))
}

/// Whether the client has this version already.
pub fn if_none_match(headers: &HeaderMap, updated_at: i64) -> bool {
    let is_same = |tag: &str| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag(updated_at);
    names(headers, header::IF_NONE_MATCH, is_same).unwrap_or(false)
}

/// Whether a tag in the header fits. No tag of ours contains a comma.
fn names(headers: &HeaderMap, name: HeaderName, fits: impl Fn(&str) -> bool) -> Option<bool> {
    let mut values = headers.get_all(name).iter().peekable();
    values.peek()?;
    let tags = values.flat_map(|value| value.to_str().unwrap_or_default().split(','));
    Some(tags.map(str::trim).any(fits))
}
