//! GET /terms and /privacy: legal texts, from Markdown files.

use leptos::prelude::*;
use pulldown_cmark::{Parser, html::push_html};
use ui::page::{PageResult, page};
use ui::request::Cx;

pub async fn terms(_: Cx) -> PageResult {
    text("Terms of service", include_str!("terms.md"))
}

pub async fn privacy(_: Cx) -> PageResult {
    text("Privacy", include_str!("privacy.md"))
}

/// The Markdown is a part of the program, so its HTML is trusted.
fn text(title: &'static str, markdown: &str) -> PageResult {
    let mut html = String::new();
    push_html(&mut html, Parser::new(markdown));
    page(
        title,
        view! { <main id="main" class="prose-text mx-auto w-full max-w-2xl px-4 py-12 sm:px-6" inner_html=html></main> },
    )
}
