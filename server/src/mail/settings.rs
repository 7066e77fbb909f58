//! `SMTP_URL` and `MAIL_FROM`: how emails are sent.

use super::SmtpUrl;
use lettre::message::Mailbox;
use std::str::FromStr;

#[derive(Clone, Debug)]
pub struct MailSettings {
    pub outgoing: Outgoing,
    pub from: Mailbox,
}

#[derive(Clone, Debug)]
pub enum Outgoing {
    Smtp(SmtpUrl),
    #[cfg(debug_assertions)]
    Mailbox,
    Wait,
}

/// Production requires a value, or the word `none`.
pub(crate) fn outgoing(text: &str, production: bool) -> Result<Outgoing, String> {
    match text {
        "none" => Ok(Outgoing::Wait),
        "" if production => {
            Err("set it to your mail server, like smtps://USER:PASSWORD@mail.example.com, or to none: \
                                 then emails wait, and users cannot reset a password or confirm an address"
                .into())
        }
        #[cfg(debug_assertions)]
        "" => Ok(Outgoing::Mailbox),
        #[cfg(not(debug_assertions))]
        "" => Ok(Outgoing::Wait),
        url => SmtpUrl::from_str(url).map(Outgoing::Smtp),
    }
}

pub(crate) fn from(text: &str) -> Result<Mailbox, String> {
    text.parse().map_err(|_| "set it to an address, like Acme <hello@example.com>".into())
}
