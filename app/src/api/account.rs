//! GET /api/account/me: the user of the token.

use axum::Json;
use serde::Serialize;
use ui::api::Caller;
use ui::components::rfc3339;
use utoipa::ToSchema;

/// A user.
#[derive(Serialize, ToSchema)]
pub struct Account {
    #[schema(format = "uuid")]
    id: String,
    email: String,
    name: String,
    /// Whether the email address is confirmed.
    email_verified: bool,
    #[schema(format = DateTime)]
    created_at: String,
}

/// Your account
///
/// Returns the user of the token.
#[utoipa::path(get, path = "/api/account/me", tag = "Account", security(("token" = ["read"])),
    responses((status = 200, description = "The user", body = Account)))]
pub async fn me(Caller { user, .. }: Caller) -> Json<Account> {
    Json(Account {
        id: user.id.to_string(),
        email: user.email,
        name: user.name,
        email_verified: user.email_verified_at.is_some(),
        created_at: rfc3339(user.created_at),
    })
}
