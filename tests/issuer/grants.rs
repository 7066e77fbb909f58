//! The refresh tokens of the provider: each is accepted once.

use super::Issuer;
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

#[derive(Default)]
pub struct Grants {
    is_offered: bool,
    valid: Vec<String>,
    refreshes: usize,
    /// In place of the usual answer to a refresh.
    fault: Option<(u16, Value)>,
}

impl Grants {
    fn next(&mut self) -> Value {
        self.valid.push(format!("refresh token {}.{}", self.valid.len(), self.refreshes));
        json!({ "refresh_token": self.valid.last() })
    }

    pub(super) fn begin(&mut self) -> Value {
        if self.is_offered { self.next() } else { json!({}) }
    }

    pub(super) fn refresh(&mut self, token: &str) -> Response {
        self.refreshes += 1;
        if let Some((status, body)) = &self.fault {
            return (StatusCode::from_u16(*status).unwrap(), Json(body)).into_response();
        }
        let Some(found) = self.valid.iter().position(|valid| valid == token) else {
            return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response();
        };
        self.valid.remove(found);
        let mut answer = json!({ "access_token": "access", "token_type": "Bearer", "expires_in": 60 });
        super::merge(&mut answer, &self.next());
        Json(answer).into_response()
    }
}

impl Issuer {
    pub fn offers_refresh_tokens(&self) {
        self.change(|inner| inner.grants.is_offered = true);
    }

    pub fn end_grants(&self) {
        self.change(|inner| inner.grants.valid.clear());
    }

    pub fn set_fault(&self, fault: Option<(u16, Value)>) {
        self.change(|inner| inner.grants.fault = fault);
    }

    pub fn refreshes(&self) -> usize {
        self.change(|inner| inner.grants.refreshes)
    }
}
