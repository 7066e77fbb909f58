//! How long an email may wait. After an outage, an email that has lost its use is not sent.

use super::{Email, Notification};
use crate::tokens::Purpose;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);
/// For what the owner must learn, however late. No email waits longer: see `jobs::purge`.
const WEEK: Duration = Duration::from_secs(7 * 86_400);

impl Email {
    /// An older email is not sent.
    pub(super) fn max_age(&self) -> Duration {
        match self {
            Self::LogIn { .. } => Purpose::LogIn.lifetime(),
            Self::Reset { .. } => Purpose::Reset.lifetime(),
            Self::HasAccount { .. } | Self::SignUpAgain { .. } | Self::NewEmail { .. } => DAY,
            Self::Notification { about: Notification::NewDevice { .. }, .. } => DAY,
            Self::Verify { .. }
            | Self::Reminder { .. }
            | Self::Welcome { .. }
            | Self::OldEmail { .. }
            | Self::Notification { .. } => WEEK,
        }
    }
}
