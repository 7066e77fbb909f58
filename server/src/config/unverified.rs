//! `UNVERIFIED_MAY`: what people may do before they confirmed their address.

use std::str::FromStr;

/// What people may do before they proved that their address is theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnverifiedMay {
    /// All that others may.
    Everything,
    /// All but what reaches other people, changing the address, passkeys and the second factor.
    Most,
    /// Nothing but to prove it.
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
