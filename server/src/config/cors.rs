//! `API_CORS_ORIGINS`: the other sites whose scripts may use the API.

use std::sync::Arc;
use url::Url;

/// Browsers send an origin in one form only, and it is compared as text.
pub(super) fn origins(list: &str) -> Result<Arc<[String]>, String> {
    let named = list.split(',').map(str::trim).filter(|name| !name.is_empty());
    named.map(|name| origin(name).ok_or_else(|| wrong(name))).collect()
}

fn origin(name: &str) -> Option<String> {
    let url = Url::parse(name).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    Some(url.origin().ascii_serialization()).filter(|origin| origin == name)
}

fn wrong(name: &str) -> String {
    format!(
        "{name} is not an origin: write it like https://app.example.com, in lower case and without a path"
    )
}
