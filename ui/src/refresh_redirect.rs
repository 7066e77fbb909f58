//! Redirects by a page with the header `Refresh`, which needs no script. The status 303 fails in two cases: after a
//! form, the content policy refuses a redirect to another site; after a page of another site, the browser sends no
//! cookie with `SameSite=Strict`.

use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use html_escape::encode_double_quoted_attribute;

/// `to` is a valid URL or path, as it is in a header.
pub fn refresh_redirect(to: &str) -> Response {
    let page = [
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\">",
        "<title>Continue</title></head><body><p><a href=\"",
        &encode_double_quoted_attribute(to),
        "\">Continue</a></p></body></html>",
    ];
    ([(header::REFRESH, format!("0; url={to}"))], Html(page.concat())).into_response()
}
