//! Notifications: emails that a user gets without asking for them.

use super::{Content, lasts, link};
use crate::brand::NAME;
use crate::components::timestamp_text;
use server::emails::{Addressed, Notification};
use server::tokens::Purpose;
use url::Url;

/// Returns the content of a notification. Without a token for the undo link, it says what else the user can do.
pub fn content(about: &Notification, at: i64, site: &Url, to: &Addressed) -> Content {
    let (token, is_known) = (to.token.as_str(), !to.name.is_empty());
    let (subject, what) = said(about, is_known);
    let mut paragraphs = vec![what, format!("This was on {}.", timestamp_text(at))];
    let (button, after) = match (about.can_be_undone(), token.is_empty()) {
        (false, _) => (None, vec![last_word(about).to_owned()]),
        (true, true) => (Some(("Choose a new password", link(site, "/forgot", ""))), vec![RESET.to_owned()]),
        (true, false) => {
            paragraphs.extend(advice(about));
            (Some(("This was not me", link(site, "/account/recover", token))), undoing(about, is_known))
        }
    };
    Content { subject, paragraphs, button, after }
}

/// For a notification without an undo link: the account was recovered, or the link was used.
const RESET: &str = "If this was not you, choose a new password: that logs everybody out, and removes passkeys and two-factor log-in that were added in the last 72 hours.";

/// What the user can do about a change that cannot be undone.
fn last_word(about: &Notification) -> &'static str {
    match about {
        Notification::GivenBack => {
            "A second mail has the link to a new password. If you did not expect this, please answer this mail."
        }
        _ => "If you did not expect this, please answer this mail.",
    }
}

/// Advice above the button, for some kinds of notification.
fn advice(about: &Notification) -> Option<String> {
    Some(match about {
        Notification::DeletionPlanned { .. } => "If you want to keep it, log in before then and press the button on top of the page.".into(),
        Notification::EmailChangeAsked => "It changes when its owner confirms the new one.".into(),
        Notification::SecondFactorOff | Notification::PasskeyRemoved { .. } | Notification::RecoveryCodesMade => {
            "If this was not you, secure your account first. What was removed does not come back: set it up again afterwards.".into()
        }
        _ => return None,
    })
}

/// What the button does, and how long the link lasts.
fn undoing(about: &Notification, is_known: bool) -> Vec<String> {
    let lasts = match about {
        Notification::DeletionPlanned { .. } => {
            "The link works once, until the day of the deletion, and for 72 hours at least.".to_owned()
        }
        _ => lasts(Purpose::Recover),
    };
    // The owner of an unconfirmed address may not be the user who made the account.
    let undone = if is_known { UNDONE } else { EMPTIED };
    vec![
        "If this was you, you need not do anything.".to_owned(),
        format!("If not, press the button and then another one on the page behind it. {undone} {lasts}"),
    ]
}

const EMPTIED: &str = "Everybody is logged out, all that is in the account is deleted, since nobody had confirmed its address, and we send you a link to a new password.";

const UNDONE: &str = "Everybody is logged out. Passkeys, two-factor log-in and recovery codes that were added in the 72 hours before this, or since, are removed, and a deletion that was planned in that time is cancelled. We send you a link to a new password.";

/// Returns subject and text. `is_known`: whether the reader chose the names in the text.
fn said(about: &Notification, is_known: bool) -> (String, String) {
    let both = |subject: &str, what: String| (subject.to_owned(), what);
    match about {
        Notification::NewDevice { device, ip } => both(
            &format!("A new device at {NAME}"),
            match ip.is_empty() {
                true => format!("Somebody logged in to your account with {device}."),
                false => format!("Somebody logged in to your account with {device}, from {ip}."),
            },
        ),
        Notification::PasswordChanged => {
            both("Your password was changed", format!("Your password for {NAME} was changed."))
        }
        Notification::SecondFactorOn => both(
            "Two-factor log-in is on",
            format!("From now on {NAME} asks for a code of your authenticator app when you log in."),
        ),
        Notification::SecondFactorOff => both(
            "Two-factor log-in is off",
            format!("{NAME} does not ask for a code of your authenticator app any more."),
        ),
        Notification::RecoveryCodeUsed { left } => both(
            "A recovery code was used",
            format!("Somebody used one of your recovery codes at {NAME}. Codes left: {left}."),
        ),
        Notification::RecoveryCodesMade => both(
            "New recovery codes were made",
            format!(
                "Your account at {NAME} has new recovery codes. The old ones are worth nothing any more."
            ),
        ),
        Notification::PasskeyAdded { name } => both(
            "A passkey was added",
            format!("{} can log in to your account at {NAME} now.", passkey(name, is_known)),
        ),
        Notification::PasskeyRemoved { name } => both(
            "A passkey was removed",
            format!("{} cannot log in to your account at {NAME} any more.", passkey(name, is_known)),
        ),
        Notification::EmailChangeAsked => both(
            "Another address was asked for",
            format!("Somebody who is logged in to your account at {NAME} asked for another address for it."),
        ),
        Notification::GivenBack => both(
            "Your account was given back to you",
            format!(
                "An administrator ended all log-ins to your account at {NAME}, and its password, passkeys and two-factor log-in."
            ),
        ),
        Notification::Closed => {
            both("Your account was closed", format!("An administrator closed your account at {NAME}."))
        }
        Notification::EmailTakenBack => both(
            &format!("Your address at {NAME} was taken back"),
            format!(
                "An account at {NAME} had this address. Whoever reads the mail of its old address took that back."
            ),
        ),
        Notification::DeletionPlanned { on } => both(
            "Your account will be deleted",
            format!("Your account at {NAME} will be deleted for good on {}.", timestamp_text(*on)),
        ),
        Notification::Deleted => both(
            "Your account was deleted",
            format!("Your account at {NAME} and all that was yours in it is gone for good."),
        ),
    }
}

fn passkey(name: &str, is_known: bool) -> String {
    if is_known { format!("The passkey “{name}”") } else { "A passkey".into() }
}
