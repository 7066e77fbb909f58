//! The Content-Security-Policy of a page: only what this site serves runs, and inline only what we wrote ourselves.

use axum::http::HeaderValue;
use leptos::nonce::use_nonce;

/// What the live reload of `cargo leptos watch` needs: a socket on another port.
const SOCKETS: &str = if cfg!(debug_assertions) { " ws:" } else { "" };

/// The policy of the page that is being rendered, with the nonce that its scripts carry.
pub fn content_policy() -> Option<HeaderValue> {
    let nonce = use_nonce()?;
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'{SOCKETS}; manifest-src 'self'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).ok()
}
