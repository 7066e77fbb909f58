//! An SQLite file locked by another program: writes get 503 with `Retry-After`, and reads continue.
#![cfg(unix)]

use crate::processes::client::Client;
use crate::processes::{Node, pages};
use server::testing::TestDb;
use std::time::Duration;

/// Maximum time until the response that the database is locked.
const MAX_WAIT: Duration = Duration::from_secs(10);

#[tokio::test]
async fn while_another_program_locks_sqlite_writes_get_503_and_reads_continue() {
    let db = TestDb::sqlite().await;
    let node = Node::start(&db, &[]).await;
    let (mut writer, mut reader) = (Client::at(node.address), Client::at(node.address));
    for (client, email) in [(&mut writer, "writer@example.com"), (&mut reader, "reader@example.com")] {
        assert_eq!(client.sign_up(email).await.unwrap().status, 303);
        assert_eq!(client.open("/account").await.unwrap().status, 200);
    }
    let lock = db.begin().await.unwrap(); // `begin immediate`, on a connection outside of the node
    let waiting = tokio::spawn(async move {
        let refused = writer.rename("Grace").await.unwrap();
        (writer, refused)
    });
    let mut reads = 0;
    while !waiting.is_finished() {
        let page = reader.get("/account").await.unwrap();
        assert!(
            page.status == 200 && page.took < Duration::from_secs(2),
            "{} after {:?}",
            page.status,
            page.took
        );
        reads += 1;
    }
    let (mut writer, refused) = waiting.await.unwrap();
    assert!(refused.status == 503 && refused.is_later(), "{}: {}", refused.status, refused.body);
    assert!(refused.took > Duration::from_secs(4) && refused.took < MAX_WAIT, "{:?}", refused.took);
    assert!(reads > 100, "{reads}");
    lock.commit().await.unwrap();
    assert_eq!(writer.rename("Grace").await.unwrap().status, 303);
    let page = writer.get("/account").await.unwrap().body;
    assert_eq!(pages::field(&page, "name").as_deref(), Some("Grace"));
}
