//! The token of a request to the API: a personal access token of a user, or the access token of a logged-in client.

use axum::http::HeaderValue;
use server::api_tokens::{self, TokenScope};
use server::config::ClientTokens;
use server::rate_limits::Quota;
use server::sessions::Login;
use server::{Error, User, token_pairs};
use ui::AppState;
use ui::brand::{ACCESS_TOKEN_PREFIX, PERSONAL_TOKEN_PREFIX};

/// What each JSON object begins with in base64.
const SIGNED_PREFIX: &str = "eyJ";

pub enum BearerToken {
    Personal(api_tokens::Bearer),
    Client(Login),
}

impl BearerToken {
    /// A token of another format causes no query.
    pub async fn find(state: &AppState, sent: &HeaderValue) -> Result<Option<Self>, Error> {
        let Some(token) = token_in(sent) else { return Ok(None) };
        if let Some(secret) =
            token.strip_prefix(PERSONAL_TOKEN_PREFIX).filter(|text| text.len() == api_tokens::LENGTH)
        {
            return Ok(api_tokens::find(&state.db, secret).await?.map(Self::Personal));
        }
        let kind = state.config.client_tokens;
        if kind == ClientTokens::Signed && token.starts_with(SIGNED_PREFIX) {
            let found = token_pairs::find_signed(&state.db, &state.config.token_issuer(), token).await?;
            return Ok(found.map(Self::Client));
        }
        let secret =
            token.strip_prefix(ACCESS_TOKEN_PREFIX).filter(|text| text.len() == token_pairs::ACCESS_LENGTH);
        match secret.filter(|_| kind.is_on()) {
            Some(secret) => Ok(token_pairs::find(&state.db, secret).await?.map(Self::Client)),
            None => Ok(None),
        }
    }

    pub fn user(&self) -> &User {
        match self {
            Self::Personal(bearer) => &bearer.user,
            Self::Client(login) => &login.user,
        }
    }

    /// A client may do what its user may do.
    pub fn may(&self, scope: TokenScope) -> bool {
        match self {
            Self::Personal(bearer) => bearer.may(scope),
            Self::Client(_) => true,
        }
    }

    /// Counts this request towards the rate limit of the token.
    pub fn count(&self, state: &AppState) -> Quota {
        let name = match self {
            Self::Personal(bearer) => bearer.token_id.as_str(),
            Self::Client(login) => login.session_id.as_str(),
        };
        state.limits_in_memory.api(&state.db, name)
    }

    pub async fn touch(&self, state: &AppState) -> Result<(), Error> {
        match self {
            Self::Personal(bearer) => api_tokens::touch(&state.db, bearer).await,
            Self::Client(login) => token_pairs::touch(&state.db, login).await,
        }
    }
}

fn token_in(sent: &HeaderValue) -> Option<&str> {
    let (scheme, token) = sent.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
