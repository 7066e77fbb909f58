//! What stands around every page: the document, the header, messages, the footer.

mod header;
mod toasts;

use crate::brand;
use crate::html::{Html, Rendered};
use crate::problem::Problem;
use crate::request::{assets, visitor};
use crate::respond::{Assets, PageResult};
use header::{header, nobodys_header};
use leptos::hydration::{AutoReload, HydrationScripts};
use leptos::prelude::*;
use toasts::Toasts;

/// What a page function answers.
pub enum Page {
    /// A page to show.
    Show(Content),
    /// Another page to go to, by its path.
    Elsewhere(&'static str),
}

/// What stands in the browser's tab, and what stands between header and footer.
pub struct Content {
    title: String,
    main: Html,
    has_island: bool,
}

/// A page without anything that runs in the browser.
pub fn page(title: impl Into<String>, main: impl IntoView + 'static) -> PageResult {
    Ok(Page::Show(Content { title: title.into(), main: main.rendered(), has_island: false }))
}

/// A page with an island in it: only these ship a script.
pub fn page_with_island(title: impl Into<String>, main: impl IntoView + 'static) -> PageResult {
    Ok(Page::Show(Content { title: title.into(), main: main.rendered(), has_island: true }))
}

/// Not here, but at this path.
pub fn elsewhere(path: &'static str) -> PageResult {
    Ok(Page::Elsewhere(path))
}

/// The whole HTML document of a page, for whoever asks.
pub async fn document(content: Content) -> Result<String, Problem> {
    let visitor = visitor()?;
    let user = visitor.login().await?.map(|login| login.user.clone());
    let flashes = visitor.take_flashes().await?;
    let assets = assets()?;
    let Content { title, main, has_island } = content;
    let title = format!("{title} · {}", brand::NAME);
    let around = (header(user), view! { <Toasts flashes/> }.rendered(), main);
    Ok(view! { <Document title assets has_island>{around}</Document> }.to_html())
}

/// The whole HTML document of a problem. It knows nobody and asks no database: that may be what is broken.
pub fn error_document(problem: Problem, status: u16, assets: &Assets) -> String {
    let title = format!("{} · {}", problem.title(), brand::NAME);
    let around = view! {
        {nobodys_header()}
        <main id="main" class="mx-auto grid w-full max-w-xl grow content-center gap-6 px-6 py-24 text-center">
            <p class="text-7xl font-bold tracking-tight text-primary">{status}</p>
            <h1 class="text-3xl font-semibold tracking-tight">{problem.title()}</h1>
            <p class="text-lg text-base-content/70">{problem.advice()}</p>
            <p class="flex flex-wrap justify-center gap-3">
                <a class="btn btn-primary" href="/dashboard">"Go to the dashboard"</a>
                <a class="btn btn-ghost" href="/">"Front page"</a>
            </p>
        </main>
    };
    view! { <Document title assets=assets.clone() has_island=false>{around}</Document> }.to_html()
}

#[component]
fn Document<Inside: IntoView + 'static>(
    title: String,
    assets: Assets,
    has_island: bool,
    children: TypedChildren<Inside>,
) -> impl IntoView {
    let children = children.into_inner()();
    let scripts = has_island
        .then(|| view! { <HydrationScripts options=LeptosOptions::clone(&assets.leptos) islands=true/> });
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <title>{title}</title>
                <link rel="stylesheet" href=assets.stylesheet.to_string()/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                {scripts}
                <AutoReload options=LeptosOptions::clone(&assets.leptos)/>
            </head>
            <body class="flex min-h-dvh flex-col bg-base-200 text-base-content">
                <a class="sr-only focus:not-sr-only focus:btn focus:absolute focus:z-50 focus:m-2" href="#main">
                    "Skip to content"
                </a>
                {children}
                <footer class="mt-auto border-t border-base-300 py-8 text-sm text-base-content/70">
                    <p class="mx-auto max-w-6xl px-4 sm:px-6">{brand::NAME}" — "{brand::TAGLINE}</p>
                </footer>
            </body>
        </html>
    }
}
