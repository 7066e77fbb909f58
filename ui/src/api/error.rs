//! The error of an API handler: a status, field errors and a wait.

use crate::problem::Problem;
use axum::Extension;
use axum::http::StatusCode;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};
use server::error::RetryAfter;
use server::{Error, FieldErrors};

/// `problem_details` renders its body.
#[derive(Clone, Debug)]
pub struct ApiError {
    status: StatusCode,
    fields: FieldErrors,
    retry_after: Option<RetryAfter>,
}

impl ApiError {
    pub const UNAUTHENTICATED: Self = Self::of(StatusCode::UNAUTHORIZED);
    pub const NOT_FOUND: Self = Self::of(StatusCode::NOT_FOUND);
    pub const PRECONDITION_FAILED: Self = Self::of(StatusCode::PRECONDITION_FAILED);
    pub const PRECONDITION_REQUIRED: Self = Self::of(StatusCode::PRECONDITION_REQUIRED);

    pub const fn of(status: StatusCode) -> Self {
        Self { status, fields: FieldErrors::NONE, retry_after: None }
    }

    pub fn field(name: &'static str, message: &'static str) -> Self {
        Self::invalid(FieldErrors::one(name, message))
    }

    const fn invalid(fields: FieldErrors) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, fields, retry_after: None }
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(fields) => Self::invalid(fields),
            Error::RateLimited(wait) => {
                Self { retry_after: Some(wait), ..Self::of(StatusCode::TOO_MANY_REQUESTS) }
            }
            error => Self::of(Problem::from(error).http_status()),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let wait = self.retry_after.map(|RetryAfter(time)| [(RETRY_AFTER, (time.as_secs() + 1).to_string())]);
        // RFC 9110 requires this header with a 401.
        let challenge = (self.status == StatusCode::UNAUTHORIZED).then_some([(WWW_AUTHENTICATE, "Bearer")]);
        (self.status, wait, challenge, Extension(self.fields)).into_response()
    }
}
