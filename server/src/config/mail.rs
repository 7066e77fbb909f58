//! The settings of emails.

use super::Settings;
use crate::mail::{self, MailSettings};
use url::Url;

impl<Get: Fn(&str) -> Option<String>> Settings<Get> {
    pub(super) fn mail(&mut self, production: bool, public_url: Option<&Url>) -> Option<MailSettings> {
        let outgoing = self.parse("SMTP_URL", "", |url| mail::outgoing(url, production));
        let host = public_url.and_then(Url::domain).unwrap_or("localhost");
        let from = self.parse("MAIL_FROM", &format!("no-reply@{host}"), mail::mailbox);
        let reply_to = self.parse("MAIL_REPLY_TO", "", |text| match text {
            "" => Ok(None),
            address => mail::mailbox(address).map(Some),
        });
        let per_minute = self.parse("MAIL_PER_MINUTE", "600", per_minute);
        Some(MailSettings { outgoing: outgoing?, from: from?, reply_to: reply_to?, per_minute: per_minute? })
    }
}

fn per_minute(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(count) if (1..=60_000).contains(&count) => Ok(count),
        _ => Err("set it to a whole number from 1 to 60000".into()),
    }
}
