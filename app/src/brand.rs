//! What the product is called, in words and in its cookies, and how its mark looks. Its colours are in
//! `style/main.css`.

use leptos::prelude::*;

/// The product's name.
pub const NAME: &str = "Slipway";
/// What it is, in one line.
pub const TAGLINE: &str = "From keel to launch on a Monday.";

/// What the cookies are called, and in production: there the prefix `__Host-` makes browsers refuse one that was set for
/// a path, a parent domain or over plain HTTP. It demands `Secure`, so development does without.
pub const SESSION_COOKIE: [&str; 2] = ["slipway-session", "__Host-slipway-session"];
/// The same for the cookie that outlives log-ins.
pub const BROWSER_COOKIE: [&str; 2] = ["slipway-browser", "__Host-slipway-browser"];

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
