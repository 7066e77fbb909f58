//! The bus on NATS. The client connects again by itself; what others publish meanwhile is lost for this
//! process.

use super::Transport;
use crate::error::Error;
use async_nats::Client;
use async_trait::async_trait;
use futures_util::StreamExt;
use tokio::sync::{OnceCell, mpsc};
use url::Url;

#[derive(Debug)]
pub struct Nats {
    url: Url,
    subject: String,
    client: OnceCell<Client>,
}

impl Nats {
    pub fn new(url: &Url, subject: &str) -> Self {
        Self { url: url.clone(), subject: subject.to_owned(), client: OnceCell::new() }
    }

    async fn client(&self) -> Result<&Client, Error> {
        let connect = async || async_nats::connect(self.url.as_str()).await.map_err(refused);
        self.client.get_or_try_init(connect).await
    }
}

fn refused(error: impl ToString) -> Error {
    Error::Bus(error.to_string())
}

#[async_trait]
impl Transport for Nats {
    async fn publish(&self, body: &str) -> Result<(), Error> {
        let client = self.client().await?;
        client.publish(self.subject.clone(), body.to_owned().into()).await.map_err(refused)?;
        client.flush().await.map_err(refused)
    }

    async fn listen(&self, heard: &mpsc::Sender<String>) -> Result<(), Error> {
        let mut messages = self.client().await?.subscribe(self.subject.clone()).await.map_err(refused)?;
        while let Some(message) = messages.next().await {
            if let Ok(body) = String::from_utf8(message.payload.into()) {
                heard.send(body).await.map_err(refused)?;
            }
        }
        Err(Error::Bus("NATS closed the connection".into()))
    }
}
