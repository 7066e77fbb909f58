//! The bus between processes. Each process publishes its pushes and its report of presence, and receives those
//! of the others.

pub mod nats;
pub mod postgres;
pub mod redis;

use super::presence::Report;
use super::push::Message;
use super::replay::WINDOW;
use crate::db::Db;
use crate::encryption::{AssociatedData, decrypt, encrypt};
use crate::error::Error;
use crate::keys::Keys;
use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgConnectOptions;
use std::fmt::{self, Debug};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, mpsc};
use tokio::time::{Instant, sleep, timeout};
use url::Url;

/// Default name of the channel.
const CHANNEL: &str = "live_tabs";
/// At most so many messages wait while the bus does not answer. Other processes do not get further ones.
const WAITING_MESSAGES: usize = 1024;
/// Only processes with the same secrets can read and write on the bus: a push contains HTML.
const ABOUT: AssociatedData<'static> = AssociatedData("live tabs", "");
const TIMEOUT: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(500);

/// `BUS_URL`.
#[derive(Clone, Default)]
pub enum BusUrl {
    /// The product's own database: `LISTEN` and `NOTIFY` on PostgreSQL; SQLite has one process and needs no bus.
    #[default]
    Database,
    /// PostgreSQL by another address, for a product that reaches its database by PgBouncer.
    Postgres(Box<PgConnectOptions>),
    /// The address of a NATS server, and the subject.
    Nats(Url, String),
    /// The address of a Redis server, and the channel.
    Redis(Url, String),
}

impl Debug for BusUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BusUrl") // never its password: configs end up in logs
    }
}

impl FromStr for BusUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let unknown = || "set it to postgres://, nats:// or redis://, or leave it out".to_owned();
        if text.is_empty() {
            return Ok(Self::Database);
        }
        let mut url = Url::parse(text).map_err(|_| unknown())?;
        let channel =
            url.query_pairs().find(|(name, _)| name == "channel").map(|(_, value)| value.into_owned());
        let channel = channel.filter(|channel| !channel.is_empty()).unwrap_or_else(|| CHANNEL.to_owned());
        match url.scheme() {
            "postgres" | "postgresql" => postgres::url(text),
            "nats" | "tls" => {
                url.set_query(None);
                Ok(Self::Nats(url, channel))
            }
            "redis" | "rediss" => {
                url.set_query(None);
                Ok(Self::Redis(url, channel))
            }
            _ => Err(unknown()),
        }
    }
}

/// Carries messages between processes. It may deliver twice, and to the sender.
#[async_trait]
pub trait Transport: Debug + Send + Sync {
    async fn publish(&self, body: &str) -> Result<(), Error>;

    /// Subscribes, and forwards each message to `heard` until the connection is lost.
    async fn listen(&self, heard: &mpsc::Sender<String>) -> Result<(), Error>;

    /// Deletes what is older than the replay window. Called twice a minute.
    async fn delete_old(&self) -> Result<(), Error> {
        Ok(())
    }
}

/// `None` if one process needs no bus.
pub fn transport(url: &BusUrl, db: &Db) -> Result<Option<Arc<dyn Transport>>, Error> {
    Ok(match url {
        BusUrl::Database => postgres::of_database(db),
        BusUrl::Postgres(options) => postgres::of_options(db, options)?,
        BusUrl::Nats(url, subject) => Some(Arc::new(nats::Nats::new(url, subject))),
        BusUrl::Redis(url, channel) => Some(Arc::new(redis::Redis::new(url, channel)?)),
    })
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Envelope {
    pub node: String,
    pub content: Content,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Content {
    Push(Arc<Message>),
    Report(Report),
}

/// The queue of messages for the bus.
#[derive(Debug)]
pub(super) struct Bus {
    /// Names this process.
    node: String,
    keys: Keys,
    pub transport: Option<Arc<dyn Transport>>,
    waiting: mpsc::Sender<(Instant, String)>,
    taken: Mutex<mpsc::Receiver<(Instant, String)>>,
}

impl Bus {
    pub fn new(keys: Keys, transport: Option<Arc<dyn Transport>>) -> Self {
        let (waiting, taken) = mpsc::channel(WAITING_MESSAGES);
        Self { node: uuid::Uuid::now_v7().to_string(), keys, transport, waiting, taken: Mutex::new(taken) }
    }

    /// Queues it. Fails if the bus has not answered for long.
    pub fn send(&self, content: Content) -> Result<(), Error> {
        if self.transport.is_none() {
            return Ok(());
        }
        let queued = self.waiting.try_send((Instant::now(), self.write(content)?));
        queued.map_err(|_| Error::Live("the bus does not answer; other processes do not get this push"))
    }

    fn write(&self, content: Content) -> Result<String, Error> {
        let body = serde_json::to_vec(&Envelope { node: self.node.clone(), content })?;
        Ok(STANDARD.encode(encrypt(&self.keys, ABOUT, &body)?))
    }

    /// `None` for what this process sent, and what another product or version of the program sent.
    pub fn read(&self, body: &str) -> Option<Envelope> {
        let body = decrypt(&self.keys, ABOUT, &STANDARD.decode(body).ok()?)?;
        serde_json::from_slice(&body.secret).ok().filter(|envelope: &Envelope| envelope.node != self.node)
    }

    /// Publishes what is queued, again and again. What is older than the replay window is lost.
    pub async fn publish_queued(&self) {
        let Some(transport) = &self.transport else { return std::future::pending().await };
        let mut taken = self.taken.lock().await;
        while let Some((at, body)) = taken.recv().await {
            while at.elapsed() < WINDOW {
                match timeout(TIMEOUT, transport.publish(&body)).await {
                    Ok(Ok(())) => break,
                    Ok(Err(error)) => tracing::warn!(%error, "the bus of live tabs refused a message"),
                    Err(_) => tracing::warn!("the bus of live tabs does not answer"),
                }
                sleep(PAUSE).await;
            }
        }
    }

    /// Listens again after each lost connection.
    pub async fn listen(&self, heard: mpsc::Sender<String>) {
        let Some(transport) = &self.transport else { return std::future::pending().await };
        loop {
            if let Err(error) = transport.listen(&heard).await {
                tracing::warn!(%error, "the connection to the bus of live tabs is lost");
            }
            sleep(PAUSE).await;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
mod tests {
    use super::{Bus, BusUrl, Content, Report, STANDARD};
    use base64::Engine;

    fn bus(secret: u8) -> Bus {
        let bytes: Vec<u8> = (0..48_u8).map(|number| number.wrapping_mul(37).wrapping_add(secret)).collect();
        Bus::new(STANDARD.encode(bytes).parse().unwrap(), None)
    }

    #[test]
    fn only_another_process_with_the_same_secret_reads_a_message() {
        let (one, other, foreign) = (bus(1), bus(1), bus(2));
        let body = one.write(Content::Report(Report::default())).unwrap();
        assert!(other.read(&body).is_some());
        assert!(one.read(&body).is_none(), "its own message");
        assert!(foreign.read(&body).is_none(), "a message of another product");
        let report = serde_json::json!({ "is_whole": true, "changed": [], "gone": [] });
        let forged = serde_json::json!({ "node": "x", "content": { "Report": report } }).to_string();
        for body in [forged.clone(), STANDARD.encode(&forged), String::new(), "%".into()] {
            assert!(other.read(&body).is_none(), "{body}");
        }
    }

    #[test]
    fn the_address_of_a_bus_has_a_known_scheme_and_maybe_a_channel() {
        let channel = |url: &str| match url.parse() {
            Ok(BusUrl::Nats(url, channel) | BusUrl::Redis(url, channel)) => Some((url.to_string(), channel)),
            _ => None,
        };
        let expected = |url: &str, channel: &str| Some((url.to_owned(), channel.to_owned()));
        assert_eq!(channel("nats://127.0.0.1:4222"), expected("nats://127.0.0.1:4222", "live_tabs"));
        assert_eq!(channel("rediss://u:p@host?channel=acme"), expected("rediss://u:p@host", "acme"));
        assert_eq!(channel("redis://host?channel="), expected("redis://host", "live_tabs"));
        assert!(matches!("".parse(), Ok(BusUrl::Database)));
        for wrong in ["kafka://host", "host:4222", "nats", "/nats"] {
            assert!(wrong.parse::<BusUrl>().is_err(), "{wrong}");
        }
    }
}
