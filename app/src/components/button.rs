//! Buttons that change something. Each is a form of its own, so that it works without a script.

use super::token::token;
use leptos::prelude::*;

/// A button that posts to a server function, with at most one value.
#[component]
pub fn ActionButton(
    /// Path of the server function.
    action: &'static str,
    /// Text of the button.
    #[prop(into)]
    text: String,
    /// CSS classes.
    #[prop(default = "btn btn-soft btn-sm")]
    class: &'static str,
    /// Name and value of the hidden field.
    #[prop(optional)]
    hidden: Option<(&'static str, String)>,
    /// Accessible label, for users of a screen reader.
    #[prop(optional, into)]
    label: Option<String>,
) -> impl IntoView {
    let hidden = hidden.map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    view! {
        <form method="post" action=action>
            {token()}{hidden}
            <button type="submit" class=class aria-label=label>{text}</button>
        </form>
    }
}

/// A button that asks for confirmation before it posts.
#[component]
pub fn ConfirmedAction(
    /// Path of the server function.
    action: &'static str,
    /// Text of the first button.
    text: &'static str,
    /// Question of the confirmation.
    #[prop(into)]
    question: String,
    /// Text of the second button.
    confirm: &'static str,
    /// Name and value of the hidden field.
    #[prop(optional)]
    hidden: Option<(&'static str, String)>,
) -> impl IntoView {
    let hidden = hidden.map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    view! {
        <details class="dropdown dropdown-end w-fit justify-self-end">
            <summary class="btn btn-sm btn-outline btn-error">{text}</summary>
            <form method="post" action=action
                class="dropdown-content z-20 mt-2 grid w-72 gap-3 rounded-box border border-base-300 bg-base-100 p-4 shadow-lg">
                {token()}{hidden}
                <p class="text-sm">{question}</p>
                <button type="submit" class="btn btn-sm btn-error">{confirm}</button>
            </form>
        </details>
    }
}
