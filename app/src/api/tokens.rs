//! POST /api/tokens and the paths below it: token pairs of first-party clients.

use super::body::Body;
use crate::new_session::tell_other_tabs;
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use server::accounts::{self, two_factor};
use server::config::ClientTokens;
use server::live::To;
use server::sessions::{CLIENT_LIFETIME, Device};
use server::token_pairs::{self, ACCESS_LIFETIME, RefreshToken, TokenPair};
use server::{Config, Error, User};
use ui::api::ApiError;
use ui::api::problem_details::{CONTENT_TYPE, ProblemDetails};
use ui::brand::{ACCESS_TOKEN_PREFIX, REFRESH_TOKEN_PREFIX};
use ui::state::AppState;
use utoipa::ToSchema;

const MISSING_CODE: &str = "Enter the code of your authenticator app.";

/// A log-in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogIn {
    /// As typed by the user.
    email: String,
    password: String,
    /// The code of the authenticator app, if the user has two-factor log-in.
    code: Option<String>,
}

/// A refresh token, as it was received.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    refresh_token: String,
}

/// The tokens of a client.
#[derive(Serialize, ToSchema)]
pub struct Tokens {
    /// To be sent with each request, as in “Authorization: Bearer TOKEN”.
    access_token: String,
    /// Always “Bearer”.
    token_type: &'static str,
    /// The lifetime of the access token in seconds.
    expires_in: u64,
    /// For the next pair. It works once.
    refresh_token: String,
    /// The lifetime of the refresh token in seconds.
    refresh_expires_in: u64,
}

/// Log in
///
/// Returns a token pair. If the user has two-factor log-in and the code is missing or wrong, the error is at the field
/// code: ask the user for it, and send the request again.
#[utoipa::path(post, path = "/api/tokens", tag = "Tokens", security(()), request_body = LogIn,
    responses((status = 201, description = "The tokens", body = Tokens),
        (status = 429, description = "Too many attempts", body = ProblemDetails, content_type = CONTENT_TYPE)))]
pub async fn log_in(
    Extension(state): Extension<AppState>,
    Extension(device): Extension<Device>,
    Body(sent): Body<LogIn>,
) -> Result<(StatusCode, Json<Tokens>), ApiError> {
    let AppState { db, config, .. } = &state;
    let user = accounts::check_password(db, &sent.email, &sent.password, &device.ip, None).await?;
    check_code(&state, &user, sent.code.as_deref()).await?;
    let pair = token_pairs::log_in(db, &config.token_issuer(), &user, config.limits, &device).await?;
    let pair = pair.ok_or_else(|| Error::from(accounts::wrong_password()))?;
    tracing::info!(user = %user.id, ip = device.ip, "a client logged in");
    // The session of a client has no tabs.
    tell_other_tabs(&state.live, &To::User(user.id), Some(&device));
    Ok((StatusCode::CREATED, Json(tokens(config, pair))))
}

async fn check_code(state: &AppState, user: &User, code: Option<&str>) -> Result<(), ApiError> {
    let keys = &state.config.session_keys;
    if user.second_factor_at.is_none() {
        return Ok(());
    }
    let Some(code) = code.filter(|code| !code.trim().is_empty()) else {
        return Err(ApiError::field("code", MISSING_CODE));
    };
    match two_factor::check_code(&state.db, keys, user, code, None).await? {
        true => Ok(()),
        false => Err(ApiError::field("code", two_factor::WRONG_CODE)),
    }
}

/// Refresh
///
/// Returns the next token pair. A refresh token works once, and again within 30 seconds. If it is used later, its
/// session ends, since it may have been copied. With status 401 the user must log in again.
#[utoipa::path(post, path = "/api/tokens/refresh", tag = "Tokens", security(()), request_body = Refresh,
    responses((status = 200, description = "The tokens", body = Tokens),
        (status = 401, description = "The token is unknown, or its session has ended", body = ProblemDetails, content_type = CONTENT_TYPE),
        (status = 429, description = "Too many attempts", body = ProblemDetails, content_type = CONTENT_TYPE)))]
pub async fn refresh(
    Extension(state): Extension<AppState>,
    Body(sent): Body<Refresh>,
) -> Result<Json<Tokens>, ApiError> {
    let AppState { db, config, limits_in_memory, .. } = &state;
    let token = read(&state, &sent).ok_or(ApiError::UNAUTHENTICATED)?;
    limits_in_memory.refresh(db, &token.session_name())?;
    let pair = token_pairs::refresh(db, &config.token_issuer(), token).await?;
    pair.map(|pair| Json(tokens(config, pair))).ok_or(ApiError::UNAUTHENTICATED)
}

/// Log out
///
/// Ends the session of the refresh token, with all its tokens. Also succeeds if it has ended before.
#[utoipa::path(post, path = "/api/tokens/revoke", tag = "Tokens", security(()), request_body = Refresh,
    responses((status = 204, description = "The session has ended")))]
pub async fn revoke(
    Extension(state): Extension<AppState>,
    Body(sent): Body<Refresh>,
) -> Result<StatusCode, ApiError> {
    if let Some(token) = read(&state, &sent) {
        token_pairs::log_out(&state.db, token).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

fn read(state: &AppState, sent: &Refresh) -> Option<RefreshToken> {
    RefreshToken::read(&state.config.session_keys, sent.refresh_token.strip_prefix(REFRESH_TOKEN_PREFIX)?)
}

/// A signed token has no prefix, since other services read it.
fn tokens(config: &Config, pair: TokenPair) -> Tokens {
    let prefix = if config.client_tokens == ClientTokens::Signed { "" } else { ACCESS_TOKEN_PREFIX };
    Tokens {
        access_token: format!("{prefix}{}", pair.access),
        token_type: "Bearer",
        expires_in: ACCESS_LIFETIME.as_secs(),
        refresh_token: format!("{REFRESH_TOKEN_PREFIX}{}", pair.refresh),
        refresh_expires_in: CLIENT_LIFETIME.as_secs(),
    }
}
