//! A mail server by its address, encrypted unless it says otherwise.

use lettre::transport::smtp::AsyncSmtpTransportBuilder;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;
use url::Url;

const PATIENCE: Duration = Duration::from_secs(20);

/// Where a mail server is, and who we are to it.
#[derive(Clone)]
pub struct SmtpUrl(Url);

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SmtpUrl") // it holds a password
    }
}

impl FromStr for SmtpUrl {
    type Err = String;

    /// `smtps://USER:PASSWORD@HOST:465` is encrypted from the start, `smtp://USER:PASSWORD@HOST:587` after the first
    /// words, or refused; only `?tls=none` goes in the clear.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut url = Url::parse(text).map_err(|error| format!("this is no address: {error}"))?;
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
    fn builder(&self) -> Result<AsyncSmtpTransportBuilder, String> {
        AsyncSmtpTransport::<Tokio1Executor>::from_url(self.0.as_str())
            .map_err(|_| "this is no address of a mail server".into())
    }
}

/// Connections to one mail server, kept for the next mail.
#[derive(Clone)]
pub(super) struct Transport(AsyncSmtpTransport<Tokio1Executor>);

impl Transport {
    /// Connects when the first mail is sent. Must be called where tasks can run.
    pub fn new(url: &SmtpUrl) -> Result<Self, String> {
        Ok(Self(url.builder()?.timeout(Some(PATIENCE)).build()))
    }

    /// Hands a mail over.
    pub async fn send(&self, message: Message) -> Result<(), String> {
        self.0.send(message).await.map(drop).map_err(|error| error.to_string())
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transport")
    }
}
