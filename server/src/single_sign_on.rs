//! Single sign-on: log-in with an account at a provider, by OpenID Connect or by the OAuth 2 of GitHub.

mod authorization_requests;
mod claims;
mod github;
mod grants;
mod http;
mod logout_token;
mod openid;
mod provider;

use crate::error::Error;
use crate::sign_on_failure::SignOnFailure;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use url::Url;

pub use authorization_requests::{
    LIFETIME, Purpose, Request, Secrets, begin, discard, end_confirmed, hash_of, is_confirmed,
    keep_confirmed, purge, take,
};
pub use claims::Claims;
use claims::GrantStatus;
pub(crate) use github::GITHUB;
pub(crate) use grants::MAX_INTERVAL;
pub use grants::check_grants;
pub use logout_token::end_sessions;
pub use provider::{Kind, Provider};

/// The log-out here is done: it must not seem to fail because the provider does not answer.
const LOG_OUT_WAIT: Duration = Duration::from_secs(3);

/// The settings. Empty: switched off.
#[derive(Clone, Debug, Default)]
pub struct SingleSignOn {
    pub providers: Arc<[Provider]>,
    /// No password, no sign-up form, no reset.
    pub only: bool,
    /// Domains of new accounts and new addresses, in lower case. Empty: all.
    pub allowed_domains: Arc<[String]>,
}

impl SingleSignOn {
    pub fn is_on(&self) -> bool {
        !self.providers.is_empty()
    }

    /// Whether a provider is asked again while its sessions last.
    pub fn checks_grants(&self) -> bool {
        self.providers.iter().any(|provider| provider.check_every.is_some())
    }

    pub fn provider(&self, id: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.id == id)
    }

    pub fn of_issuer(&self, issuer: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.issuer == issuer)
    }

    pub fn allows(&self, email: &str) -> bool {
        let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain).to_lowercase();
        self.allowed_domains.is_empty() || self.allowed_domains.contains(&domain)
    }
}

/// Where the browser goes. To confirm, the provider must ask for the log-in, also if its session continues.
pub async fn authorization_url(
    provider: &Provider,
    now: i64,
    redirect: &Url,
    secrets: &Secrets,
    purpose: Purpose,
) -> Result<Url, Error> {
    match provider.kind {
        Kind::OpenId => openid::authorization_url(provider, now, redirect, secrets, purpose).await,
        Kind::GitHub => Ok(github::authorization_url(provider, redirect, secrets)?),
    }
}

/// Exchanges the code of the callback, and returns what the provider says about its user.
pub async fn claims(
    provider: &Provider,
    now: i64,
    redirect: &Url,
    secrets: &Secrets,
    code: &str,
) -> Result<Claims, Error> {
    match provider.kind {
        Kind::OpenId => openid::claims(provider, now, redirect, secrets, code).await,
        Kind::GitHub => github::claims(provider, redirect, secrets, code).await,
    }
}

/// Where the browser logs out at the provider. `None` if the provider has no such page, or does not answer now.
pub async fn log_out_url(provider: &Provider, now: i64, back_to: &Url, id_token: &str) -> Option<Url> {
    match provider.kind {
        Kind::OpenId => {
            timeout(LOG_OUT_WAIT, openid::log_out_url(provider, now, back_to, id_token)).await.ok().flatten()
        }
        Kind::GitHub => None,
    }
}

/// The reason is for the log: it may contain the provider's text.
fn failed(failure: SignOnFailure, provider: &Provider, reason: impl std::fmt::Display) -> Error {
    tracing::warn!(provider = provider.id, code = failure.code(), "single sign-on: {reason}");
    failure.into()
}
