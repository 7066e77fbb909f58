//! From a page to a response: a page is an async function that first asks for all it needs and then returns its
//! view, which is rendered in one go. docs/decisions/0009 has the reasons and the figures.

use crate::content_policy::content_policy;
use crate::layout::{self, ErrorPage, Page};
use crate::problem::Problem;
use crate::referer::came_from;
use crate::request::PathParams;
use axum::Json;
use axum::extract::{RawPathParams, Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get};
use leptos::nonce::provide_nonce;
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use std::path::Path;
use std::sync::Arc;

/// Where the browser's files are: the stylesheet's path, and Leptos's own settings for the islands' script.
#[derive(Clone, Debug)]
pub struct Assets {
    /// Leptos's settings. They are a dozen texts, and each request has them.
    pub leptos: Arc<LeptosOptions>,
    /// The path of the stylesheet.
    pub stylesheet: Arc<str>,
}

impl Assets {
    /// The files that cargo-leptos built under these settings. If it put hashes into their names, it wrote them
    /// into a file beside the program, and there is no stylesheet without one.
    pub fn of(mut leptos: LeptosOptions) -> Self {
        let stylesheet = |hash: &str| format!("{}/{}{hash}.css", leptos.site_pkg_dir, leptos.output_name);
        let plain = stylesheet("");
        let hash = if Path::new(&*leptos.site_root).join(&plain).exists() { None } else { css_hash(&leptos) };
        let stylesheet =
            format!("/{}", hash.as_ref().map_or(plain, |hash| stylesheet(&format!(".{hash}")))).into();
        leptos.hash_files = hash.is_some();
        Self { leptos: Arc::new(leptos), stylesheet }
    }
}

impl Assets {
    /// Whether the files were built and are where the settings say.
    pub fn are_there(&self) -> bool {
        Path::new(&*self.leptos.site_root).join(self.stylesheet.trim_start_matches('/')).exists()
    }
}

fn css_hash(leptos: &LeptosOptions) -> Option<String> {
    let beside = std::env::current_exe().ok()?.parent()?.join(&*leptos.hash_file);
    let hashes = std::fs::read_to_string(beside).ok()?;
    hashes.lines().find_map(|line| line.strip_prefix("css:")).map(|hash| hash.trim().to_owned())
}

/// What a page function returns.
pub type PageResult = Result<Page, Problem>;

/// The route of a page.
pub fn page<F, Answer>(answer: F) -> MethodRouter
where
    F: Fn() -> Answer + Clone + Send + Sync + 'static,
    Answer: Future<Output = PageResult> + Send + 'static,
{
    get(async move |params: RawPathParams, request: Request| {
        let params = params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        render(request, PathParams(params), answer()).await
    })
}

/// The route of something a developer looks at that is no page of the product.
#[cfg(debug_assertions)]
pub fn raw(answer: fn(&str, &server::Config) -> Result<Response, Problem>) -> MethodRouter {
    use axum::extract::Path;
    use axum::{Extension, response::IntoResponse as _};
    get(async move |Path(value): Path<String>, Extension(config): Extension<Arc<server::Config>>| {
        answer(&value, &config).map_or_else(error_page, |found| found.into_response())
    })
}

async fn render(request: Request, params: PathParams, answer: impl Future<Output = PageResult>) -> Response {
    let owner = Owner::new_root(None);
    let (parts, _) = request.into_parts();
    let answered = owner.with(|| {
        provide_context(parts);
        provide_context(params);
        provide_nonce();
        ScopedFuture::new(async move {
            Ok(match answer.await? {
                Page::Show(content) => with_policy(Html(layout::document(content).await?).into_response()),
                Page::Elsewhere(path) => Redirect::to(path).into_response(),
            })
        })
    });
    let answered = answered.await;
    owner.unset_with_forced_cleanup();
    answered.unwrap_or_else(error_page)
}

fn with_policy(mut page: Response) -> Response {
    page.headers_mut().extend(content_policy().map(|policy| (header::CONTENT_SECURITY_POLICY, policy)));
    page
}

/// The response of a problem. `dress_errors` gives it the form that the client asked for.
pub fn error_page(problem: Problem) -> Response {
    let mut response = problem.http_status().into_response();
    response.extensions_mut().insert(problem);
    response
}

/// Whether a browser that shows pages asks, rather than a script.
pub fn wants_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .is_some_and(|accept| accept.to_str().is_ok_and(|text| text.contains("text/html")))
}

/// A request's name in the logs and in its answer.
#[derive(Clone, Debug)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// A new one.
    #[allow(clippy::new_without_default)] // a default that differs each time would surprise
    pub fn new() -> Self {
        Self(server::Id::new().as_str().into())
    }
}

impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Turns every failed response into a page or JSON, as the client asked: whoever refused a request, a person
/// sees the same page.
pub async fn dress_errors(State(assets): State<Assets>, request: Request, next: Next) -> Response {
    let html = wants_html(request.headers());
    let id = request.extensions().get::<RequestId>().cloned();
    let back = if request.method().is_safe() { None } else { came_from(request.headers()) };
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
    let mut dressed = if html {
        let wait = parts.headers.get(header::RETRY_AFTER).and_then(|wait| wait.to_str().ok()?.parse().ok());
        error_document(ErrorPage { problem, status: status.as_u16(), back, wait, id }, &assets)
    } else {
        Json(serde_json::json!({ "error": problem, "message": problem.advice() })).into_response()
    };
    *dressed.status_mut() = status;
    let own = dressed.headers().clone();
    for (name, value) in parts.headers.iter().filter(|(name, _)| !own.contains_key(*name)) {
        dressed.headers_mut().append(name, value.clone());
    }
    dressed
}

fn error_document(error: ErrorPage, assets: &Assets) -> Response {
    let owner = Owner::new_root(None);
    let page = owner.with(|| {
        provide_nonce();
        with_policy(Html(layout::error_document(error, assets)).into_response())
    });
    owner.unset_with_forced_cleanup();
    page
}
