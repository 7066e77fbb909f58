//! The footer of every page.

use super::theme_switch::ThemeSwitch;
use crate::brand;
use crate::html::{Html, Rendered};
use crate::preferences::Theme;
use leptos::prelude::*;

#[component]
pub fn Footer(
    /// `None` on a page that must not be loaded again.
    theme: Option<Theme>,
) -> Html {
    let links: Vec<_> = brand::FOOTER_LINKS
        .iter()
        .map(|(text, href)| view! { <li><a class="link link-hover" href=*href>{*text}</a></li> })
        .collect();
    view! {
        <footer class="mt-auto border-t border-base-300 py-6 text-sm text-base-content/70">
            <div class="mx-auto flex max-w-6xl flex-wrap items-center justify-between gap-x-8 gap-y-4 px-4 sm:px-6">
                <p>{brand::NAME}" — "{brand::TAGLINE}</p>
                <nav aria-label="About this site"><ul class="flex flex-wrap gap-x-6 gap-y-2">{links}</ul></nav>
                {theme.map(|theme| view! { <ThemeSwitch theme/> })}
            </div>
        </footer>
    }
    .rendered()
}
