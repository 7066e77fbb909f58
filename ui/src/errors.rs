//! Turns a failed request into an error page, or into JSON for a script.

use crate::alternatives::alternatives;
use crate::api;
use crate::assets::Assets;
use crate::content_policy;
use crate::layout::{self, ErrorPage};
use crate::preferences::Preferences;
use crate::problem::Problem;
use crate::referer::came_from;
use crate::request_id::RequestId;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use leptos::nonce::provide_nonce;
use leptos::prelude::Owner;

/// Returns the response of a problem. `render_errors` renders it in the format that the client asked for.
pub fn problem_response(problem: Problem) -> Response {
    let mut response = problem.http_status().into_response();
    response.extensions_mut().insert(problem);
    response
}

/// Whether the client is a browser that shows pages, not a script.
pub fn wants_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .is_some_and(|accept| accept.to_str().is_ok_and(|text| text.contains("text/html")))
}

/// In an error response: names and values of the fields that the user typed, to be shown to them.
#[derive(Clone, Debug)]
pub struct TypedInput(pub Vec<(String, String)>);

/// In an error response: what the user typed is kept for the page of its form.
#[derive(Clone, Copy, Debug)]
pub struct KeptInput;

/// Turns each failed response into a page or JSON. The page is the same for every layer that refused the request.
pub async fn render_errors(State(assets): State<Assets>, request: Request, next: Next) -> Response {
    let html = wants_html(request.headers());
    let id = request.extensions().get::<RequestId>().cloned();
    let path = request.uri().path().to_owned();
    let theme = Preferences::of(request.headers()).theme;
    let form_url = if request.method().is_safe() { None } else { came_from(request.headers()) };
    let response = next.run(request).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    let problem = parts.extensions.get().copied().unwrap_or_else(|| Problem::from_status(status.as_u16()));
    if problem == Problem::Unavailable {
        parts.headers.entry(header::RETRY_AFTER).or_insert(HeaderValue::from_static("5"));
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    let mut rendered = if api::is_api(&path) {
        api::problem_details::problem_details(status, parts.extensions.remove())
    } else if html {
        let retry_after =
            parts.headers.get(header::RETRY_AFTER).and_then(|wait| wait.to_str().ok()?.parse().ok());
        let alternatives = match problem {
            Problem::TooManyRequests => alternatives(&path, parts.extensions.remove()),
            _ => Vec::new(),
        };
        let (status, logged_in) = (status.as_u16(), parts.extensions.remove());
        let is_kept = parts.extensions.remove::<KeptInput>().is_some();
        let typed = parts.extensions.remove().map(|TypedInput(typed)| typed).unwrap_or_default();
        error_document(
            ErrorPage {
                problem,
                status,
                form_url,
                retry_after,
                alternatives,
                is_kept,
                typed,
                id,
                theme,
                logged_in,
            },
            &assets,
        )
    } else {
        Json(serde_json::json!({ "error": problem, "message": problem.advice_for_script() })).into_response()
    };
    *rendered.status_mut() = status;
    let own = rendered.headers().clone();
    for (name, value) in parts.headers.iter().filter(|(name, _)| !own.contains_key(*name)) {
        rendered.headers_mut().append(name, value.clone());
    }
    rendered
}

fn error_document(error: ErrorPage, assets: &Assets) -> Response {
    let owner = Owner::new_root(None);
    let page = owner.with(|| {
        provide_nonce();
        content_policy::add_to(Html(layout::error_document(error, assets)).into_response())
    });
    owner.unset_with_forced_cleanup();
    page
}
