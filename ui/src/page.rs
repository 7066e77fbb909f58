//! The result of a page function: a page to show, or a redirect.

use crate::html::{Html, Rendered};
use crate::problem::Problem;
use axum::response::Response;
use leptos::prelude::IntoView;

pub type PageResult = Result<Page, Problem>;

pub enum Page {
    Show(Content),
    /// A redirect to this path.
    Redirect(String),
    /// A response that is not HTML, such as a file.
    Raw(Response),
}

/// The title of the document, and the content between header and footer.
pub struct Content {
    pub title: String,
    pub main: Html,
    pub has_island: bool,
    /// Whether it shows something that no later page shows, such as a new secret.
    pub is_shown_once: bool,
}

/// Returns a page without code that runs in the browser.
pub fn page(title: impl Into<String>, main: impl IntoView + 'static) -> PageResult {
    Ok(Page::Show(content(title, main)))
}

/// Returns a page with an island: only such a page loads a script.
pub fn page_with_island(title: impl Into<String>, main: impl IntoView + 'static) -> PageResult {
    Ok(Page::Show(Content { has_island: true, ..content(title, main) }))
}

/// Returns a page with something that no later page shows, such as a new secret. It has no theme switch, which would
/// load it again.
pub fn page_shown_once(title: impl Into<String>, main: impl IntoView + 'static) -> PageResult {
    Ok(Page::Show(Content { is_shown_once: true, ..content(title, main) }))
}

fn content(title: impl Into<String>, main: impl IntoView + 'static) -> Content {
    Content { title: title.into(), main: main.rendered(), has_island: false, is_shown_once: false }
}

pub fn redirect_to(path: impl Into<String>) -> PageResult {
    Ok(Page::Redirect(path.into()))
}
