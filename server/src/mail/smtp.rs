//! Sends emails over SMTP, step by step: the step at which the server refuses tells whether the address is wrong.

use super::SmtpUrl;
use super::pace::Pace;
use crate::error::Error;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{Extension, MailBodyParameter, MailParameter};
use lettre::{Address, Message};
use std::error::Error as _;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

type SmtpError = lettre::transport::smtp::Error;

/// Far below the lease of a job, so that no other worker sends the email meanwhile.
const SEND_TIMEOUT: Duration = Duration::from_secs(30);
const HIDDEN: &str = "[hidden]";
const NO_UTF8: &str = "the mail server accepts no letters outside of ASCII before the @ (no SMTPUTF8)";

/// Clones share the connections and the pace.
#[derive(Clone)]
pub(super) struct Transport {
    url: SmtpUrl,
    idle: Arc<Mutex<Vec<AsyncSmtpConnection>>>,
    pace: Arc<Pace>,
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transport")
    }
}

enum Step {
    Recipient,
    Other,
}

impl Transport {
    /// Connects when the first email is sent.
    pub fn new(url: SmtpUrl, per_minute: u32) -> Self {
        Self { url, idle: Arc::default(), pace: Arc::new(Pace::new(per_minute)) }
    }

    pub async fn send(&self, message: &Message) -> Result<(), Error> {
        self.pace.turn().await;
        match tokio::time::timeout(SEND_TIMEOUT, self.deliver(message)).await {
            Ok(sent) => sent,
            Err(_) => Err(Error::Mail(format!("the mail server took longer than {SEND_TIMEOUT:?}"))),
        }
    }

    async fn deliver(&self, message: &Message) -> Result<(), Error> {
        let mut connection = match self.connection().await {
            Ok(connection) => connection,
            // Also a refused password: an admin can correct it, and then no email is lost.
            Err(error) => return Err(Error::Mail(self.text(&error))),
        };
        match self.converse(&mut connection, message).await {
            Ok(()) => {
                self.idle.lock().await.push(connection);
                Ok(())
            }
            Err(error) => {
                connection.abort().await;
                Err(error)
            }
        }
    }

    async fn connection(&self) -> Result<AsyncSmtpConnection, SmtpError> {
        loop {
            let Some(mut connection) = self.idle.lock().await.pop() else {
                return self.url.connect().await;
            };
            if connection.test_connected().await {
                return Ok(connection);
            }
        }
    }

    async fn converse(&self, to: &mut AsyncSmtpConnection, message: &Message) -> Result<(), Error> {
        let (envelope, text) = (message.envelope(), message.formatted());
        let needs_utf8 = |address: &Address| !AsRef::<str>::as_ref(address).is_ascii();
        let (from_needs, to_needs) =
            (envelope.from().is_some_and(needs_utf8), envelope.to().iter().any(needs_utf8));
        let mut parameters = Vec::new();
        if from_needs || to_needs {
            if !to.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(match from_needs {
                    // The settings are wrong, which an admin can correct.
                    true => Error::Mail(format!("MAIL_FROM: {NO_UTF8}")),
                    false => Error::AddressRefused(NO_UTF8.into()),
                });
            }
            parameters =
                vec![MailParameter::SmtpUtfEight, MailParameter::Body(MailBodyParameter::EightBitMime)];
        }
        let other = |error| self.failure(&Step::Other, &error);
        to.command(Mail::new(envelope.from().cloned(), parameters)).await.map_err(other)?;
        for address in envelope.to() {
            let refused = |error| self.failure(&Step::Recipient, &error);
            to.command(Rcpt::new(address.clone(), Vec::new())).await.map_err(refused)?;
        }
        to.command(Data).await.map_err(other)?;
        to.message(&text).await.map_err(other).map(drop)
    }

    fn failure(&self, step: &Step, error: &SmtpError) -> Error {
        let text = self.text(error);
        match error.status().map(|code| code.to_string()) {
            // 530 to 538 ask for a log-in: the settings are wrong, which an admin can correct.
            Some(code) if code.starts_with('5') && !code.starts_with("53") => {
                match is_about_recipient(step, error) {
                    true => Error::AddressRefused(text),
                    false => Error::EmailRefused(text),
                }
            }
            _ => Error::Mail(text),
        }
    }

    /// Without the password and links, which the server's text may repeat.
    fn text(&self, error: &SmtpError) -> String {
        let is_secret = |word: &str| word.contains("://") || word.contains("token=");
        let secrets = self.url.secrets();
        let text = secrets.iter().fold(error.to_string(), |text, secret| text.replace(secret, HIDDEN));
        let words = text.split(' ').map(|word| if is_secret(word) { HIDDEN } else { word });
        words.collect::<Vec<_>>().join(" ")
    }
}

/// By the enhanced status code (RFC 3463) if there is one. 5.7 is a policy, like a refused relay, and says nothing about
/// the address; 5.1.7 and 5.1.8 are about the sender.
fn is_about_recipient(step: &Step, error: &SmtpError) -> bool {
    let text = error.source().map(ToString::to_string).unwrap_or_default();
    let code = text.split_whitespace().next().unwrap_or_default();
    match code.split('.').collect::<Vec<_>>()[..] {
        ["5", "1", "7" | "8"] | ["5", "7", _] => false,
        ["5", "1" | "2", _] => true,
        _ => matches!(step, Step::Recipient),
    }
}
