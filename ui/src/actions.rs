//! Runs the server function of a form post and adapts its response to the client. A browser gets a redirect or an error
//! page; a script gets JSON and a status.

use crate::errors::{problem_response, wants_html};
use crate::problem::Problem;
use crate::refresh_redirect::refresh_redirect;
use crate::request::Cx;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::header::{ACCEPT, LOCATION, REFERER, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use leptos::prelude::provide_context;
use leptos::server_fn::redirect::REDIRECT_HEADER;
use leptos_axum::handle_server_fns_with_context;

const MAX_BODY_BYTES: usize = 1 << 20;

pub async fn action(mut request: Request) -> Response {
    let cx = match Cx::of(&request, Vec::new()) {
        Ok(cx) => cx,
        Err(problem) => return problem_response(problem),
    };
    let html = wants_html(request.headers());
    // With these headers Leptos would redirect to the previous page and put the error text into the URL.
    request.headers_mut().remove(ACCEPT);
    request.headers_mut().remove(REFERER);
    let response =
        handle_server_fns_with_context(move || provide_context(cx.clone()), request).await.into_response();
    match (response.status().is_success(), html) {
        (true, true) => for_browser(response),
        (true, false) => for_script(response),
        (false, _) => failed(response).await,
    }
}

fn for_browser(mut response: Response) -> Response {
    let location = response.headers().get(LOCATION).and_then(|to| to.to_str().ok());
    if let Some(other_site) = location.filter(|to| !to.starts_with('/')) {
        return refresh_redirect(other_site);
    }
    if response.headers().contains_key(LOCATION) {
        *response.status_mut() = StatusCode::SEE_OTHER;
    }
    response
}

/// Marks a redirect by a header instead of a status: a script would follow the status without noticing.
fn for_script(mut response: Response) -> Response {
    if response.headers().contains_key(LOCATION) {
        response.headers_mut().insert(HeaderName::from_static(REDIRECT_HEADER), HeaderValue::from_static(""));
    }
    response
}

async fn failed(response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, MAX_BODY_BYTES).await.unwrap_or_default();
    let mut page = problem_response(serde_json::from_slice::<Problem>(&body).unwrap_or(Problem::Internal));
    page.headers_mut().extend(parts.headers.get(RETRY_AFTER).map(|wait| (RETRY_AFTER, wait.clone())));
    page
}
