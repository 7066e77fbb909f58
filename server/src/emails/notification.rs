//! Notifications: emails to a user about changes of their account.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An event that a user is notified of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Notification {
    /// A log-in with an unknown browser.
    NewDevice {
        /// Browser and system, like `Firefox on Windows`.
        device: String,
        /// IP address.
        ip: String,
    },
    /// The password was changed.
    PasswordChanged,
    /// The second factor was turned on.
    SecondFactorOn,
    /// The second factor was turned off.
    SecondFactorOff,
    /// A recovery code was used in place of the second factor.
    RecoveryCodeUsed {
        /// Number of codes left.
        left: i64,
    },
    /// New recovery codes were made, and the old ones are invalid.
    RecoveryCodesMade,
    /// A passkey was added.
    PasskeyAdded {
        /// Its name.
        name: String,
    },
    /// A passkey was removed.
    PasskeyRemoved {
        /// Its name.
        name: String,
    },
    /// An admin closed the account.
    Closed,
    /// The old email address was taken back, so this one is no longer the account's.
    EmailTakenBack,
    /// The account will be deleted, unless its owner cancels.
    DeletionPlanned {
        /// In unix milliseconds.
        on: i64,
    },
    /// The account was deleted.
    Deleted,
    /// A change of the email address was requested.
    EmailChangeAsked,
    /// An admin gave the account back to the owner of its email address.
    GivenBack,
}

impl Notification {
    /// Returns the stored name.
    pub(super) fn kind(&self) -> String {
        match serde_json::to_value(self) {
            Ok(Value::String(name)) => name,
            Ok(Value::Object(named)) => named.keys().next().cloned().unwrap_or_default(),
            _ => String::new(),
        }
    }

    /// Returns whether the email has a link that undoes the event, because an attacker could have caused it.
    pub fn can_be_undone(&self) -> bool {
        match self {
            Self::Closed | Self::EmailTakenBack | Self::Deleted | Self::GivenBack => false,
            Self::NewDevice { .. }
            | Self::PasswordChanged
            | Self::SecondFactorOn
            | Self::SecondFactorOff
            | Self::RecoveryCodeUsed { .. }
            | Self::RecoveryCodesMade
            | Self::PasskeyAdded { .. }
            | Self::PasskeyRemoved { .. }
            | Self::EmailChangeAsked
            | Self::DeletionPlanned { .. } => true,
        }
    }

    /// Returns the minimum expiry of the link, in unix milliseconds: until its date, a deletion can be cancelled.
    pub(super) fn until(&self) -> Option<i64> {
        match self {
            Self::DeletionPlanned { on } => Some(*on),
            _ => None,
        }
    }
}
