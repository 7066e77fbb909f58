//! `UNVERIFIED_MAY`: what users may do before they verify their email address.

use std::str::FromStr;

/// What users may do before they verify their email address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnverifiedMay {
    /// Everything.
    Everything,
    /// Everything except actions that reach other people, changing the email address, passkeys and the second factor.
    Most,
    /// Only verify it.
    Nothing,
}

impl FromStr for UnverifiedMay {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "everything" => Ok(Self::Everything),
            "most" => Ok(Self::Most),
            "nothing" => Ok(Self::Nothing),
            _ => Err("set it to everything, most or nothing".into()),
        }
    }
}
