//! The routes of the API, outside of the session layer: a cookie is neither read nor set.

use crate::bearer::{RATE_LIMIT, RATE_LIMIT_POLICY, check_bearer};
use axum::extract::DefaultBodyLimit;
use axum::http::{Method, header};
use axum::{Extension, Router, middleware};
use std::time::Duration;
use tower_http::cors::CorsLayer;
use ui::AppState;
use ui::route::Route;

/// More than the longest body of a handler.
const MAX_BODY_BYTES: usize = 256 * 1024;
const PREFLIGHT_LIFETIME: Duration = Duration::from_secs(600);

/// Returns no route while the setting `API` is off.
pub fn api(state: &AppState, routes: Vec<Route>) -> Router {
    let api = routes
        .into_iter()
        .filter_map(|route| route.with(&state.config))
        .fold(Router::new(), |router, Route { path, rule, handler, .. }| {
            router.route(path, handler.layer(middleware::from_fn_with_state(rule, check_bearer)))
        })
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(Extension(state.clone()));
    match state.config.api_cors_origins.is_empty() {
        true => api,
        false => api.layer(cors(&state.config.api_cors_origins)),
    }
}

/// Cookies are never allowed: the token is in a header that a script must set.
fn cors(origins: &[String]) -> CorsLayer {
    let origins: Vec<_> = origins.iter().filter_map(|origin| origin.parse().ok()).collect();
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::IF_MATCH, header::IF_NONE_MATCH])
        .expose_headers([
            header::ETAG,
            header::LOCATION,
            header::RETRY_AFTER,
            header::WWW_AUTHENTICATE,
            RATE_LIMIT,
            RATE_LIMIT_POLICY,
        ])
        .max_age(PREFLIGHT_LIFETIME)
}
