//! The document around every page: header, messages and footer.

mod banner;
mod error;
mod header;
mod toasts;

use crate::assets::Assets;
use crate::brand;
use crate::html::Rendered;
use crate::page::Content;
use crate::problem::Problem;
use crate::request::Cx;
use banner::banners;
use header::header;
use leptos::hydration::{AutoReload, HydrationScripts};
use leptos::prelude::*;
use toasts::Toasts;

pub use error::{ErrorPage, error_document};

pub async fn document(cx: &Cx, content: Content) -> Result<String, Problem> {
    let user = cx.visitor.login().await?.map(|login| login.user.clone());
    let flashes = cx.visitor.take_flashes().await?;
    let Content { title, main, has_island } = content;
    let title = format!("{title} · {}", brand::NAME);
    let banners = banners(user.as_ref());
    let around = (header(user), banners, view! { <Toasts flashes/> }.rendered(), main);
    Ok(view! { <Document title assets=cx.assets.clone() has_island>{around}</Document> }.to_html())
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
