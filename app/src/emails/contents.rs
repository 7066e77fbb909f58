//! The content of each email.

use super::{Content, lasts, link, notifications};
use crate::brand::NAME;
use server::emails::{Addressed, Email};
use server::tokens::{self, Purpose};
use url::Url;

const NOT_YOU: &str = "If this was not you, you need not do anything.";

/// Returns the content of an email.
pub fn content(message: &Email, to: &Addressed, site: &Url) -> Content {
    let link = |path| link(site, path, &to.token);
    match message {
        Email::Verify { .. } => Content {
            subject: format!("Confirm your address for {NAME}"),
            paragraphs: vec![format!(
                "Somebody signed up for {NAME} with this address. If it was you, please confirm it."
            )],
            button: Some(("Confirm the address", link("/verify"))),
            after: vec![
                lasts(Purpose::Verify),
                "If this was not you, you need not do anything. Or make the account yours: the page behind the link can do that."
                    .into(),
            ],
        },
        Email::HasAccount { .. } => Content {
            subject: format!("You have an account at {NAME} already"),
            paragraphs: vec![
                "Somebody signed up with this address, which has an account already. Nothing was changed."
                    .into(),
                "If it was you, log in. If you have forgotten your password, you can choose a new one there."
                    .into(),
            ],
            button: Some(("Log in", link("/login"))),
            after: vec![NOT_YOU.into()],
        },
        Email::Reset { .. } => Content {
            subject: format!("A new password for {NAME}"),
            paragraphs: vec![
                "With this link you choose a new password. All your devices will be logged out.".into(),
                "Passkeys, two-factor log-in and recovery codes that were added in the last 72 hours are removed then."
                    .into(),
            ],
            button: Some(("Choose a password", link("/reset"))),
            after: vec![lasts(Purpose::Reset), "If you do not need it, you need not do anything.".into()],
        },
        Email::LogIn { .. } => Content {
            subject: format!("Log in to {NAME}"),
            paragraphs: vec!["You asked to log in by mail.".into()],
            button: Some(("Log in", link("/login/link"))),
            after: vec![
                format!("Or type this code where you asked for it: {}", spaced(&tokens::code(&to.token))),
                lasts(Purpose::LogIn),
                format!("{NOT_YOU} Do not hand this mail or the code on, whoever asks."),
            ],
        },
        Email::NewEmail { .. } if to.token.is_empty() => Content {
            subject: format!("You have an account at {NAME} already"),
            paragraphs: vec![
                "Somebody wants this address for another account. It has one already, and nothing was changed."
                    .into(),
                "If it was you, log in with this address, or choose another one for the other account.".into(),
            ],
            button: Some(("Log in", link("/login"))),
            after: vec![NOT_YOU.into()],
        },
        Email::NewEmail { .. } => Content {
            subject: format!("Confirm your new address for {NAME}"),
            paragraphs: vec![
                "You asked to use this address from now on. Please confirm it, in the browser that is logged in to your account or with your password."
                    .into(),
            ],
            button: Some(("Use this address", link("/account/email/confirm"))),
            after: vec![lasts(Purpose::NewEmail), NOT_YOU.into()],
        },
        Email::OldEmail { .. } => Content {
            subject: format!("Your address at {NAME} was changed"),
            paragraphs: vec![
                "Your account has a new address, and you cannot log in with this one any more.".into(),
                "If this was not you, take it back: everybody is logged out, what was added to log in with is removed, and you choose a new password."
                    .into(),
            ],
            button: Some(("Take it back", link("/account/email/undo"))),
            after: vec![lasts(Purpose::OldEmail)],
        },
        Email::Notification { about, at, .. } => notifications::content(about, *at, site, to),
    }
}

/// Returns the code in two halves, which are easier to read and type.
fn spaced(code: &str) -> String {
    code.split_at_checked(4).map_or(code.to_owned(), |(first, last)| format!("{first} {last}"))
}
