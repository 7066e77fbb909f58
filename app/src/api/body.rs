//! Extractors of JSON bodies and queries. Their errors have the status of axum's, but not its text, which names Rust
//! types.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use ui::api::ApiError;

pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let head = request.headers().clone();
        let bytes = Bytes::from_request(request, state).await;
        let bytes = bytes.map_err(|refused| ApiError::of(refused.status()))?;
        // serde would also accept an array with the values.
        let is_object = bytes.trim_ascii_start().starts_with(b"{");
        let mut request = Request::new(bytes.into());
        *request.headers_mut() = head;
        match Json::<T>::from_request(request, state).await {
            Ok(Json(body)) if is_object => Ok(Self(body)),
            Ok(_) => Err(ApiError::of(StatusCode::UNPROCESSABLE_ENTITY)),
            Err(refused) => Err(ApiError::of(refused.status())),
        }
    }
}

pub struct QueryParams<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for QueryParams<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let read = Query::<T>::from_request_parts(parts, state).await;
        read.map(|Query(params)| Self(params)).map_err(|_| ApiError::of(StatusCode::UNPROCESSABLE_ENTITY))
    }
}
