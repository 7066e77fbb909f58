//! POST /login/with/{id}/log-out: a provider reports that its session ended (back-channel log-out). The request comes
//! from a server, without a cookie or a form token. The signature of the log-out token proves who sent it.

use crate::client_address::client_address;
use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use server::{Error, SignOnFailure, rate_limits, single_sign_on};
use ui::{AppState, Problem, problem_response};

const PATH: &str = "/login/with/{id}/log-out";
const MAX_BODY_BYTES: usize = 32 * 1024;

/// Returns no route without a provider in the settings.
pub fn back_channel(state: &AppState) -> Router {
    match state.config.single_sign_on.is_on() {
        true => Router::new().route(PATH, post(log_out)).with_state(state.clone()),
        false => Router::new(),
    }
}

async fn log_out(State(state): State<AppState>, Path(id): Path<String>, request: Request) -> Response {
    let ip = client_address(&request, &state.config.trusted_proxies).map(|ip| ip.to_string());
    let Ok(body) = to_bytes(request.into_body(), MAX_BODY_BYTES).await else {
        return problem_response(Problem::TooLarge);
    };
    let token =
        form_urlencoded::parse(&body).find(|(name, _)| name == "logout_token").map(|(_, token)| token);
    match end_sessions(&state, &id, &ip.unwrap_or_default(), &token.unwrap_or_default()).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(Error::SignOn(SignOnFailure::Unreachable)) => problem_response(Problem::Unavailable),
        Err(error) => problem_response(error.into()),
    }
}

/// Counts refused tokens: an attacker must not make this program ask the provider for keys without limit.
async fn end_sessions(state: &AppState, id: &str, ip: &str, token: &str) -> Result<(), Error> {
    let invalid = SignOnFailure::Invalid;
    let provider = state.config.single_sign_on.provider(id).ok_or(invalid)?;
    let attempt = rate_limits::logout_token(&state.db, ip).await?;
    let ended = single_sign_on::end_sessions(&state.db, provider, token).await;
    if matches!(ended, Ok(()) | Err(Error::SignOn(SignOnFailure::Unreachable))) {
        rate_limits::refund(&state.db, attempt).await?;
    }
    ended
}
