//! One of each kind of mail, for the page where a developer looks at them.

use super::{Written, write};
use server::Id;
use server::emails::{Addressed, Letter, Notice};
use url::Url;

/// What there is to look at.
pub const PREVIEWS: [&str; 20] = [
    "verify",
    "has-account",
    "reset",
    "log-in",
    "new-email",
    "old-email",
    "new-device",
    "password-changed",
    "second-factor-on",
    "second-factor-off",
    "recovery-code-used",
    "recovery-codes-made",
    "passkey-added",
    "passkey-removed",
    "closed",
    "address-taken-back",
    "address-change-asked",
    "given-back",
    "deletion-planned",
    "deleted",
];

/// A mail of this kind.
pub fn preview(name: &str, site: &Url) -> Option<Written> {
    let to = Addressed { email: EMAIL.into(), name: "Ada".into(), token: "x".repeat(43) };
    letter(name).map(|letter| write(&letter, &to, site))
}

const EMAIL: &str = "ada@example.com";
const AT: i64 = 1_800_000_000_000;

fn letter(name: &str) -> Option<Letter> {
    let (user_id, email) = (Id::new(), EMAIL.to_owned());
    Some(match name {
        "verify" => Letter::Verify { user_id },
        "has-account" => Letter::HasAccount { email },
        "reset" => Letter::Reset { email },
        "log-in" => Letter::LogIn { email },
        "new-email" => Letter::NewEmail { user_id, email },
        "old-email" => Letter::OldEmail { user_id, email },
        other => Letter::Notice { user_id: None, name: "Ada".into(), email, about: notice(other)?, at: AT },
    })
}

fn notice(name: &str) -> Option<Notice> {
    Some(match name {
        "new-device" => Notice::NewDevice { device: "Firefox on Linux".into(), ip: "203.0.113.7".into() },
        "password-changed" => Notice::PasswordChanged,
        "second-factor-on" => Notice::SecondFactorOn,
        "second-factor-off" => Notice::SecondFactorOff,
        "recovery-code-used" => Notice::RecoveryCodeUsed { left: 9 },
        "recovery-codes-made" => Notice::RecoveryCodesMade,
        "passkey-added" => Notice::PasskeyAdded { name: "Phone".into() },
        "passkey-removed" => Notice::PasskeyRemoved { name: "Phone".into() },
        "closed" => Notice::Closed,
        "address-taken-back" => Notice::EmailTakenBack,
        "address-change-asked" => Notice::EmailChangeAsked,
        "given-back" => Notice::GivenBack,
        "deletion-planned" => Notice::DeletionPlanned { on: AT },
        "deleted" => Notice::Deleted,
        _ => return None,
    })
}
