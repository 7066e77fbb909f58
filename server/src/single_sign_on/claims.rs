//! What a provider says about its user.

use super::Provider;
use serde_json::Value;

#[derive(Clone)]
pub struct Claims {
    pub subject: String,
    /// Empty if the provider names none.
    pub email: String,
    pub is_email_verified: bool,
    /// Empty if the provider names none.
    pub name: String,
    /// In unix milliseconds. `None` if the provider does not say.
    pub authenticated_at: Option<i64>,
    /// The provider is trusted to have asked for two factors, and did.
    pub has_two_factors: bool,
    /// The provider's id of its session.
    pub sid: Option<String>,
    pub id_token: Option<String>,
    /// The token with which the provider is asked again: a refresh token, or GitHub's access token.
    pub grant: Option<String>,
}

impl Claims {
    /// The caller has verified the ID token. `user_info` completes it.
    pub(super) fn of(provider: &Provider, id_token: &Value, user_info: &Value) -> Self {
        let claim = |name: &str| match &id_token[name] {
            Value::Null => user_info[name].clone(),
            value => value.clone(),
        };
        let text = |name: &str| claim(name).as_str().unwrap_or_default().to_owned();
        // Some providers send a text.
        let is_true = |value: Value| value == true || value == "true";
        let methods = id_token["amr"].as_array().into_iter().flatten().chain([&id_token["acr"]]);
        let trusted = |method: &Value| provider.second_factor.iter().any(|name| method == name);
        Self {
            subject: id_token["sub"].as_str().unwrap_or_default().to_owned(),
            email: text("email"),
            is_email_verified: provider.trusts_addresses || is_true(claim("email_verified")),
            name: text("name"),
            authenticated_at: id_token["auth_time"].as_i64().map(|seconds| seconds.saturating_mul(1000)),
            has_two_factors: methods.into_iter().any(trusted),
            sid: id_token["sid"].as_str().map(str::to_owned),
            id_token: None,
            grant: None,
        }
    }
}

/// Whether a user may still log in, when the provider is asked again.
pub(super) enum GrantStatus {
    /// With the token for the next check.
    Valid(String),
    Revoked,
}
