//! What all handlers of the API share: the user whose token a request has, and the answer to a failed request.

mod error;
pub mod problem_details;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use server::{Db, Scope, User};

pub use error::ApiError;

/// The page about the API is no part of it.
pub const DOCS: &str = "/api/docs";

/// Whether a browser is logged in, for scripts. It is never activity, and creates no session.
pub const PROBE: &str = "/api/session";

/// Whether errors at this path are problem details.
pub fn is_api(path: &str) -> bool {
    path.starts_with("/api/") && path != DOCS
}

/// The user whose token a request has. `program/src/bearer.rs` adds it.
#[derive(Clone, Debug)]
pub struct Caller {
    pub db: Db,
    pub user: User,
    pub scope: Scope,
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        // Without it, the route is not behind the check of tokens.
        parts.extensions.get().cloned().ok_or(ApiError::UNAUTHENTICATED)
    }
}
