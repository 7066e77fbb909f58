//! Sends emails over SMTP. On a developer's machine it stores them in a mailbox that `/dev/mailbox` shows.

#[cfg(debug_assertions)]
pub mod mailbox;
mod pace;
mod settings;
mod smtp;
mod smtp_url;

use crate::error::Error;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};
use std::fmt;

pub use settings::{MailSettings, Outgoing};
pub(crate) use settings::{mailbox, outgoing};
use smtp::Transport;
pub use smtp_url::SmtpUrl;

#[derive(Clone)]
pub struct EmailMessage {
    /// The same for each attempt to send it, so that a duplicate is recognized.
    pub id: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl fmt::Debug for EmailMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmailMessage({})", self.id) // the text may contain a link that logs a user in
    }
}

#[derive(Clone, Debug)]
pub struct Mailer {
    way: Way,
    from: Mailbox,
    reply_to: Option<Mailbox>,
}

#[derive(Clone, Debug)]
enum Way {
    Smtp(Transport),
    #[cfg(debug_assertions)]
    Mailbox(mailbox::Folder),
}

impl Mailer {
    /// Returns `None` if emails must wait in the queue.
    pub fn new(settings: &MailSettings) -> Option<Self> {
        let way = match &settings.outgoing {
            Outgoing::Smtp(url) => Way::Smtp(Transport::new(url.clone(), settings.per_minute)),
            #[cfg(debug_assertions)]
            Outgoing::Mailbox => Way::Mailbox(mailbox::Folder::of_developer()),
            Outgoing::Wait => return None,
        };
        Some(Self { way, from: settings.from.clone(), reply_to: settings.reply_to.clone() })
    }

    pub async fn send(&self, email: &EmailMessage) -> Result<(), Error> {
        let message = self.message(email)?;
        match &self.way {
            Way::Smtp(transport) => transport.send(&message).await,
            #[cfg(debug_assertions)]
            Way::Mailbox(folder) => folder.put(email).map_err(|error| Error::Mail(error.to_string())),
        }
    }

    fn message(&self, email: &EmailMessage) -> Result<Message, Error> {
        let id = format!("<{}@{}>", email.id, self.from.email.domain());
        let parts = MultiPart::alternative()
            .singlepart(SinglePart::plain(email.text.clone()))
            .singlepart(SinglePart::html(email.html.clone()));
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, recipient(&email.to).map_err(Error::AddressRefused)?))
            .subject(email.subject.clone())
            .message_id(Some(id));
        if let Some(reply_to) = &self.reply_to {
            message = message.reply_to(reply_to.clone());
        }
        let message = message.multipart(parts).map(mark_auto_submitted);
        message.map_err(|error| Error::EmailRefused(error.to_string()))
    }
}

/// Auto-responders do not answer automatic emails.
fn mark_auto_submitted(mut message: Message) -> Message {
    let name = HeaderName::new_from_ascii_str("Auto-Submitted");
    message.headers_mut().insert_raw(HeaderValue::new(name, "auto-generated".into()));
    message
}

/// Returns the address for mail servers, with the host in ASCII.
pub(crate) fn recipient(email: &str) -> Result<Address, String> {
    let unknown = || "emails cannot be sent to this address".to_owned();
    let (user, domain) = email.rsplit_once('@').ok_or_else(unknown)?;
    let domain = url::Host::parse(domain).map_err(|_| unknown())?.to_string();
    Address::new(user, domain).map_err(|_| unknown())
}
