//! Turns a page into a response. A page is an async function that first loads all its data and then returns its view,
//! which is rendered at once. docs/decisions/0009 has the reasons and the measurements.

use crate::content_policy;
use crate::errors::problem_response;
use crate::layout;
use crate::page::{Page, PageResult};
use crate::request::PathParams;
use axum::extract::{RawPathParams, Request};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get};
use leptos::nonce::provide_nonce;
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;

/// Returns the route of a page.
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

/// Returns the route of a response for developers that is not a page of the product.
#[cfg(debug_assertions)]
pub fn raw(answer: fn(&str, &server::Config) -> Result<Response, crate::Problem>) -> MethodRouter {
    use axum::extract::Path;
    use axum::{Extension, response::IntoResponse as _};
    get(
        async move |Path(value): Path<String>,
                    Extension(config): Extension<std::sync::Arc<server::Config>>| {
            answer(&value, &config).map_or_else(problem_response, |found| found.into_response())
        },
    )
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
                Page::Show(content) => {
                    content_policy::add_to(Html(layout::document(content).await?).into_response())
                }
                Page::Elsewhere(path) => Redirect::to(path).into_response(),
            })
        })
    });
    let answered = answered.await;
    owner.unset_with_forced_cleanup();
    answered.unwrap_or_else(problem_response)
}
