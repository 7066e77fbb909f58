//! Runs the server function of a form post and adapts the answer to the client: a browser gets a redirect or an error
//! page, a script gets JSON and a status.

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

const MAX_ANSWER_BYTES: usize = 1 << 20;

/// Runs the server function at the request's path.
pub async fn action(mut request: Request) -> Response {
    let cx = match Cx::of(&request, Vec::new()) {
        Ok(cx) => cx,
        Err(problem) => return problem_response(problem),
    };
    let html = wants_html(request.headers());
    // With these headers Leptos would redirect to the previous page and put the error text into the URL.
    request.headers_mut().remove(ACCEPT);
    request.headers_mut().remove(REFERER);
    let answer =
        handle_server_fns_with_context(move || provide_context(cx.clone()), request).await.into_response();
    match (answer.status().is_success(), html) {
        (true, true) => see_other(answer),
        (true, false) => for_script(answer),
        (false, _) => failed(answer).await,
    }
}

fn see_other(mut answer: Response) -> Response {
    let location = answer.headers().get(LOCATION).and_then(|to| to.to_str().ok());
    if let Some(other_site) = location.filter(|to| !to.starts_with('/')) {
        return refresh_redirect(other_site);
    }
    if answer.headers().contains_key(LOCATION) {
        *answer.status_mut() = StatusCode::SEE_OTHER;
    }
    answer
}

/// Marks a redirect by a header instead of a status: a script would follow a redirect without noticing.
fn for_script(mut answer: Response) -> Response {
    if answer.headers().contains_key(LOCATION) {
        answer.headers_mut().insert(HeaderName::from_static(REDIRECT_HEADER), HeaderValue::from_static(""));
    }
    answer
}

async fn failed(answer: Response) -> Response {
    let (parts, body) = answer.into_parts();
    let body = to_bytes(body, MAX_ANSWER_BYTES).await.unwrap_or_default();
    let mut page = problem_response(serde_json::from_slice::<Problem>(&body).unwrap_or(Problem::Internal));
    page.headers_mut().extend(parts.headers.get(RETRY_AFTER).map(|wait| (RETRY_AFTER, wait.clone())));
    page
}
