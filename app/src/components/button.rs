//! Buttons that change something. Each is a form of its own, so that it works without a script.

use super::token::token;
use leptos::prelude::*;

/// At most one value is posted.
#[component]
pub fn ActionButton(
    action: &'static str,
    #[prop(into)] text: String,
    #[prop(default = "btn btn-soft btn-sm")] class: &'static str,
    /// Name and value of the hidden field.
    #[prop(optional)]
    hidden: Option<(&'static str, String)>,
    /// For users of a screen reader.
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

/// Asks for confirmation before it posts.
#[component]
pub fn ConfirmedAction(
    action: &'static str,
    text: &'static str,
    #[prop(into)] question: String,
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
