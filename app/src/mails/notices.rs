//! What people hear of without asking.

use super::{Draft, link};
use crate::brand::NAME;
use crate::parts::moment_in_words;
use server::letters::Notice;
use url::Url;

/// What a notice says.
pub fn draft(about: &Notice, at: i64, site: &Url) -> Draft {
    let (subject, what) = said(about);
    let when = format!("This was on {}.", moment_in_words(at));
    let (advice, button) = match about {
        Notice::Closed | Notice::Deleted | Notice::EmailTakenBack => {
            ("If you did not expect this, please answer this mail.", None)
        }
        Notice::DeletionPlanned { .. } => {
            ("If you want to keep it, log in before then.", Some(("Log in", link(site, "/login", ""))))
        }
        Notice::PasskeyAdded { .. } => (
            "If this was not you, remove it at once, and then choose a new password: a new password alone leaves it.",
            Some(("Look at your passkeys", link(site, "/account/passkeys", ""))),
        ),
        _ => (
            "If this was not you, choose a new password at once: that logs everybody else out.",
            Some(("Choose a new password", link(site, "/forgot", ""))),
        ),
    };
    Draft { subject, paragraphs: vec![what, when], button, after: vec![advice.into()] }
}

fn said(about: &Notice) -> (String, String) {
    let both = |subject: &str, what: String| (subject.to_owned(), what);
    match about {
        Notice::NewDevice { device, ip } => both(
            &format!("A new device at {NAME}"),
            match ip.is_empty() {
                true => format!("Somebody logged in to your account with {device}."),
                false => format!("Somebody logged in to your account with {device}, from {ip}."),
            },
        ),
        Notice::PasswordChanged => {
            both("Your password was changed", format!("Your password for {NAME} was changed."))
        }
        Notice::SecondFactorOn => both(
            "Two-factor log-in is on",
            format!("From now on {NAME} asks for a code of your authenticator app when you log in."),
        ),
        Notice::SecondFactorOff => both(
            "Two-factor log-in is off",
            format!("{NAME} does not ask for a code of your authenticator app any more."),
        ),
        Notice::RecoveryCodeUsed { left } => both(
            "A recovery code was used",
            format!("Somebody used one of your recovery codes at {NAME}. Codes left: {left}."),
        ),
        Notice::RecoveryCodesMade => both(
            "New recovery codes were made",
            format!(
                "Your account at {NAME} has new recovery codes. The old ones are worth nothing any more."
            ),
        ),
        Notice::PasskeyAdded { name } => both(
            "A passkey was added",
            format!("The passkey “{name}” can log in to your account at {NAME} now."),
        ),
        Notice::PasskeyRemoved { name } => both(
            "A passkey was removed",
            format!("The passkey “{name}” cannot log in to your account at {NAME} any more."),
        ),
        Notice::Closed => {
            both("Your account was closed", format!("An administrator closed your account at {NAME}."))
        }
        Notice::EmailTakenBack => both(
            &format!("Your address at {NAME} was taken back"),
            format!(
                "An account at {NAME} had this address. Whoever reads the mail of its old address took that back."
            ),
        ),
        Notice::DeletionPlanned { on } => both(
            "Your account will be deleted",
            format!("Your account at {NAME} will be deleted for good on {}.", moment_in_words(*on)),
        ),
        Notice::Deleted => both(
            "Your account was deleted",
            format!("Your account at {NAME} and all that was yours in it is gone for good."),
        ),
    }
}
