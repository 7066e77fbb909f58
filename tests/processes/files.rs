//! A node on an SQLite file whose storage a test changes, and one user of it.

use super::client::Client;
use super::{Node, pages};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Maximum time of a recovery.
pub const HEALED: Duration = Duration::from_secs(8);

pub fn url(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}

pub fn beside(file: &Path, ending: &str) -> PathBuf {
    PathBuf::from(format!("{}{ending}", file.display()))
}

/// A temporary folder, and the path of a database in a subfolder.
pub fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data/app.db");
    (folder, file)
}

pub async fn member(node: &Node) -> Client {
    let mut client = Client::at(node.address);
    assert_eq!(client.sign_up("ada@example.com").await.unwrap().status, 303);
    assert_eq!(client.open("/account").await.unwrap().status, 200);
    client
}

pub async fn ready(node: &Node) -> u16 {
    Client::at(node.address).get("/ready").await.unwrap().status
}

pub async fn becomes_ready(node: &Node, status: u16) {
    let began = Instant::now();
    while ready(node).await != status {
        assert!(began.elapsed() < HEALED, "/ready is not {status}:\n{}", node.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Saves a name. Returns whether that was acknowledged.
pub async fn rename(client: &mut Client, name: &str) -> bool {
    let answer = client.rename(name).await.unwrap();
    assert!(
        answer.status == 303 || answer.status == 503 && answer.is_later(),
        "{}: {}",
        answer.status,
        answer.body
    );
    answer.status == 303
}

pub async fn name(client: &mut Client) -> String {
    pages::field(&client.get("/account").await.unwrap().body, "name").unwrap()
}
