//! `SMTP_URL` and `MAIL_FROM`: how mail leaves the product.

use super::SmtpUrl;
use lettre::message::Mailbox;
use std::str::FromStr;

/// How mail leaves, and in whose name.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// `SMTP_URL`: where mail is handed over.
    pub outgoing: Outgoing,
    /// `MAIL_FROM`: who sends it.
    pub from: Mailbox,
}

/// Where mail goes.
#[derive(Clone, Debug)]
pub enum Outgoing {
    /// To a mail server.
    Smtp(SmtpUrl),
    /// Into the mailbox of a developer's machine.
    #[cfg(debug_assertions)]
    Mailbox,
    /// Nowhere yet: it waits in the queue.
    Wait,
}

/// Reads `SMTP_URL`. Production asks for it, or for the word none.
pub(crate) fn outgoing(text: &str, production: bool) -> Result<Outgoing, String> {
    match text {
        "none" => Ok(Outgoing::Wait),
        "" if production => {
            Err("set it to your mail server, like smtps://USER:PASSWORD@mail.example.com, or to none: \
                                 then mails wait, and nobody can reset a password or confirm an address"
                .into())
        }
        #[cfg(debug_assertions)]
        "" => Ok(Outgoing::Mailbox),
        #[cfg(not(debug_assertions))]
        "" => Ok(Outgoing::Wait),
        url => SmtpUrl::from_str(url).map(Outgoing::Smtp),
    }
}

/// Reads `MAIL_FROM`.
pub(crate) fn from(text: &str) -> Result<Mailbox, String> {
    text.parse().map_err(|_| "set it to an address, like Acme <hello@example.com>".into())
}
