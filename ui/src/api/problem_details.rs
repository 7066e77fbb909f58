//! The body of a failed request (RFC 9457). It depends on the status and on field errors only, so it does not reveal
//! the cause.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use server::FieldErrors;
use utoipa::ToSchema;

/// Why a request failed.
#[derive(Serialize, ToSchema)]
pub struct ProblemDetails {
    /// Always about:blank.
    r#type: &'static str,
    /// The name of the status.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What to do.
    detail: &'static str,
    /// The invalid values, with status 422.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<WrongValue>,
}

/// An invalid value, and what is wrong with it.
#[derive(Serialize, ToSchema)]
pub struct WrongValue {
    field: String,
    message: String,
}

pub const CONTENT_TYPE: &str = "application/problem+json";

/// `fields` has the invalid values, if the handler named some.
pub fn problem_details(status: StatusCode, fields: Option<FieldErrors>) -> Response {
    let errors = fields.iter().flat_map(FieldErrors::iter);
    let body = ProblemDetails {
        r#type: "about:blank",
        title: status.canonical_reason().unwrap_or("Error"),
        status: status.as_u16(),
        detail: detail(status),
        errors: errors
            .map(|(field, message)| WrongValue { field: field.into(), message: message.into() })
            .collect(),
    };
    let mut response = Json(body).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
    response
}

/// What a client can do about a failure with this status.
pub fn detail(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 => {
            "The token is missing, unknown, revoked or expired. Send a valid one, as in “Authorization: Bearer TOKEN”, or log in again."
        }
        403 => {
            "The token does not have the required scope, or its user must confirm the email address first."
        }
        404 => "There is no such resource, or it belongs to another user.",
        405 => "This address does not support this method. The header Allow lists the others.",
        409 => "What it belongs to was deleted meanwhile, or other data still belongs to it.",
        412 => "The resource has changed. Read it again, and send its new ETag in If-Match.",
        413 => "The body is too large.",
        415 => "Send the body as JSON, with “Content-Type: application/json”.",
        421 => "This host name is not configured.",
        422 => "A value is invalid, missing or unknown.",
        428 => "Send the ETag of the resource in If-Match.",
        429 => "Too many requests. Wait for the seconds in Retry-After.",
        503 => "The service is temporarily unavailable. Try again after the seconds in Retry-After.",
        400..500 => "The request is malformed.",
        _ => "Something went wrong on the server. The error was logged.",
    }
}
