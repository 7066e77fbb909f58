//! The page that a request came from, if its browser says so.

use axum::http::header::{HOST, REFERER};
use axum::http::{HeaderMap, Uri};

/// Returns the path of that page if it belongs to this site.
pub fn came_from(headers: &HeaderMap) -> Option<String> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let page: Uri = text(REFERER)?.parse().ok()?;
    let path = page.path_and_query().map_or("/", |path| path.as_str());
    // As a link, `//host` leads to another site.
    let is_ours = page.authority()?.as_str() == text(HOST)? && !path.starts_with("//");
    is_ours.then(|| path.to_owned())
}
