//! Why a log-in ended: the name in the table, and the text for the user.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    LoggedOut,
    EndedElsewhere,
    Replaced,
    PasswordChanged,
    EmailChanged,
    EmailTakenBack,
    Recovered,
    GivenBack,
    /// The owner of the address verified it first.
    Claimed,
    Leaving,
    PasswordReset,
    SecondFactorOn,
    SecondFactorOff,
    SecondFactorRemoved,
    PasswordSet,
    Closed,
    Revoked,
    AllUsersRevoked,
    Restored,
    Idle,
    Absolute,
    /// The row was deleted by hand, with its user, or long ago.
    Unknown,
}

const END_REASONS: [(EndReason, &str, &str); 22] = [
    (EndReason::LoggedOut, "logged out", "You logged out."),
    (EndReason::EndedElsewhere, "ended from another device", "You ended it from another device."),
    (EndReason::Replaced, "logged in elsewhere", "You logged in on another device."),
    (EndReason::PasswordChanged, "password changed", "Your password was changed."),
    (EndReason::EmailChanged, "address changed", "Your address was changed."),
    (EndReason::EmailTakenBack, "old address taken back", "Your old address was taken back."),
    (EndReason::Recovered, "account recovered by mail", "Your account was recovered by a link in a mail."),
    (
        EndReason::GivenBack,
        "account given back by an admin",
        "An administrator gave this account back to its owner.",
    ),
    (EndReason::Claimed, "account made its owner's", "The owner of the address made this account theirs."),
    (EndReason::Leaving, "account to be deleted", "Your account will be deleted."),
    (EndReason::PasswordReset, "password reset", "You chose a new password."),
    (EndReason::SecondFactorOn, "two-factor log-in turned on", "Two-factor log-in was turned on."),
    (EndReason::SecondFactorOff, "two-factor log-in turned off", "Two-factor log-in was turned off."),
    (
        EndReason::SecondFactorRemoved,
        "two-factor log-in removed by an admin",
        "An administrator removed your two-factor log-in.",
    ),
    (EndReason::PasswordSet, "password set by an admin", "An administrator set a new password for you."),
    (EndReason::Closed, "account closed", "Your account was closed."),
    (EndReason::Revoked, "revoked by an admin", "An administrator ended this log-in."),
    (EndReason::AllUsersRevoked, "all users signed out", "All users were signed out."),
    (EndReason::Restored, "backup restored", "The server was restored from a backup."),
    (EndReason::Idle, "idle for too long", "You were away for too long."),
    (EndReason::Absolute, "time limit", "A log-in lasts only so long."),
    (EndReason::Unknown, "", "Please log in again."),
];

impl EndReason {
    pub fn name(self) -> &'static str {
        END_REASONS.iter().find(|(ending, ..)| *ending == self).map_or("", |(_, name, _)| name)
    }

    pub fn message(self) -> &'static str {
        END_REASONS.iter().find(|(ending, ..)| *ending == self).map_or("", |(.., message)| message)
    }

    pub(super) fn from_name(name: &str) -> Self {
        END_REASONS.iter().find(|(_, known, _)| *known == name).map_or(Self::Unknown, |(ending, ..)| *ending)
    }
}
