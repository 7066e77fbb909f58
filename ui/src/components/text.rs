//! Paragraphs and links that most pages have.

use super::Typed;
use crate::html::{Html, Rendered};
use leptos::prelude::*;

/// An explanation, less prominent than what the user acts on.
#[component]
pub fn Lead<Inside: IntoView + 'static>(children: TypedChildren<Inside>) -> Html {
    view! { <p class="text-pretty text-base-content/70">{children.into_inner()()}</p> }.rendered()
}

/// A detail in small type.
#[component]
pub fn Small<Inside: IntoView + 'static>(children: TypedChildren<Inside>) -> Html {
    view! { <p class="text-sm text-base-content/70">{children.into_inner()()}</p> }.rendered()
}

/// A link in running text.
#[component]
pub fn TextLink(#[prop(into)] href: String, #[prop(into)] text: String) -> Html {
    view! { <a class="link" href=href>{text}</a> }.rendered()
}

/// A link on a line of its own, below a form.
#[component]
pub fn LinkLine(
    #[prop(into)] href: String,
    text: &'static str,
    /// Text before the link.
    #[prop(optional)]
    before: &'static str,
) -> Html {
    view! { <p class="text-center text-sm">{before}<a class="link" href=href>{text}</a></p> }.rendered()
}

/// The link of a row to its own page. `text` was typed by a user.
#[component]
pub fn RowLink(#[prop(into)] href: String, #[prop(into)] text: String) -> Html {
    view! { <a class="link link-hover font-medium" href=href><Typed text/></a> }.rendered()
}

/// Small elements in a line, which wraps.
#[component]
pub fn Line<Inside: IntoView + 'static>(children: TypedChildren<Inside>) -> Html {
    view! { <div class="flex flex-wrap items-center gap-3">{children.into_inner()()}</div> }.rendered()
}
