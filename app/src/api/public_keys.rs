//! GET /.well-known/jwks.json: the public keys with which other services check signed access tokens.

use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use server::token_pairs;
use ui::state::AppState;

pub const PATH: &str = "/.well-known/jwks.json";

pub async fn public_keys(Extension(state): Extension<AppState>) -> Response {
    let keys = token_pairs::public_keys(&state.config.token_issuer());
    ([(CACHE_CONTROL, "public, max-age=300")], Json(keys)).into_response()
}
