//! `SMTP_URL` and `MAIL_FROM`: how emails are sent.

use super::SmtpUrl;
use lettre::message::Mailbox;
use std::str::FromStr;

/// How emails are sent, and from whom.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// `SMTP_URL`: the destination of emails.
    pub outgoing: Outgoing,
    /// `MAIL_FROM`: the sender.
    pub from: Mailbox,
}

/// The destination of emails.
#[derive(Clone, Debug)]
pub enum Outgoing {
    /// A mail server.
    Smtp(SmtpUrl),
    /// The mailbox of a developer's machine.
    #[cfg(debug_assertions)]
    Mailbox,
    /// None yet: emails wait in the queue.
    Wait,
}

/// Parses `SMTP_URL`. Production requires it, or the word `none`.
pub(crate) fn outgoing(text: &str, production: bool) -> Result<Outgoing, String> {
    match text {
        "none" => Ok(Outgoing::Wait),
        "" if production => {
            Err("set it to your mail server, like smtps://USER:PASSWORD@mail.example.com, or to none: \
                                 then mails wait, and users cannot reset a password or confirm an address"
                .into())
        }
        #[cfg(debug_assertions)]
        "" => Ok(Outgoing::Mailbox),
        #[cfg(not(debug_assertions))]
        "" => Ok(Outgoing::Wait),
        url => SmtpUrl::from_str(url).map(Outgoing::Smtp),
    }
}

/// Parses `MAIL_FROM`.
pub(crate) fn from(text: &str) -> Result<Mailbox, String> {
    text.parse().map_err(|_| "set it to an address, like Acme <hello@example.com>".into())
}
