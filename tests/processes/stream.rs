//! The stream of events of a browser, over TCP.

use super::SOON;
use super::client::Client;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub struct EventStream {
    stream: TcpStream,
    text: String,
}

impl EventStream {
    /// Opens it at the client's node, and waits for the greeting.
    pub async fn open(client: &Client, query: &str) -> Self {
        let mut stream = TcpStream::connect(client.node).await.unwrap();
        let headers: String =
            client.headers().iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let request = format!("GET /events?{query} HTTP/1.1\r\n{headers}\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut opened = Self { stream, text: String::new() };
        assert!(opened.reads("\"kind\":\"hello\"").await, "{}", opened.text);
        opened
    }

    /// Reads up to this text. Returns false if the server ended the stream before.
    pub async fn reads(&mut self, expected: &str) -> bool {
        let read = tokio::time::timeout(2 * SOON, async {
            while !self.text.contains(expected) {
                let mut buffer = [0; 4096];
                match self.stream.read(&mut buffer).await {
                    Ok(length) if length > 0 => self.text += &String::from_utf8_lossy(&buffer[..length]),
                    _ => return false,
                }
            }
            true
        });
        read.await.unwrap_or_else(|_| panic!("{expected} did not arrive: {}", self.text))
    }

    /// How often this text was read.
    pub fn count(&self, text: &str) -> usize {
        self.text.matches(text).count()
    }

    /// The id of the last event.
    pub fn last_id(&self) -> String {
        self.text.rsplit("id: ").next().unwrap().lines().next().unwrap().trim().to_owned()
    }

    /// Waits until the server ends it: by the last chunk of the response, or with the connection.
    pub async fn ends(&mut self) {
        self.reads("\r\n0\r\n\r\n").await;
    }
}
