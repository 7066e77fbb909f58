//! The rule of a route: access, a recent password, a verified address and a form token.

use server::api_tokens::TokenScope;
use server::users::Role;
use std::fmt;

/// Which users may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// All users and visitors.
    Public,
    /// Users who are logged in.
    Member,
    /// Users who are logged in and in whose session this role is active.
    Role(Role),
    /// Programs with an access token of this scope. No cookie counts.
    Token(TokenScope),
}

/// Whether a route needs a password typed in the last 15 minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sudo {
    No,
    Yes,
    /// The route's own form asks for the password. A user with a second factor must confirm both first.
    WithSecondFactor,
}

/// Whether a route needs a verified email address. It depends on the setting `UNVERIFIED_MAY`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    /// Needs a verified address if the setting is `nothing`.
    Usual,
    /// Needs a verified address also if the setting is `most`: the action reaches others, changes the address, or
    /// outlives a change of owner.
    Yes,
    /// Never needs one: the route is a way to verify it.
    No,
}

/// The requirements of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    pub access: Access,
    pub sudo: Sudo,
    pub verified: Verified,
    /// Reason for a route without a form token. The route must not use the visitor.
    pub without_token: Option<&'static str>,
    /// The page that a refused request returns to, if not to its own: a browser stays where it is when a redirect leads
    /// to a download.
    pub returns_to: Option<&'static str>,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.access {
            Access::Public => "public",
            Access::Member => "member",
            Access::Role(role) => role.name(),
            Access::Token(TokenScope::Read) => "token that may read",
            Access::Token(TokenScope::Write) => "token that may write",
        })?;
        f.write_str(match self.sudo {
            Sudo::No => "",
            Sudo::Yes => ", sudo",
            Sudo::WithSecondFactor => ", sudo with second factor",
        })?;
        f.write_str(match self.verified {
            Verified::Usual => "",
            Verified::Yes => ", verified",
            Verified::No => ", unverified",
        })?;
        self.without_token.map_or(Ok(()), |reason| write!(f, ", without token: {reason}"))
    }
}
