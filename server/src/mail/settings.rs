//! `SMTP_URL`, `MAIL_FROM`, `MAIL_REPLY_TO` and `MAIL_PER_MINUTE`: how emails are sent.

use super::SmtpUrl;
use crate::field_errors::FieldErrors;
use lettre::message::Mailbox;
use std::str::FromStr;

#[derive(Clone, Debug)]
pub struct MailSettings {
    pub outgoing: Outgoing,
    pub from: Mailbox,
    pub reply_to: Option<Mailbox>,
    /// For each node.
    pub per_minute: u32,
}

#[derive(Clone, Debug)]
pub enum Outgoing {
    Smtp(SmtpUrl),
    #[cfg(debug_assertions)]
    Mailbox,
    Wait,
}

impl MailSettings {
    /// False if emails wait in the queue.
    pub fn can_send(&self) -> bool {
        !matches!(self.outgoing, Outgoing::Wait)
    }

    /// Refuses an address that the mail server cannot carry. The answer depends on nothing but the address.
    pub async fn check_address(&self, email: &str) -> Result<(), FieldErrors> {
        let is_ascii = email.rsplit_once('@').is_none_or(|(user, _)| user.trim_start().is_ascii());
        match &self.outgoing {
            Outgoing::Smtp(server) if !is_ascii && !server.has_utf8().await => Err(FieldErrors::one(
                "email",
                "Our mail server cannot send email to accented or non-Latin letters before the @. Please use another address.",
            )),
            _ => Ok(()),
        }
    }
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

pub(crate) fn mailbox(text: &str) -> Result<Mailbox, String> {
    text.parse().map_err(|_| "set it to an address, like Acme <hello@example.com>".into())
}
