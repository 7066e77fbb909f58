//! `UNVERIFIED_MAY`: what users may do before they verify their email address.

use std::str::FromStr;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnverifiedMay {
    Everything,
    /// Everything but actions that reach other people, passkeys, the second factor, and a change of the email address.
    Most,
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
