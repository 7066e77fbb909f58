//! `SMTP_URL`: a mail server by its URL, encrypted by default.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::{ClientId, Extension};
use lettre::transport::smtp::{Error, SMTP_PORT, SUBMISSION_PORT, SUBMISSIONS_PORT};
use percent_encoding::percent_decode_str;
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::Semaphore;
use url::Url;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);
/// A user waits for it.
const ASK_TIMEOUT: Duration = Duration::from_secs(3);

/// Clones share what the server announced.
#[derive(Clone)]
pub struct SmtpUrl {
    url: Url,
    announced: Arc<Announced>,
}

struct Announced {
    /// Whether the server has SMTPUTF8. Empty until the first connection.
    utf8: OnceLock<bool>,
    /// Visitors must not open many connections.
    asking: Semaphore,
}

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SmtpUrl") // it contains a password
    }
}

impl FromStr for SmtpUrl {
    type Err = String;

    /// `smtps://` is encrypted from the start, `smtp://` requires STARTTLS. Only `?tls=none` is unencrypted.
    fn from_str(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| format!("this is not a valid URL: {error}"))?;
        if !matches!(url.scheme(), "smtp" | "smtps") {
            return Err("begin it with smtps:// or smtp://".into());
        }
        if !url.has_host() {
            return Err("name a host, like smtps://USER:PASSWORD@mail.example.com".into());
        }
        let announced = Announced { utf8: OnceLock::new(), asking: Semaphore::new(1) };
        let url = Self { url, announced: Arc::new(announced) };
        match url.tls() {
            Ok(_) => Ok(url),
            Err(_) => Err("this is not a valid URL of a mail server".into()),
        }
    }
}

impl SmtpUrl {
    fn is_encrypted(&self) -> bool {
        self.url.scheme() == "smtps" || self.url.query() != Some("tls=none")
    }

    /// Without the brackets of an IPv6 address.
    fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default().trim_matches(['[', ']'])
    }

    fn port(&self) -> u16 {
        let default = match (self.url.scheme(), self.is_encrypted()) {
            ("smtps", _) => SUBMISSIONS_PORT,
            (_, true) => SUBMISSION_PORT,
            (_, false) => SMTP_PORT,
        };
        self.url.port().unwrap_or(default)
    }

    fn tls(&self) -> Result<Option<TlsParameters>, Error> {
        self.is_encrypted().then(|| TlsParameters::new(self.host().to_owned())).transpose()
    }

    fn user_and_password(&self) -> Option<(String, String)> {
        let plain = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let password = self.url.password().filter(|password| !password.is_empty())?;
        Some((plain(self.url.username()), plain(password)))
    }

    /// The password in all forms that are sent to a server, longest first.
    pub(super) fn secrets(&self) -> Vec<String> {
        let Some((user, password)) = self.user_and_password() else {
            return Vec::new();
        };
        let typed = self.url.password().unwrap_or_default().to_owned();
        let together = STANDARD.encode(format!("\0{user}\0{password}"));
        vec![together, STANDARD.encode(&password), typed, password]
    }

    /// Encrypted and logged in, as the URL says.
    pub(super) async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let (name, tls) = (self.own_name(), self.tls()?);
        let (from_start, later) = if self.url.scheme() == "smtps" { (tls, None) } else { (None, tls) };
        let server = (self.host(), self.port());
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(CONNECT_TIMEOUT), &name, from_start, None)
                .await?;
        if let Some(tls) = later {
            connection.starttls(tls, &name).await?;
        }
        if let Some((user, password)) = self.user_and_password() {
            connection.auth(DEFAULT_MECHANISMS, &Credentials::new(user, password)).await?;
        }
        let has_utf8 = connection.server_info().supports_feature(Extension::SmtpUtfEight);
        self.announced.utf8.get_or_init(|| has_utf8);
        Ok(connection)
    }

    /// The name that the program gives itself: the path of the URL, or the name of the machine.
    fn own_name(&self) -> ClientId {
        match self.url.path().trim_matches('/') {
            "" => ClientId::default(),
            name => ClientId::Domain(name.to_owned()),
        }
    }

    /// Whether the server accepts letters outside of ASCII before the `@`. True if it does not answer: if it refuses
    /// the email later, the user is told then.
    pub(super) async fn has_utf8(&self) -> bool {
        if self.announced.utf8.get().is_none()
            && let Ok(_permit) = self.announced.asking.try_acquire()
            && let Ok(Ok(mut connection)) = tokio::time::timeout(ASK_TIMEOUT, self.connect()).await
        {
            connection.abort().await;
        }
        self.announced.utf8.get().copied().unwrap_or(true)
    }
}
