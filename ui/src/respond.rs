//! Turns a page into a response. A page is an async function that first loads all its data and then returns its view,
//! which is rendered at once. docs/decisions/0009 has the reasons and the measurements.

use crate::content_policy;
use crate::errors::problem_response;
use crate::layout;
use crate::page::{Page, PageResult};
use crate::problem::Problem;
use crate::request::Cx;
use axum::extract::{RawPathParams, Request};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{MethodRouter, get};
use leptos::nonce::provide_nonce;
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use leptos_axum::ResponseOptions;

/// Returns the route of a page.
pub fn page<F, Answer>(answer: F) -> MethodRouter
where
    F: Fn(Cx) -> Answer + Clone + Send + Sync + 'static,
    Answer: Future<Output = PageResult> + Send + 'static,
{
    get(async move |params: RawPathParams, request: Request| match context(&params, &request) {
        // The future of a page is many kilobytes large. Without the box it would be copied at each step.
        Ok(cx) => render(cx.clone(), Box::pin(answer(cx))).await,
        Err(problem) => problem_response(problem),
    })
}

/// Returns the route of a response for developers that is not a page of the product.
#[cfg(debug_assertions)]
pub fn raw(answer: fn(&Cx) -> Result<Response, Problem>) -> MethodRouter {
    get(async move |params: RawPathParams, request: Request| {
        context(&params, &request).and_then(|cx| answer(&cx)).unwrap_or_else(problem_response)
    })
}

fn context(params: &RawPathParams, request: &Request) -> Result<Cx, Problem> {
    Cx::of(request, params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

async fn render(cx: Cx, answer: impl Future<Output = PageResult>) -> Response {
    let owner = Owner::new_root(None);
    let headers = ResponseOptions::default();
    let answered = owner.with(|| {
        provide_context(cx.clone());
        // `Problem` stores `Retry-After` there.
        provide_context(headers.clone());
        provide_nonce();
        ScopedFuture::new(async move {
            Ok(match answer.await? {
                Page::Show(content) => {
                    content_policy::add_to(Html(layout::document(&cx, content).await?).into_response())
                }
                Page::Redirect(path) => Redirect::to(&path).into_response(),
                Page::Raw(response) => response,
            })
        })
    });
    let answered = answered.await;
    owner.unset_with_forced_cleanup();
    answered.unwrap_or_else(|problem| {
        let mut response = problem_response(problem);
        let headers = headers.0.read().map(|parts| parts.headers.clone());
        response.headers_mut().extend(headers.unwrap_or_default());
        response
    })
}
