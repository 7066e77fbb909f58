//! The Content-Security-Policy of a page: only resources of this site, and inline scripts only with our nonce.

use axum::http::HeaderValue;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::Response;
use leptos::nonce::use_nonce;

/// The live reload of `cargo leptos watch` needs a socket on another port.
const SOCKETS: &str = if cfg!(debug_assertions) { " ws:" } else { "" };

/// Adds the policy to a response, with the nonce of its scripts.
pub fn add_to(mut page: Response) -> Response {
    page.headers_mut().extend(content_policy().map(|policy| (CONTENT_SECURITY_POLICY, policy)));
    page
}

fn content_policy() -> Option<HeaderValue> {
    let nonce = use_nonce()?;
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'{SOCKETS}; manifest-src 'self'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).ok()
}
