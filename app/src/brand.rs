//! The product's name, cookie names and logo. Its colours are in `style/main.css`.

use leptos::prelude::*;

pub const NAME: &str = "Slipway";
/// A description in one line.
pub const TAGLINE: &str = "A starter for SaaS products in Rust.";

/// Name of the session cookie, in development and in production. The prefix `__Host-` makes browsers refuse a cookie
/// that was set for a path, for a parent domain or over plain HTTP. The prefix requires `Secure`, so development does
/// not use it.
pub const SESSION_COOKIE: [&str; 2] = ["slipway-session", "__Host-slipway-session"];
/// Name of the cookie that outlives log-ins, in development and in production.
pub const BROWSER_COOKIE: [&str; 2] = ["slipway-browser", "__Host-slipway-browser"];

/// The product's logo beside its name.
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
