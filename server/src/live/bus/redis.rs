//! The bus on Redis. After a lost connection this process subscribes again; what others publish meanwhile is lost for it.

use super::{TIMEOUT, Transport};
use crate::error::Error;
use async_trait::async_trait;
use fred::clients::{Client, SubscriberClient};
use fred::interfaces::{ClientLike, EventInterface, PubsubInterface};
use fred::types::Builder;
use fred::types::config::{Config, ReconnectPolicy};
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OnceCell, mpsc};
use tokio::time::timeout;
use url::Url;

const PING: Duration = Duration::from_secs(10);
/// Messages that were not read yet.
const WAITING: usize = 1024;
/// In milliseconds: the first and the longest wait.
const WAITS: (u32, u32) = (100, 5_000);

#[derive(Debug)]
pub struct Redis {
    config: Config,
    channel: String,
    publisher: OnceCell<Client>,
}

impl Redis {
    pub fn new(url: &Url, channel: &str) -> Result<Self, Error> {
        let config = Config::from_url(url.as_str()).map_err(refused)?;
        Ok(Self { config, channel: channel.to_owned(), publisher: OnceCell::new() })
    }
}

fn refused(error: impl ToString) -> Error {
    Error::Bus(error.to_string())
}

#[async_trait]
impl Transport for Redis {
    async fn publish(&self, body: &str) -> Result<(), Error> {
        let connect = async || {
            let mut builder = Builder::from_config(self.config.clone());
            // 0 attempts: no limit.
            builder.set_policy(ReconnectPolicy::new_exponential(0, WAITS.0, WAITS.1, 2));
            let client = builder.build().map_err(refused)?;
            client.init().await.map_err(refused)?;
            Ok::<_, Error>(client)
        };
        let client = self.publisher.get_or_try_init(connect).await?;
        client.publish(self.channel.as_str(), body).await.map_err(refused)
    }

    async fn listen(&self, heard: &mpsc::Sender<String>) -> Result<(), Error> {
        // It does not connect again by itself: its new connection would have no subscription.
        let mut builder = Builder::from_config(self.config.clone());
        builder.with_performance_config(|config| config.broadcast_channel_capacity = WAITING);
        let client: SubscriberClient = builder.build_subscriber_client().map_err(refused)?;
        let heard = self.hear(&client, heard).await;
        // Dropped, it would keep its connection.
        let _quit_or_gone = timeout(TIMEOUT, client.quit()).await;
        heard
    }
}

impl Redis {
    async fn hear(&self, client: &SubscriberClient, heard: &mpsc::Sender<String>) -> Result<(), Error> {
        let mut messages = client.message_rx();
        let mut connection = client.init().await.map_err(refused)?;
        client.subscribe(self.channel.as_str()).await.map_err(refused)?;
        loop {
            let message = tokio::select! {
                _ended = &mut connection => return Err(refused("Redis closed the connection")),
                message = timeout(PING, messages.recv()) => message,
            };
            match message {
                Ok(Ok(message)) => {
                    if let Some(body) = message.value.as_string() {
                        heard.send(body).await.map_err(refused)?;
                    }
                }
                Ok(Err(RecvError::Lagged(lost))) => {
                    tracing::warn!(lost, "Redis sent faster than this process could read");
                }
                Ok(Err(error)) => return Err(refused(error)),
                // A connection that the network dropped is silent.
                Err(_) => {
                    let ping = timeout(TIMEOUT, client.ping::<()>(None)).await;
                    ping.map_err(|_| Error::Bus("Redis does not answer".into()))?.map_err(refused)?;
                }
            }
        }
    }
}
