//! `API_CLIENT_TOKENS`: whether first-party clients of the API log in with a password, and which access tokens they get.

use super::{Config, Settings};
use crate::token_pairs::Issuer;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientTokens {
    Off,
    /// Random access tokens, which have a row.
    Opaque,
    /// Signed ones, which other services can check too.
    Signed,
}

impl ClientTokens {
    pub fn is_on(self) -> bool {
        self != Self::Off
    }
}

impl Config {
    pub fn token_issuer(&self) -> Issuer<'_> {
        let signs = self.client_tokens == ClientTokens::Signed;
        Issuer { keys: &self.session_keys, public_url: &self.public_url, signs }
    }
}

impl<Get: Fn(&str) -> Option<String>> Settings<Get> {
    /// `api` is the setting `API`.
    pub(super) fn client_tokens(&mut self, api: Option<bool>) -> Option<ClientTokens> {
        self.parse("API_CLIENT_TOKENS", "off", |name| match (name, api) {
            ("off", _) => Ok(ClientTokens::Off),
            ("opaque" | "signed", Some(false)) => Err("needs API=true".into()),
            ("opaque", _) => Ok(ClientTokens::Opaque),
            ("signed", _) => Ok(ClientTokens::Signed),
            _ => Err("set it to off, opaque or signed".into()),
        })
    }
}
