//! The result of a page function: a page to show, or a redirect.

use crate::html::{Html, Rendered};
use crate::problem::Problem;
use axum::response::Response;
use leptos::prelude::IntoView;

pub type PageResult = Result<Page, Problem>;

/// The answer of a page function.
pub enum Page {
    Show(Content),
    /// To this path.
    Redirect(String),
    /// A response that is not HTML, such as a file.
    Raw(Response),
}

/// The title of the document, and the content between header and footer.
pub struct Content {
    pub title: String,
    pub main: Html,
    pub has_island: bool,
}

/// Returns a page without code that runs in the browser.
pub fn page(title: impl Into<String>, main: impl IntoView + 'static) -> PageResult {
    Ok(Page::Show(Content { title: title.into(), main: main.rendered(), has_island: false }))
}

/// Returns a page with an island: only such a page loads a script.
pub fn page_with_island(title: impl Into<String>, main: impl IntoView + 'static) -> PageResult {
    Ok(Page::Show(Content { title: title.into(), main: main.rendered(), has_island: true }))
}

/// Returns a redirect to this path.
pub fn redirect_to(path: impl Into<String>) -> PageResult {
    Ok(Page::Redirect(path.into()))
}
