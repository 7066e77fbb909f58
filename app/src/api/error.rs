//! Why a request to the API failed.

use crate::problem::Problem;
use axum::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use server::{Error, FieldErrors};

/// `problem_details` turns it into the body.
#[derive(Clone, Debug)]
pub struct ApiError {
    status: StatusCode,
    fields: FieldErrors,
}

impl ApiError {
    pub const UNAUTHENTICATED: Self = Self::of(StatusCode::UNAUTHORIZED);
    pub const NOT_FOUND: Self = Self::of(StatusCode::NOT_FOUND);
    pub const PRECONDITION_FAILED: Self = Self::of(StatusCode::PRECONDITION_FAILED);
    pub const PRECONDITION_REQUIRED: Self = Self::of(StatusCode::PRECONDITION_REQUIRED);

    pub const fn of(status: StatusCode) -> Self {
        Self { status, fields: FieldErrors::NONE }
    }

    pub fn field(name: &'static str, message: &'static str) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, fields: FieldErrors::one(name, message) }
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(fields) => Self { status: StatusCode::UNPROCESSABLE_ENTITY, fields },
            error => Self::of(Problem::from(error).http_status()),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.status, Extension(self.fields)).into_response()
    }
}
