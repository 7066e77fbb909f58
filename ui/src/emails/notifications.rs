//! Notifications: emails that a user gets without asking for them.

use super::{Content, Site, lifetime_text, link};
use crate::brand::NAME;
use crate::components::timestamp_text;
use crate::removal::Removal;
use server::direction::isolated;
use server::emails::{Notification, Recipient};
use server::tokens::Purpose;

/// Without a token for the undo link, the text says what else the user can do.
pub fn content(about: &Notification, at: i64, site: &Site, to: &Recipient) -> Content {
    let (token, is_verified) = (to.token.as_str(), !to.name.is_empty());
    let (subject, text) = subject_and_text(about, is_verified, site.removal);
    let mut paragraphs = vec![text, format!("This was on {}.", timestamp_text(at))];
    let (button, after) = match (about.can_be_undone(), token.is_empty()) {
        (false, _) => (None, vec![no_undo_advice(about, site).to_owned()]),
        (true, true) if site.sign_on_only => (None, vec![ASK_ADMIN.to_owned()]),
        (true, true) => {
            (Some(("Choose a new password", link(site, "/forgot", ""))), vec![reset_advice(site.removal)])
        }
        (true, false) => {
            paragraphs.extend(advice(about));
            (
                Some(("This was not me", link(site, "/account/recover", token))),
                undo_advice(about, site, is_verified),
            )
        }
    };
    Content { subject, paragraphs, button, after }
}

/// Advice in place of the undo link, which is gone after a recovery of the account.
fn reset_advice(removal: Removal) -> String {
    format!(
        "If this was not you, choose a new password: this logs out all devices. {} that were added in the last 72 \
         hours are removed.{}",
        removal.log_in_methods(),
        removal.tokens(" All access tokens are revoked."),
    )
}

const ASK_ADMIN: &str = "If you did not expect this, ask an administrator.";

/// What the user can do about a change that cannot be undone.
fn no_undo_advice(about: &Notification, site: &Site) -> &'static str {
    match about {
        Notification::GivenBack if site.sign_on_only => {
            "Log in with your account at your provider. If you did not expect this, ask an administrator."
        }
        Notification::GivenBack => {
            "A second email has a link to choose a new password. If you did not expect this, ask an administrator."
        }
        Notification::NewAdmin { .. } => {
            "If you did not expect this, ask the other administrators, and remove the role in the admin area."
        }
        _ => ASK_ADMIN,
    }
}

/// Advice above the button, for some kinds of notification.
fn advice(about: &Notification) -> Option<String> {
    Some(match about {
        Notification::DeletionPlanned { .. } => "To keep it, log in before then and press the button at the top of the page.".into(),
        Notification::EmailChangeAsked => "The address changes when the new one is confirmed.".into(),
        Notification::SecondFactorOff
        | Notification::PasskeyRemoved { .. }
        | Notification::ProviderUnlinked { .. }
        | Notification::RecoveryCodesMade => {
            "If this was not you, secure your account first. What was removed is not restored: set it up again afterwards.".into()
        }
        Notification::TokenCreated { .. } => "If this was not you, secure your account: this also revokes all access tokens.".into(),
        Notification::RefreshTokenReused { .. } => "If you do not know how this happened, secure your account: someone may have copied the token from the app.".into(),
        _ => return None,
    })
}

/// What the button does, and how long the link lasts.
fn undo_advice(about: &Notification, site: &Site, is_verified: bool) -> Vec<String> {
    let lifetime = match about {
        Notification::DeletionPlanned { .. } => {
            "The link works once, until the day of the deletion, and for 72 hours at least.".to_owned()
        }
        _ => lifetime_text(Purpose::Recover),
    };
    // The owner of an unconfirmed address may not be the user who made the account.
    let undone = if is_verified { undone(site.removal) } else { EMPTIED.to_owned() };
    let next = match site.sign_on_only {
        true => "Then log in with your account at your provider.",
        false => "We send you a link to choose a new password.",
    };
    vec![
        "If this was you, you can ignore this email.".to_owned(),
        format!("If not, press the button and confirm on the page that opens. {undone} {next} {lifetime}"),
    ]
}

const EMPTIED: &str =
    "All devices are logged out. All data in the account is deleted, since its address was not confirmed.";

fn undone(removal: Removal) -> String {
    format!(
        "All devices are logged out. {} that were added in the 72 hours before this, or since, are removed, and a \
         deletion that was planned in that time is cancelled.{}",
        removal.log_in_methods(),
        removal.tokens(" All access tokens are revoked."),
    )
}

/// A name is left out unless the address is verified: the reader may not be the user who chose it.
fn subject_and_text(about: &Notification, is_verified: bool, removal: Removal) -> (String, String) {
    let both = |subject: &str, text: String| (subject.to_owned(), text);
    match about {
        Notification::NewDevice { device, ip } => both(
            &format!("A new device at {NAME}"),
            match ip.is_empty() {
                true => format!("There was a log-in to your account with {device}."),
                false => format!("There was a log-in to your account with {device}, from {ip}."),
            },
        ),
        Notification::PasswordChanged => {
            both("Your password was changed", format!("Your password for {NAME} was changed."))
        }
        Notification::SecondFactorOn => both(
            "Two-factor log-in is on",
            format!("{NAME} now asks for a code from your authenticator app when you log in."),
        ),
        Notification::SecondFactorOff => both(
            "Two-factor log-in is off",
            format!("{NAME} no longer asks for a code from your authenticator app when you log in."),
        ),
        Notification::RecoveryCodeUsed { left } => both(
            "A recovery code was used",
            format!("One of your recovery codes for {NAME} was used. Codes left: {left}."),
        ),
        Notification::RecoveryCodesMade => both(
            "New recovery codes were created",
            format!("Your account at {NAME} has new recovery codes. The old ones no longer work."),
        ),
        Notification::PasskeyAdded { name } => both(
            "A passkey was added",
            format!("{} can now be used to log in to your account at {NAME}.", passkey(name, is_verified)),
        ),
        Notification::PasskeyRemoved { name } => both(
            "A passkey was removed",
            format!(
                "{} can no longer be used to log in to your account at {NAME}.",
                passkey(name, is_verified)
            ),
        ),
        Notification::TokenCreated { name } => both(
            "An access token was created",
            format!("{} gives programs access to your account at {NAME}.", token(name, is_verified)),
        ),
        Notification::RefreshTokenReused { device } => both(
            "An app was logged out",
            format!(
                "A refresh token of an app ({device}) that is logged in to your account at {NAME} was used twice, so a copy of it may exist. The app was logged out, and the copy does not work."
            ),
        ),
        Notification::ProviderLinked { name } => both(
            "A log-in method was linked",
            format!("An account at {name} can now be used to log in to your account at {NAME}."),
        ),
        Notification::ProviderUnlinked { name } => both(
            "A log-in method was unlinked",
            format!("An account at {name} can no longer be used to log in to your account at {NAME}."),
        ),
        Notification::EmailChangeAsked => both(
            "A change of your email address was requested",
            format!(
                "A device that is logged in to your account at {NAME} asked to change its email address."
            ),
        ),
        Notification::GivenBack => both(
            "Your account was given back to you",
            format!(
                "An administrator logged out all devices of your account at {NAME}, and removed its password, its \
                 two-factor log-in and all {}.{}",
                removal.passkeys(),
                removal.tokens(" All access tokens were revoked."),
            ),
        ),
        Notification::Disabled => {
            both("Your account was disabled", format!("An administrator disabled your account at {NAME}."))
        }
        Notification::EmailRestored => both(
            &format!("Your address at {NAME} was removed"),
            format!(
                "An account at {NAME} used this address. The owner of its previous address restored that one."
            ),
        ),
        Notification::DeletionPlanned { on } => both(
            "Your account will be deleted",
            format!("Your account at {NAME} will be permanently deleted on {}.", timestamp_text(*on)),
        ),
        Notification::MadeAdmin => both(
            &format!("You are an administrator of {NAME}"),
            format!("Your account at {NAME} now has the permissions of an administrator."),
        ),
        Notification::NewAdmin { email, .. } => both(
            &format!("A new administrator of {NAME}"),
            format!("{email} now has the permissions of an administrator at {NAME}."),
        ),
        Notification::Deleted => both(
            "Your account was deleted",
            format!("Your account at {NAME} and all its data were permanently deleted."),
        ),
    }
}

fn passkey(name: &str, is_verified: bool) -> String {
    if is_verified { format!("The passkey “{}”", isolated(name)) } else { "A passkey".into() }
}

fn token(name: &str, is_verified: bool) -> String {
    if is_verified { format!("The access token “{}”", isolated(name)) } else { "An access token".into() }
}
