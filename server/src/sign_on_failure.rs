//! Why a log-in with a provider failed: a fixed code for the address of the next page, and its text. Nothing of it comes
//! from the provider.

use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignOnFailure {
    /// The callback belongs to no open request of this browser: no cookie, another state, used before, too late,
    /// or begun in a session that ended.
    UnknownRequest,
    /// The session, the account or the link to the provider changed during the callback.
    Changed,
    Cancelled,
    /// The provider sent an error in place of a code.
    Refused,
    Unreachable,
    /// The provider's answer or its token did not pass the checks.
    Invalid,
    UnverifiedAddress,
    /// The address has an account whose address is not confirmed.
    UnconfirmedAccount,
    OtherDomain,
    Disabled,
    /// The account at the provider is linked to another account.
    LinkedElsewhere,
    /// Not the account at the provider that was asked for.
    OtherIdentity,
    /// The provider did not ask for the log-in again.
    NotRecent,
    LastLogInMethod,
}

const TEXTS: [(SignOnFailure, &str, &str); 14] = [
    (
        SignOnFailure::UnknownRequest,
        "unknown",
        "This log-in was begun in another browser, before a log-out or before a newer one, was used already, or took \
         longer than 30 minutes. Please try again.",
    ),
    (
        SignOnFailure::Changed,
        "changed",
        "Your account changed, or you were logged out, before this was done. Please try again.",
    ),
    (SignOnFailure::Cancelled, "cancelled", "You cancelled the log-in, or the provider did not allow it."),
    (
        SignOnFailure::Refused,
        "refused",
        "The provider refused the log-in. Try again, or contact an administrator.",
    ),
    (
        SignOnFailure::Unreachable,
        "unreachable",
        "The provider does not answer at the moment. Please try again later.",
    ),
    (
        SignOnFailure::Invalid,
        "invalid",
        "The answer of the provider was not valid. Nothing was changed. Please try again.",
    ),
    (
        SignOnFailure::UnverifiedAddress,
        "unverified",
        "The provider has not confirmed your email address. Log in with your password first, or sign up, and then link the provider in your account.",
    ),
    (
        SignOnFailure::UnconfirmedAccount,
        "unconfirmed",
        "There is an account with your email address, but the address was never confirmed here. Log in with its password, or reset the password, and then link the provider in your account.",
    ),
    (
        SignOnFailure::OtherDomain,
        "domain",
        "Accounts with this email address are not allowed here. Use the address of your organisation.",
    ),
    (SignOnFailure::Disabled, "disabled", "This account is disabled. Contact an administrator."),
    (
        SignOnFailure::LinkedElsewhere,
        "linked",
        "This account at the provider is linked to another account here. Nothing was changed.",
    ),
    (
        SignOnFailure::OtherIdentity,
        "other",
        "You used an account at the provider that is not linked to this account. Nothing was changed.",
    ),
    (
        SignOnFailure::NotRecent,
        "old",
        "The provider did not confirm that you just logged in. Log out and log in again, or choose a password by email.",
    ),
    (
        SignOnFailure::LastLogInMethod,
        "last",
        "This is your only way to log in. Set a password or link another provider first.",
    ),
];

impl SignOnFailure {
    fn entry(self) -> Option<&'static (Self, &'static str, &'static str)> {
        TEXTS.iter().find(|(failure, ..)| *failure == self)
    }

    pub fn code(self) -> &'static str {
        self.entry().map_or("", |(_, code, _)| code)
    }

    pub fn message(self) -> &'static str {
        self.entry().map_or("", |(.., message)| message)
    }

    pub fn from_code(code: &str) -> Option<Self> {
        TEXTS.iter().find(|(_, known, _)| *known == code).map(|(failure, ..)| *failure)
    }
}

impl fmt::Display for SignOnFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a log-in with a provider failed: {}", self.code())
    }
}

impl std::error::Error for SignOnFailure {}
