//! What people hear of without asking: changes of their account, by mail to its address.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What people hear of without asking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Notification {
    /// Somebody logged in with a browser that was not known.
    NewDevice {
        /// The browser and system in words.
        device: String,
        /// The address it came from.
        ip: String,
    },
    /// There is a new password.
    PasswordChanged,
    /// The second factor was set up.
    SecondFactorOn,
    /// The second factor was removed.
    SecondFactorOff,
    /// A recovery code stood in for the second factor.
    RecoveryCodeUsed {
        /// How many are left.
        left: i64,
    },
    /// There are new recovery codes, and the old ones are worth nothing.
    RecoveryCodesMade,
    /// A passkey was added.
    PasskeyAdded {
        /// What its owner calls it.
        name: String,
    },
    /// A passkey was removed.
    PasskeyRemoved {
        /// What its owner called it.
        name: String,
    },
    /// An admin closed the account.
    Closed,
    /// The old address was taken back, and this one is not the account's any more.
    EmailTakenBack,
    /// The account will be deleted, if its owner does not come back.
    DeletionPlanned {
        /// When, in unix milliseconds.
        on: i64,
    },
    /// The account is gone.
    Deleted,
    /// Another address was asked for.
    EmailChangeAsked,
    /// An admin gave the account back to the owner of its address.
    GivenBack,
}

impl Notification {
    /// What it is called where it is written down.
    pub(super) fn kind(&self) -> String {
        match serde_json::to_value(self) {
            Ok(Value::String(name)) => name,
            Ok(Value::Object(named)) => named.keys().next().cloned().unwrap_or_default(),
            _ => String::new(),
        }
    }

    /// Whether the mail has a link with which its reader undoes what it reports: a thief could have done it.
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

    /// Until when the link is good at least, in unix milliseconds: whoever hears late of a deletion can still stop it.
    pub(super) fn until(&self) -> Option<i64> {
        match self {
            Self::DeletionPlanned { on } => Some(*on),
            _ => None,
        }
    }
}
