//! What a page function returns: a page to show, or where to go instead.

use crate::html::{Html, Rendered};
use crate::problem::Problem;
use leptos::prelude::IntoView;

/// What a page function returns.
pub type PageResult = Result<Page, Problem>;

/// What a page function answers.
pub enum Page {
    /// A page to show.
    Show(Content),
    /// Another page to go to, by its path.
    Elsewhere(&'static str),
}

/// What stands in the browser's tab, and what stands between header and footer.
pub struct Content {
    pub title: String,
    pub main: Html,
    pub has_island: bool,
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
pub fn redirect_to(path: &'static str) -> PageResult {
    Ok(Page::Elsewhere(path))
}
