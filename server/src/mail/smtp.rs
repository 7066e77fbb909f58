//! SMTP: a mail server by its URL, encrypted by default.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lettre::transport::smtp::AsyncSmtpTransportBuilder;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use percent_encoding::percent_decode_str;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;
use url::Url;

const SMTP_TIMEOUT: Duration = Duration::from_secs(20);
const HIDDEN: &str = "[hidden]";

#[derive(Clone)]
pub struct SmtpUrl(Url);

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SmtpUrl") // it contains a password
    }
}

impl FromStr for SmtpUrl {
    type Err = String;

    /// `smtps://` is encrypted from the start, `smtp://` requires STARTTLS. Only `?tls=none` is unencrypted.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut url = Url::parse(text).map_err(|error| format!("this is not a valid URL: {error}"))?;
        match url.scheme() {
            "smtps" => {}
            "smtp" if url.query() == Some("tls=none") => url.set_query(None),
            "smtp" => url.set_query(Some("tls=required")),
            _ => return Err("begin it with smtps:// or smtp://".into()),
        }
        if !url.has_host() {
            return Err("name a host, like smtps://USER:PASSWORD@mail.example.com".into());
        }
        let url = Self(url);
        url.builder().map(|_| url)
    }
}

impl SmtpUrl {
    /// The password in all forms that are sent to a server, longest first.
    fn secrets(&self) -> Vec<String> {
        let plain = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let (user, typed) = (plain(self.0.username()), self.0.password().unwrap_or_default());
        if typed.is_empty() {
            return Vec::new();
        }
        let password = plain(typed);
        let together = STANDARD.encode(format!("\0{user}\0{password}"));
        vec![together, STANDARD.encode(&password), typed.to_owned(), password]
    }

    fn builder(&self) -> Result<AsyncSmtpTransportBuilder, String> {
        AsyncSmtpTransport::<Tokio1Executor>::from_url(self.0.as_str())
            .map_err(|_| "this is not a valid URL of a mail server".into())
    }
}

#[derive(Clone)]
pub(super) struct Transport {
    connections: AsyncSmtpTransport<Tokio1Executor>,
    secrets: Vec<String>,
}

impl Transport {
    /// Connects when the first email is sent. Must be called inside a Tokio runtime.
    pub fn new(url: &SmtpUrl) -> Result<Self, String> {
        let connections = url.builder()?.timeout(Some(SMTP_TIMEOUT)).build();
        Ok(Self { connections, secrets: url.secrets() })
    }

    /// Removes the password and links from the error: the server's text may repeat them.
    pub async fn send(&self, message: Message) -> Result<(), String> {
        let sent = self.connections.send(message).await;
        sent.map(drop).map_err(|error| without_secrets(&error.to_string(), &self.secrets))
    }
}

fn without_secrets(text: &str, secrets: &[String]) -> String {
    let is_secret = |word: &str| word.contains("://") || word.contains("token=");
    let text = secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, HIDDEN));
    let words = text.split(' ').map(|word| if is_secret(word) { HIDDEN } else { word });
    words.collect::<Vec<_>>().join(" ")
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transport")
    }
}
