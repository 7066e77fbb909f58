//! Buttons that change something: each is a form of its own, so that it posts and works without a script.

use super::token::token;
use leptos::prelude::*;

/// A button that posts to a server function, with at most one value.
#[component]
pub fn ActionButton(
    /// The server function's path.
    action: &'static str,
    /// What the button says.
    #[prop(into)]
    text: String,
    /// How it looks.
    #[prop(default = "btn btn-soft btn-sm")]
    class: &'static str,
    /// The name and value of what it is about.
    #[prop(optional)]
    about: Option<(&'static str, String)>,
    /// What it is about, for those who do not see where it stands.
    #[prop(optional, into)]
    label: Option<String>,
) -> impl IntoView {
    let about = about.map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    view! {
        <form method="post" action=action>
            {token()}{about}
            <button type="submit" class=class aria-label=label>{text}</button>
        </form>
    }
}

/// A button that asks once more before it posts.
#[component]
pub fn ConfirmedAction(
    /// The server function's path.
    action: &'static str,
    /// What the first button says.
    text: &'static str,
    /// What is asked then.
    #[prop(into)]
    question: String,
    /// What the second button says.
    confirm: &'static str,
    /// The name and value of what it is about.
    #[prop(optional)]
    about: Option<(&'static str, String)>,
) -> impl IntoView {
    let about = about.map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    view! {
        <details class="dropdown dropdown-end w-fit justify-self-end">
            <summary class="btn btn-sm btn-outline btn-error">{text}</summary>
            <form method="post" action=action
                class="dropdown-content z-20 mt-2 grid w-72 gap-3 rounded-box border border-base-300 bg-base-100 p-4 shadow-lg">
                {token()}{about}
                <p class="text-sm">{question}</p>
                <button type="submit" class="btn btn-sm btn-error">{confirm}</button>
            </form>
        </details>
    }
}
