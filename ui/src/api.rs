//! What all handlers of the API share: the user of the access token, and errors.

mod error;
pub mod problem_details;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use server::{Db, Scope, User};

pub use error::ApiError;

/// The page that describes the API. It is HTML, so its errors are no problem details.
pub const DOCS: &str = "/api/docs";

/// Tells scripts whether the browser is logged in. Such a request is no activity, and creates no session.
pub const PROBE: &str = "/api/session";

/// Whether errors at this path are problem details.
pub fn is_api(path: &str) -> bool {
    path.starts_with("/api/") && path != DOCS
}

/// The user of the request's access token. `program/src/bearer.rs` adds it.
#[derive(Clone, Debug)]
pub struct Caller {
    pub db: Db,
    pub user: User,
    pub scope: Scope,
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        // It is missing if the route is not behind `check_bearer`.
        parts.extensions.get().cloned().ok_or(ApiError::UNAUTHENTICATED)
    }
}
