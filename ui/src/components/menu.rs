//! A menu of links and actions below a button. It works without a script. Escape and a click outside close it.

use super::button::{Look, Size, button_class};
use super::form_token_field::token;
use crate::html::{Html, Rendered};
use leptos::prelude::*;

#[component]
pub fn Menu<Content: IntoView + 'static, Inside: IntoView + 'static>(
    /// Unique on the page.
    id: &'static str,
    /// Accessible name, for screen readers.
    label: &'static str,
    /// Content of the button.
    button: TypedChildren<Content>,
    children: TypedChildren<Inside>,
) -> Html {
    view! {
        <button type="button" class="btn btn-ghost btn-circle menu-button" popovertarget=id aria-label=label>
            {button.into_inner()()}
        </button>
        <div class="menu-panel" id=id popover="auto">{children.into_inner()()}</div>
    }
    .rendered()
}

#[component]
pub fn MenuLink(
    href: &'static str,
    text: &'static str,
    /// Shown on a phone only: the header has it on a larger screen.
    #[prop(optional)]
    on_phones: bool,
) -> Html {
    let class =
        if on_phones { "btn btn-ghost justify-start sm:hidden" } else { "btn btn-ghost justify-start" };
    view! { <a class=class href=href>{text}</a> }.rendered()
}

#[component]
pub fn MenuAction(action: &'static str, text: &'static str) -> Html {
    let class = format!("{} w-full justify-start", button_class(Look::Ghost, Size::Medium));
    view! {
        <form method="post" action=action>{token()}<button type="submit" class=class>{text}</button></form>
    }
    .rendered()
}
