//! One example of each kind of email, for the preview page in development.

use super::{Rendered, Site, render};
use server::Id;
use server::emails::{Email, Notification, Recipient};

pub const PREVIEWS: &[&str] = &[
    "verify",
    "reminder",
    "welcome",
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
    "provider-linked",
    "provider-unlinked",
    "token-created",
    "refresh-token-reused",
    "disabled",
    "address-taken-back",
    "address-change-asked",
    "given-back",
    "made-admin",
    "new-admin",
    "deletion-planned",
    "deleted",
];

pub fn preview(name: &str, site: &Site) -> Option<Rendered> {
    let to = Recipient { email: EMAIL.into(), name: "Ada".into(), token: "x".repeat(43) };
    message(name).map(|message| render(&message, &to, site))
}

const EMAIL: &str = "ada@example.com";
const AT: i64 = 1_800_000_000_000;

fn message(name: &str) -> Option<Email> {
    let (user_id, email) = (Id::new(), EMAIL.to_owned());
    Some(match name {
        "verify" => Email::Verify { user_id },
        "reminder" => Email::Reminder { user_id, on: AT },
        "welcome" => Email::Welcome { user_id },
        "has-account" => Email::HasAccount { email },
        "reset" => Email::Reset { email },
        "log-in" => Email::LogIn { email },
        "new-email" => Email::NewEmail { user_id, email },
        "old-email" => Email::OldEmail { user_id, email },
        other => Email::Notification {
            user_id: None,
            name: "Ada".into(),
            email,
            about: notification(other)?,
            at: AT,
        },
    })
}

fn notification(name: &str) -> Option<Notification> {
    Some(match name {
        "new-device" => {
            Notification::NewDevice { device: "Firefox on Linux".into(), ip: "203.0.113.7".into() }
        }
        "password-changed" => Notification::PasswordChanged,
        "second-factor-on" => Notification::SecondFactorOn,
        "second-factor-off" => Notification::SecondFactorOff,
        "recovery-code-used" => Notification::RecoveryCodeUsed { left: 9 },
        "recovery-codes-made" => Notification::RecoveryCodesMade,
        "passkey-added" => Notification::PasskeyAdded { name: "Phone".into() },
        "passkey-removed" => Notification::PasskeyRemoved { name: "Phone".into() },
        "provider-linked" => Notification::ProviderLinked { name: "Google".into() },
        "provider-unlinked" => Notification::ProviderUnlinked { name: "Google".into() },
        "token-created" => Notification::TokenCreated { name: "Backup".into() },
        "refresh-token-reused" => Notification::RefreshTokenReused { device: "Firefox on Linux".into() },
        "disabled" => Notification::Disabled,
        "address-taken-back" => Notification::EmailRestored,
        "address-change-asked" => Notification::EmailChangeAsked,
        "given-back" => Notification::GivenBack,
        "made-admin" => Notification::MadeAdmin,
        "new-admin" => Notification::NewAdmin { user_id: Id::new(), email: "grace@example.com".into() },
        "deletion-planned" => Notification::DeletionPlanned { on: AT },
        "deleted" => Notification::Deleted,
        _ => return None,
    })
}
