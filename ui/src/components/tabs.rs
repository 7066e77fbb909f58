//! Links between the pages of one area, and filters of a list.

use crate::html::{Html, Rendered};
use leptos::prelude::*;

/// On a narrow screen the bar scrolls to the chosen tab, and its edges show that there is more.
pub fn tabs(label: &'static str, tabs: &[(&'static str, &'static str)], here: &str) -> Html {
    let links: Vec<_> = tabs
        .iter()
        .map(|(href, text)| {
            let current = (*href == here).then_some("page");
            view! { <a class="tab" href=*href aria-current=current>{*text}</a> }
        })
        .collect();
    view! { <nav class="tab-bar" aria-label=label>{links}</nav> }.rendered()
}

/// Each link has an address, a text, and whether it is selected.
pub fn choices(label: &'static str, links: Vec<(String, &'static str, bool)>) -> Html {
    let links: Vec<_> = links
        .into_iter()
        .map(|(href, text, is_chosen)| {
            let class = if is_chosen { "btn btn-sm btn-primary" } else { "btn btn-sm btn-soft" };
            view! { <a class=class href=href aria-current=is_chosen.then_some("true")>{text}</a> }
        })
        .collect();
    view! { <nav class="choices" aria-label=label>{links}</nav> }.rendered()
}

/// Each link has an address and a text; the last entry is the current page.
#[component]
pub fn Breadcrumbs(links: Vec<(&'static str, &'static str)>, #[prop(into)] here: String) -> Html {
    let links: Vec<_> = links
        .into_iter()
        .map(|(href, text)| view! { <li><a class="link link-hover" href=href>{text}</a></li> })
        .collect();
    view! {
        <nav class="breadcrumbs py-0 text-sm" aria-label="Breadcrumbs">
            <ol>{links}<li aria-current="page"><bdi class="typed">{here}</bdi></li></ol>
        </nav>
    }
    .rendered()
}
