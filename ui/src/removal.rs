//! Texts for what a recovery or a new password removes. They name only what users can have with these settings.

use server::Config;

#[derive(Clone, Copy, Debug)]
pub struct Removal {
    has_providers: bool,
    has_tokens: bool,
}

impl Removal {
    pub fn of(config: &Config) -> Self {
        Self { has_providers: config.single_sign_on.is_on(), has_tokens: config.api }
    }

    /// Follows the word “All”.
    pub fn passkeys(self) -> &'static str {
        if self.has_providers { "passkeys and linked providers" } else { "passkeys" }
    }

    /// Begins a sentence.
    pub fn log_in_methods(self) -> &'static str {
        match self.has_providers {
            true => "Passkeys, linked providers, two-factor log-in and recovery codes",
            false => "Passkeys, two-factor log-in and recovery codes",
        }
    }

    /// Returns the sentence, or an empty text if users have no access tokens.
    pub fn tokens(self, sentence: &'static str) -> &'static str {
        if self.has_tokens { sentence } else { "" }
    }
}
