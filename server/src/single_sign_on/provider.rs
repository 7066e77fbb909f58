//! One provider: its settings, and what its discovery document says.

use super::failed;
use super::http::{send, with_causes};
use crate::clock::is_within;
use crate::error::Error;
use crate::sign_on_failure::SignOnFailure;
use openidconnect::core::CoreJsonWebKeySet;
use openidconnect::{IssuerUrl, ProviderMetadataWithLogout};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use tracing::Instrument;

/// A key that the provider withdraws is trusted no longer than this.
const METADATA_LIFETIME: Duration = Duration::from_secs(3600);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    OpenId,
    /// OAuth 2 without OpenID Connect.
    GitHub,
}

#[derive(Clone)]
pub struct Provider {
    /// Its name in the settings, and in addresses.
    pub id: String,
    /// For users.
    pub name: String,
    pub kind: Kind,
    pub issuer: String,
    pub client_id: String,
    pub client_secret: String,
    pub scopes: Vec<String>,
    /// Whether its addresses count as verified, also if it does not say so.
    pub trusts_addresses: bool,
    /// Values of `amr` or `acr` that count as two factors.
    pub second_factor: Vec<String>,
    /// How often it is asked whether the user of a session may still log in. `None`: never.
    pub check_every: Option<Duration>,
    /// Further parameters of the request to log in.
    pub log_in_parameters: Vec<(&'static str, &'static str)>,
    metadata: Metadata,
    /// When its keys could not be fetched. Clones of the settings share it.
    keys_failed_at: Arc<Mutex<Option<Instant>>>,
}

/// Until a provider that gave no answer is asked again: each request would wait for it.
const FAILURE_LASTS: Duration = Duration::from_secs(10);

/// When it was asked, in unix milliseconds, and its answer, if there was one. Clones of the settings share it.
type Metadata = Arc<Mutex<Option<(i64, Option<Arc<ProviderMetadataWithLogout>>)>>>;

impl Provider {
    pub fn new(id: &str, kind: Kind, name: String, issuer: String, scopes: Vec<String>) -> Self {
        Self {
            id: id.to_owned(),
            name,
            kind,
            issuer,
            client_id: String::new(),
            client_secret: String::new(),
            scopes,
            trusts_addresses: false,
            second_factor: Vec::new(),
            check_every: None,
            log_in_parameters: Vec::new(),
            metadata: Metadata::default(),
            keys_failed_at: Arc::default(),
        }
    }

    /// Asks the provider if it was not asked in the last hour: so it need not run when this program starts.
    pub(super) async fn metadata(&self, now: i64) -> Result<Arc<ProviderMetadataWithLogout>, Error> {
        let provider = self.clone();
        // A task of its own: a log-out waits only for a short time, and must not stop what log-ins wait for.
        tokio::spawn(async move { provider.known_metadata(now).await }.in_current_span()).await?
    }

    async fn known_metadata(&self, now: i64) -> Result<Arc<ProviderMetadataWithLogout>, Error> {
        let mut known = self.metadata.lock().await;
        match known.as_ref() {
            Some((at, Some(metadata))) if is_within(now, *at, METADATA_LIFETIME) => {
                return Ok(metadata.clone());
            }
            Some((at, None)) if is_within(now, *at, FAILURE_LASTS) => {
                return Err(SignOnFailure::Unreachable.into());
            }
            _ => {}
        }
        *known = Some((now, None));
        let unreachable = |reason: String| failed(SignOnFailure::Unreachable, self, reason);
        let issuer = IssuerUrl::new(self.issuer.clone()).map_err(|error| unreachable(error.to_string()))?;
        let metadata = ProviderMetadataWithLogout::discover_async(issuer, &send)
            .await
            .map_err(|error| unreachable(with_causes(&error)))?;
        let metadata = Arc::new(metadata);
        *known = Some((now, Some(metadata.clone())));
        Ok(metadata)
    }

    /// For a token under an unknown key: the provider may have changed its keys.
    pub(super) async fn new_keys(
        &self,
        metadata: &ProviderMetadataWithLogout,
    ) -> Result<CoreJsonWebKeySet, Error> {
        let mut failed_at = self.keys_failed_at.lock().await;
        if failed_at.is_some_and(|at| at.elapsed() < FAILURE_LASTS) {
            return Err(SignOnFailure::Unreachable.into());
        }
        let keys = CoreJsonWebKeySet::fetch_async(metadata.jwks_uri(), &send).await;
        *failed_at = keys.is_err().then(Instant::now);
        let keys = keys.map_err(|error| failed(SignOnFailure::Unreachable, self, with_causes(&error)))?;
        if let Some((_, Some(known))) = self.metadata.lock().await.as_mut() {
            *known = Arc::new(metadata.clone().set_jwks(keys.clone()));
        }
        Ok(keys)
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Provider({}, {})", self.id, self.issuer) // never the secret: configs end up in logs
    }
}
