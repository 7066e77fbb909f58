//! Why a log-in ended: the name in the table, and the text for the user.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    LoggedOut,
    EndedElsewhere,
    Replaced,
    PasswordChanged,
    EmailChanged,
    EmailRestored,
    Recovered,
    GivenBack,
    /// The owner of the address verified it first.
    Claimed,
    DeletionRequested,
    PasswordReset,
    SecondFactorOn,
    SecondFactorOff,
    SecondFactorRemoved,
    PasswordSet,
    /// The user unlinked the provider that it began with.
    ProviderUnlinked,
    /// The provider ended its session.
    ProviderLoggedOut,
    /// The provider no longer lets the user log in here.
    ProviderGrantEnded,
    Disabled,
    Revoked,
    AllUsersRevoked,
    Restored,
    /// A refresh token was used again.
    RefreshTokenReused,
    Idle,
    Absolute,
    /// The row was deleted by hand, with its user, or long ago.
    Unknown,
}

const END_REASONS: [(EndReason, &str, &str); 26] = [
    (EndReason::LoggedOut, "logged out", "You logged out."),
    (EndReason::EndedElsewhere, "ended from another device", "You ended it from another device."),
    (EndReason::Replaced, "logged in elsewhere", "You logged in on another device."),
    (EndReason::PasswordChanged, "password changed", "Your password was changed."),
    (EndReason::EmailChanged, "address changed", "Your email address was changed."),
    (EndReason::EmailRestored, "old email address restored", "Your old email address was restored."),
    (
        EndReason::Recovered,
        "account recovered by email",
        "Your account was recovered with a link in an email.",
    ),
    (
        EndReason::GivenBack,
        "account given back by an admin",
        "An administrator gave this account back to its owner.",
    ),
    (
        EndReason::Claimed,
        "account taken over by the owner of its address",
        "The owner of this email address took over the account.",
    ),
    (EndReason::DeletionRequested, "account to be deleted", "Your account will be deleted."),
    (EndReason::PasswordReset, "password reset", "You chose a new password."),
    (EndReason::SecondFactorOn, "two-factor log-in turned on", "Two-factor log-in was turned on."),
    (EndReason::SecondFactorOff, "two-factor log-in turned off", "Two-factor log-in was turned off."),
    (
        EndReason::SecondFactorRemoved,
        "two-factor log-in removed by an admin",
        "An administrator removed your two-factor log-in.",
    ),
    (EndReason::PasswordSet, "password set by an admin", "An administrator set a new password for you."),
    (
        EndReason::ProviderUnlinked,
        "log-in method unlinked",
        "You unlinked the provider that this session began with.",
    ),
    (EndReason::ProviderLoggedOut, "logged out at the provider", "You logged out at your log-in provider."),
    (
        EndReason::ProviderGrantEnded,
        "access ended at the provider",
        "Your log-in provider no longer confirms your access.",
    ),
    (EndReason::Disabled, "account disabled", "Your account was disabled."),
    (EndReason::Revoked, "revoked by an admin", "An administrator ended this log-in."),
    (EndReason::AllUsersRevoked, "all users logged out", "All users were logged out."),
    (EndReason::Restored, "backup restored", "The server was restored from a backup."),
    (EndReason::RefreshTokenReused, "old token used again", "An old token of this app was used again."),
    (EndReason::Idle, "idle for too long", "You were away for too long."),
    (EndReason::Absolute, "time limit", "Your session reached its maximum length."),
    (EndReason::Unknown, "", "Please log in again."),
];

impl EndReason {
    pub fn name(self) -> &'static str {
        END_REASONS.iter().find(|(reason, ..)| *reason == self).map_or("", |(_, name, _)| name)
    }

    pub fn message(self) -> &'static str {
        END_REASONS.iter().find(|(reason, ..)| *reason == self).map_or("", |(.., message)| message)
    }

    pub fn from_name(name: &str) -> Self {
        END_REASONS.iter().find(|(_, known, _)| *known == name).map_or(Self::Unknown, |(reason, ..)| *reason)
    }
}
