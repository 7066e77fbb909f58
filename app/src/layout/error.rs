//! The error page. It uses no user and no database: those may be what is broken.

use super::Document;
use super::header::anonymous_header;
use crate::assets::Assets;
use crate::brand;
use crate::problem::Problem;
use crate::request_id::RequestId;
use leptos::prelude::*;

pub struct ErrorPage {
    pub problem: Problem,
    pub status: u16,
    /// Path of the page whose form failed.
    pub form_url: Option<String>,
    /// In seconds.
    pub retry_after: Option<u32>,
    /// For support.
    pub id: Option<RequestId>,
}

pub fn error_document(error: ErrorPage, assets: &Assets) -> String {
    let ErrorPage { problem, status, form_url, retry_after, id } = error;
    let title = format!("{} · {}", problem.title(), brand::NAME);
    let retry_after = retry_after.map(|seconds| {
        let unit = if seconds == 1 { "second" } else { "seconds" };
        view! { <p class="font-medium">{format!("Try again in {seconds} {unit}.")}</p> }
    });
    let reference = id.filter(|_| status >= 500).map(|id| {
        view! { <p class="text-sm text-base-content/70">"If you contact us, include this ID: "<code>{id.to_string()}</code></p> }
    });
    let (first, first_path) = match form_url {
        Some(path) => ("Back to the form", path),
        None => ("Go to the dashboard", "/dashboard".to_owned()),
    };
    let around = view! {
        {anonymous_header()}
        <main id="main" class="mx-auto grid w-full max-w-xl grow content-center gap-6 px-6 py-24 text-center">
            <p class="text-7xl font-bold tracking-tight text-primary">{status}</p>
            <h1 class="text-3xl font-semibold tracking-tight">{problem.title()}</h1>
            <p class="text-lg text-base-content/70">{problem.advice()}</p>
            {retry_after}
            <p class="flex flex-wrap justify-center gap-3">
                <a class="btn btn-primary" href=first_path>{first}</a>
                <a class="btn btn-ghost" href="/">"Front page"</a>
            </p>
            {reference}
        </main>
    };
    view! { <Document title assets=assets.clone() has_island=false>{around}</Document> }.to_html()
}
