//! The content of each email.

use super::{Content, Site, lifetime_text, link, notifications};
use crate::brand::NAME;
use crate::components::timestamp_text;
use server::emails::{Email, Recipient};
use server::tokens::{self, Purpose};

const NOT_YOU: &str = "If this was not you, you can ignore this email.";

pub fn content(message: &Email, to: &Recipient, site: &Site) -> Content {
    let link = |path| link(site, path, &to.token);
    match message {
        Email::Reset { .. } | Email::LogIn { .. } if site.sign_on_only => log_in_at_provider(site),
        Email::Verify { .. } => verify(site, link("/verify")),
        Email::SignUpAgain { .. } if !to.token.is_empty() => verify(site, link("/verify")),
        Email::Reminder { on, .. } => Content {
            subject: format!("Your account at {NAME} will be deleted"),
            paragraphs: vec![
                format!("This email address was used to sign up for {NAME}, but it was not confirmed."),
                format!("Confirm it to keep the account. Otherwise the account will be deleted on {}.", timestamp_text(*on)),
            ],
            button: Some(("Confirm the address", link("/verify"))),
            after: vec![
                lifetime_text(Purpose::Verify),
                "Log in to request a new link. If you did not sign up, you can ignore this email.".into(),
            ],
        },
        Email::Welcome { .. } => Content {
            subject: format!("Welcome to {NAME}"),
            paragraphs: vec![
                Some("Your email address is confirmed. First steps:".into()),
                (!site.sign_on_only).then(|| format!("Set up a passkey, to log in without a password: {}", link("/account/passkeys"))),
                Some(format!("Write your first note: {}", link("/notes/new"))),
                Some(format!("See the devices that are logged in to your account: {}", link("/account/devices"))),
            ]
            .into_iter()
            .flatten()
            .collect(),
            button: Some(("Open your dashboard", link("/dashboard"))),
            after: Vec::new(),
        },
        Email::HasAccount { .. } | Email::SignUpAgain { .. } => has_account(site, link("/login")),
        Email::Reset { .. } => Content {
            subject: format!("A new password for {NAME}"),
            paragraphs: vec![
                "Use this link to choose a new password. All your devices will be logged out.".into(),
                removed_by_reset(site, to),
            ],
            button: Some(("Choose a password", link("/reset"))),
            after: vec![lifetime_text(Purpose::Reset), "If you did not request this, you can ignore this email.".into()],
        },
        Email::LogIn { .. } => Content {
            subject: format!("Log in to {NAME}"),
            paragraphs: vec!["You asked to log in by email.".into()],
            button: Some(("Log in", link("/login/link"))),
            after: vec![
                format!("Or enter this code in the browser where you asked for it: {}", spaced(&tokens::code(&to.token))),
                lifetime_text(Purpose::LogIn),
                format!("{NOT_YOU} Do not share this email or the code with anyone."),
            ],
        },
        Email::NewEmail { .. } if to.token.is_empty() => Content {
            subject: format!("You already have an account at {NAME}"),
            paragraphs: vec![
                "Another account asked to use this email address, which already has an account. Nothing was changed."
                    .into(),
                "If this was you, log in with this address, or choose a different one for the other account.".into(),
            ],
            button: Some(("Log in", link("/login"))),
            after: vec![NOT_YOU.into()],
        },
        Email::NewEmail { .. } => Content {
            subject: format!("Confirm your new address for {NAME}"),
            paragraphs: vec![
                format!("You asked to change the email address of your account to this one. Confirm it in the browser that is logged in to your account{}.", if site.sign_on_only { "" } else { ", or with your password" }),
            ],
            button: Some(("Use this address", link("/account/email/confirm"))),
            after: vec![lifetime_text(Purpose::NewEmail), NOT_YOU.into()],
        },
        Email::OldEmail { .. } => Content {
            subject: format!("Your address at {NAME} was changed"),
            paragraphs: vec![
                "Your account has a new email address. You can no longer log in with this one.".into(),
                format!("If this was not you, restore this address: all devices are logged out, and you {}.", if site.sign_on_only { "log in again" } else { "choose a new password" }),
                removed_with_address(site),
            ],
            button: Some(("Restore the address", link("/account/email/undo"))),
            after: vec![lifetime_text(Purpose::OldEmail)],
        },
        Email::Notification { about, at, .. } => notifications::content(about, *at, site, to),
    }
}

fn removed_by_reset(site: &Site, to: &Recipient) -> String {
    // Only a confirmed address is greeted by name.
    if to.name.is_empty() {
        return "This address was never confirmed, so all data in the account will be deleted.".into();
    }
    format!(
        "{} that were added in the last 72 hours will be removed.{}",
        site.removal.log_in_methods(),
        site.removal.tokens(" All access tokens will be revoked."),
    )
}

fn removed_with_address(site: &Site) -> String {
    format!(
        "All {} are removed, and two-factor log-in and recovery codes that were added in the 72 hours before the \
         change was requested, or since.{}",
        site.removal.passkeys(),
        site.removal.tokens(" All access tokens are revoked."),
    )
}

/// Returns the code in two halves, which are easier to read and type.
fn spaced(code: &str) -> String {
    code.split_at_checked(4).map_or(code.to_owned(), |(first, last)| format!("{first} {last}"))
}

/// Replaces an email about passwords that was queued before passwords were switched off.
fn log_in_at_provider(site: &Site) -> Content {
    Content {
        subject: format!("Log in to {NAME}"),
        paragraphs: vec![format!(
            "{NAME} does not use passwords. Log in with your account at the provider that the log-in page names."
        )],
        button: Some(("Log in", link(site, "/login", ""))),
        after: vec!["If you cannot log in, ask your administrator.".into()],
    }
}

fn verify(site: &Site, link: String) -> Content {
    Content {
        subject: format!("Confirm your address for {NAME}"),
        paragraphs: vec![format!(
            "This email address was used to sign up for {NAME}. If you signed up, confirm it."
        )],
        button: Some(("Confirm the address", link)),
        after: vec![
            lifetime_text(Purpose::Verify),
            match site.sign_on_only {
                true => "If you did not sign up, ignore this email.".into(),
                false => {
                    "If you did not sign up, ignore this email, or open the link to take over the account."
                        .into()
                }
            },
        ],
    }
}

fn has_account(site: &Site, link: String) -> Content {
    Content {
        subject: format!("You already have an account at {NAME}"),
        paragraphs: vec![
            "This email address was used to sign up, but it already has an account. Nothing was changed."
                .into(),
            match site.sign_on_only {
                true => "If this was you, log in.".into(),
                false => {
                    "If this was you, log in. If you forgot your password, you can choose a new one there."
                        .into()
                }
            },
        ],
        button: Some(("Log in", link)),
        after: vec![NOT_YOU.into()],
    }
}
