//! Notifications: emails to a user about changes of their account.

use crate::id::Id;
use crate::users::User;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Notification {
    NewDevice {
        /// Like `Firefox on Windows`.
        device: String,
        ip: String,
    },
    PasswordChanged,
    SecondFactorOn,
    SecondFactorOff,
    RecoveryCodeUsed {
        left: i64,
    },
    RecoveryCodesMade,
    PasskeyAdded {
        name: String,
    },
    PasskeyRemoved {
        name: String,
    },
    TokenCreated {
        name: String,
    },
    /// A refresh token was used again. Older rows have the other name.
    #[serde(alias = "token-copied")]
    RefreshTokenReused {
        /// Like `Firefox on Windows`.
        device: String,
    },
    ProviderLinked {
        name: String,
    },
    ProviderUnlinked {
        name: String,
    },
    Disabled,
    EmailRestored,
    DeletionPlanned {
        /// In unix milliseconds.
        on: i64,
    },
    Deleted,
    EmailChangeAsked,
    GivenBack,
    /// The user is an admin now.
    MadeAdmin,
    /// To the other admins.
    NewAdmin {
        user_id: Id<User>,
        email: String,
    },
}

impl Notification {
    pub(super) fn kind(&self) -> String {
        match serde_json::to_value(self) {
            Ok(Value::String(name)) => name,
            Ok(Value::Object(named)) => named.keys().next().cloned().unwrap_or_default(),
            _ => String::new(),
        }
    }

    pub fn can_be_undone(&self) -> bool {
        match self {
            Self::Disabled | Self::EmailRestored | Self::Deleted | Self::GivenBack => false,
            Self::MadeAdmin | Self::NewAdmin { .. } => false,
            Self::NewDevice { .. }
            | Self::PasswordChanged
            | Self::SecondFactorOn
            | Self::SecondFactorOff
            | Self::RecoveryCodeUsed { .. }
            | Self::RecoveryCodesMade
            | Self::PasskeyAdded { .. }
            | Self::PasskeyRemoved { .. }
            | Self::TokenCreated { .. }
            | Self::RefreshTokenReused { .. }
            | Self::ProviderLinked { .. }
            | Self::ProviderUnlinked { .. }
            | Self::EmailChangeAsked
            | Self::DeletionPlanned { .. } => true,
        }
    }

    /// In unix milliseconds: a planned deletion can be undone until its day.
    pub(super) fn until(&self) -> Option<i64> {
        match self {
            Self::DeletionPlanned { on } => Some(*on),
            _ => None,
        }
    }
}
