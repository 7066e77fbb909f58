//! GitHub: OAuth 2 without OpenID Connect. The user and the address are asked from its API.

use super::http::json;
use super::{Claims, GrantStatus, Provider, Secrets, failed};
use crate::error::Error;
use crate::sign_on_failure::SignOnFailure;
use openidconnect::{PkceCodeChallenge, PkceCodeVerifier};
use serde_json::Value;
use url::Url;

pub(crate) const GITHUB: &str = "https://github.com";

pub(super) fn authorization_url(
    provider: &Provider,
    redirect: &Url,
    secrets: &Secrets,
) -> Result<Url, Error> {
    let page = format!("{}/login/oauth/authorize", provider.issuer);
    let mut url = Url::parse(&page).map_err(|error| failed(SignOnFailure::Unreachable, provider, error))?;
    let verifier = PkceCodeVerifier::new(secrets.verifier.clone());
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    url.query_pairs_mut()
        .append_pair("client_id", &provider.client_id)
        .append_pair("redirect_uri", redirect.as_str())
        .append_pair("scope", &provider.scopes.join(" "))
        .append_pair("state", &secrets.state)
        .append_pair("code_challenge", challenge.as_str())
        .append_pair("code_challenge_method", "S256");
    Ok(url)
}

pub(super) async fn claims(
    provider: &Provider,
    redirect: &Url,
    secrets: &Secrets,
    code: &str,
) -> Result<Claims, Error> {
    let unreachable = |error: super::http::HttpError| failed(SignOnFailure::Unreachable, provider, error);
    let form = [
        ("client_id", provider.client_id.as_str()),
        ("client_secret", &provider.client_secret),
        ("code", code),
        ("redirect_uri", redirect.as_str()),
        ("code_verifier", &secrets.verifier),
    ];
    let url = format!("{}/login/oauth/access_token", provider.issuer);
    let answer = json("POST", &url, None, &form).await.map_err(unreachable)?;
    // GitHub answers a wrong code with 200 and an error.
    let Some(token) = answer["access_token"].as_str() else {
        return Err(failed(SignOnFailure::Refused, provider, &answer["error"]));
    };
    let user = json("GET", &api(provider, "/user"), Some(token), &[]).await.map_err(unreachable)?;
    let emails = json("GET", &api(provider, "/user/emails"), Some(token), &[]).await.map_err(unreachable)?;
    let claims =
        of(&user, &emails).ok_or_else(|| failed(SignOnFailure::Invalid, provider, "the user has no id"))?;
    Ok(Claims { grant: Some(token.to_owned()), ..claims })
}

/// An access token lasts until the user or an admin of GitHub revokes it.
pub(super) async fn check_grant(provider: &Provider, token: &str) -> Result<GrantStatus, Error> {
    match json("GET", &api(provider, "/user"), Some(token), &[]).await {
        Ok(_) => Ok(GrantStatus::Valid(token.to_owned())),
        Err(error) if error.response.as_ref().is_some_and(is_revoked) => Ok(GrantStatus::Revoked),
        Err(error) => Err(failed(SignOnFailure::Unreachable, provider, error)),
    }
}

/// A token that was revoked, or a user who was suspended. Other answers with 403 are about rate limits.
fn is_revoked((status, body): &(u16, String)) -> bool {
    *status == 401 || (*status == 403 && body.contains("suspended"))
}

fn api(provider: &Provider, path: &str) -> String {
    match provider.issuer.as_str() {
        GITHUB => format!("https://api.github.com{path}"),
        enterprise => format!("{enterprise}/api/v3{path}"),
    }
}

/// The id of the user, not the name: a name may be given to another user later. Of the addresses, the primary one.
fn of(user: &Value, emails: &Value) -> Option<Claims> {
    let primary = emails.as_array().into_iter().flatten().find(|email| email["primary"] == true);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let name = if user["name"].is_string() { &user["name"] } else { &user["login"] };
    Some(Claims {
        subject: user["id"].as_u64()?.to_string(),
        email: primary.map(|email| text(&email["email"])).unwrap_or_default(),
        is_email_verified: primary.is_some_and(|email| email["verified"] == true),
        name: text(name),
        authenticated_at: None,
        has_two_factors: false,
        sid: None,
        id_token: None,
        grant: None,
    })
}
