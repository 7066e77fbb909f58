//! OpenID Connect: the code flow with PKCE, state and nonce.

use super::http::{json, send, with_causes};
use super::{Claims, GrantStatus, Provider, Purpose, Secrets, failed};
use crate::error::Error;
use crate::sign_on_failure::SignOnFailure;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openidconnect::core::{
    CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdToken,
    CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm as Algorithm,
};
use openidconnect::{
    AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, LogoutRequest, Nonce, OAuth2TokenResponse,
    PkceCodeChallenge, PkceCodeVerifier, PostLogoutRedirectUrl, ProviderMetadataWithLogout, RedirectUrl,
    RefreshToken, RequestTokenError, Scope, SignatureVerificationError, TokenResponse,
};
use serde_json::Value;
use std::time::Duration;
use url::Url;

/// Signed with a private key of the provider: never with the shared secret, and never `none`.
pub(super) const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::RsaSsaPssSha384,
    Algorithm::RsaSsaPssSha512,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
    Algorithm::EdDsa,
];

/// Errors after which a user must log in at the provider again.
const GRANT_ENDED_ERRORS: [&str; 4] =
    ["invalid_grant", "interaction_required", "login_required", "consent_required"];

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

fn client(provider: &Provider, metadata: &ProviderMetadataWithLogout) -> Client {
    let (id, secret) =
        (ClientId::new(provider.client_id.clone()), ClientSecret::new(provider.client_secret.clone()));
    let by_basic = metadata
        .token_endpoint_auth_methods_supported()
        .is_none_or(|methods| methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
    CoreClient::from_provider_metadata(metadata.clone(), id, Some(secret)).set_auth_type(if by_basic {
        AuthType::BasicAuth
    } else {
        AuthType::RequestBody
    })
}

pub(super) async fn authorization_url(
    provider: &Provider,
    now: i64,
    redirect: &Url,
    secrets: &Secrets,
    purpose: Purpose,
) -> Result<Url, Error> {
    let metadata = provider.metadata(now).await?;
    let client = client(provider, &metadata).set_redirect_uri(RedirectUrl::from_url(redirect.clone()));
    let (state, nonce) = (secrets.state.clone(), secrets.nonce.clone());
    let verifier = PkceCodeVerifier::new(secrets.verifier.clone());
    let mut request = client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            || CsrfToken::new(state),
            || Nonce::new(nonce),
        )
        // The library adds `openid`.
        .add_scopes(provider.scopes.iter().filter(|scope| *scope != "openid").cloned().map(Scope::new))
        .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
    if purpose == Purpose::Confirm {
        request = request.add_prompt(CoreAuthPrompt::Login).set_max_age(Duration::ZERO);
        // Google sends the time only if it is asked for.
        request = request.add_extra_param("claims", r#"{"id_token":{"auth_time":{"essential":true}}}"#);
    }
    if purpose == Purpose::LogIn {
        for (name, value) in &provider.log_in_parameters {
            request = request.add_extra_param(*name, *value);
        }
    }
    Ok(request.url().0)
}

pub(super) async fn claims(
    provider: &Provider,
    now: i64,
    redirect: &Url,
    secrets: &Secrets,
    code: &str,
) -> Result<Claims, Error> {
    let metadata = provider.metadata(now).await?;
    let response = client(provider, &metadata)
        .set_redirect_uri(RedirectUrl::from_url(redirect.clone()))
        .exchange_code(AuthorizationCode::new(code.to_owned()))
        .map_err(|error| failed(SignOnFailure::Invalid, provider, error))?
        .set_pkce_verifier(PkceCodeVerifier::new(secrets.verifier.clone()))
        .request_async(&send)
        .await
        .map_err(|error| {
            let failure = match error {
                RequestTokenError::Request(_) => SignOnFailure::Unreachable,
                RequestTokenError::ServerResponse(_) => SignOnFailure::Refused,
                _ => SignOnFailure::Invalid,
            };
            failed(failure, provider, error)
        })?;
    let no_token = || failed(SignOnFailure::Invalid, provider, "there is no ID token");
    let id_token = response.id_token().ok_or_else(no_token)?;
    let nonce = Nonce::new(secrets.nonce.clone());
    let payload = verified(provider, &metadata, id_token, &nonce).await?;
    let user_info = user_info(provider, &metadata, &payload, response.access_token().secret()).await?;
    let grant = response.refresh_token().map(|token| token.secret().clone());
    Ok(Claims { id_token: Some(id_token.to_string()), grant, ..Claims::of(provider, &payload, &user_info) })
}

/// Refreshes the tokens of a session. Only an answer about the grant itself ends it: not that of a provider with a fault,
/// or to a wrong client secret.
pub(super) async fn refresh_grant(provider: &Provider, now: i64, token: &str) -> Result<GrantStatus, Error> {
    let metadata = provider.metadata(now).await?;
    let answer = client(provider, &metadata)
        .exchange_refresh_token(&RefreshToken::new(token.to_owned()))
        .map_err(|error| failed(SignOnFailure::Invalid, provider, error))?
        .request_async(&send)
        .await;
    match answer {
        Ok(tokens) => {
            let next = tokens.refresh_token().map_or(token, |token| token.secret());
            Ok(GrantStatus::Valid(next.to_owned()))
        }
        Err(RequestTokenError::ServerResponse(answer))
            if GRANT_ENDED_ERRORS.contains(&answer.error().as_ref()) =>
        {
            Ok(GrantStatus::Revoked)
        }
        Err(error) => Err(failed(SignOnFailure::Unreachable, provider, error)),
    }
}

/// Returns the payload of a valid ID token. An unknown key is looked up at the provider once.
async fn verified(
    provider: &Provider,
    metadata: &ProviderMetadataWithLogout,
    token: &CoreIdToken,
    nonce: &Nonce,
) -> Result<Value, Error> {
    let check = |keys: CoreJsonWebKeySet| {
        let (id, secret) =
            (ClientId::new(provider.client_id.clone()), ClientSecret::new(provider.client_secret.clone()));
        let verifier =
            CoreIdTokenVerifier::new_confidential_client(id, secret, metadata.issuer().clone(), keys)
                .set_allowed_algs(ALGORITHMS);
        token.claims(&verifier, nonce).map(drop)
    };
    let mut checked = check(metadata.jwks().clone());
    if is_unknown_key(&checked) {
        checked = check(provider.new_keys(metadata).await?);
    }
    checked.map_err(|error| failed(SignOnFailure::Invalid, provider, with_causes(&error)))?;
    payload(&token.to_string()).ok_or_else(|| failed(SignOnFailure::Invalid, provider, "no payload"))
}

/// A provider need not name its keys: then an old key is one whose signature does not fit.
fn is_unknown_key(checked: &Result<(), ClaimsVerificationError>) -> bool {
    matches!(
        checked,
        Err(ClaimsVerificationError::SignatureVerification(
            SignatureVerificationError::NoMatchingKey | SignatureVerificationError::CryptoError(_)
        ))
    )
}

pub(super) fn payload(token: &str) -> Option<Value> {
    let payload = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

/// Asks only if the ID token has no address. An answer about another user does not count.
async fn user_info(
    provider: &Provider,
    metadata: &ProviderMetadataWithLogout,
    id_token: &Value,
    access_token: &str,
) -> Result<Value, Error> {
    let Some(url) = metadata.userinfo_endpoint().filter(|_| id_token["email"].is_null()) else {
        return Ok(Value::Null);
    };
    let answer = json("GET", url.as_str(), Some(access_token), &[])
        .await
        .map_err(|error| failed(SignOnFailure::Unreachable, provider, error))?;
    if answer["sub"] != id_token["sub"] {
        return Err(failed(SignOnFailure::Invalid, provider, "user info about another subject"));
    }
    Ok(answer)
}

pub(super) async fn log_out_url(provider: &Provider, now: i64, back_to: &Url, id_token: &str) -> Option<Url> {
    let metadata = provider.metadata(now).await.ok()?;
    let page = metadata.additional_metadata().end_session_endpoint.clone()?;
    let token: CoreIdToken = id_token.parse().ok()?;
    let request = LogoutRequest::from(page)
        .set_id_token_hint(&token)
        .set_client_id(ClientId::new(provider.client_id.clone()))
        .set_post_logout_redirect_uri(PostLogoutRedirectUrl::from_url(back_to.clone()));
    Some(request.http_get_url())
}
