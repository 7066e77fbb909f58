//! A page that sends the browser on by itself, without a script. A redirect would not do: after a form, the content policy
//! refuses one to another site; and after a page of another site, cookies with `SameSite=Strict` are missing.

use axum::response::{Html, IntoResponse, Response};
use html_escape::encode_double_quoted_attribute;

pub fn onward(to: &str) -> Response {
    let to = encode_double_quoted_attribute(to);
    let page = [
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\">",
        "<title>Continue</title><meta http-equiv=\"refresh\" content=\"0; url=",
        &to,
        "\"></head><body><p><a href=\"",
        &to,
        "\">Continue</a></p></body></html>",
    ];
    Html(page.concat()).into_response()
}
