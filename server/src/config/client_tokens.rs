//! `API_CLIENT_TOKENS`: whether first-party clients of the API log in with a password, and which access tokens they get.

use super::Settings;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientTokens {
    Off,
    /// Random access tokens, which have a row.
    Opaque,
}

impl ClientTokens {
    pub fn is_on(self) -> bool {
        self != Self::Off
    }
}

impl<Get: Fn(&str) -> Option<String>> Settings<Get> {
    /// `api` is the setting `API`.
    pub(super) fn client_tokens(&mut self, api: Option<bool>) -> Option<ClientTokens> {
        self.parse("API_CLIENT_TOKENS", "off", |name| match (name, api) {
            ("off", _) => Ok(ClientTokens::Off),
            ("opaque", Some(false)) => Err("needs API=true".into()),
            ("opaque", _) => Ok(ClientTokens::Opaque),
            _ => Err("set it to off or opaque".into()),
        })
    }
}
