//! What the product is called and how its mark looks. Its colours are in `style/main.css`.

use leptos::prelude::*;

/// The product's name.
pub const NAME: &str = "Slipway";
/// What it is, in one line.
pub const TAGLINE: &str = "From keel to launch on a Monday.";

/// The product's mark beside its name.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="size-7 text-primary" viewBox="0 0 32 32" fill="none" aria-hidden="true">
            <path d="M3 25 29 17v8H3Z" fill="currentColor" opacity=".25"/>
            <path d="M5 15h20l-4.5 7L7 26.200Z" fill="currentColor"/>
            <path d="M15 3v9M15 4l6.500 6.500H15Z" stroke="currentColor" stroke-width="2" stroke-linejoin="round"/>
        </svg>
        <span class="text-lg font-semibold tracking-tight">{NAME}</span>
    }
}
