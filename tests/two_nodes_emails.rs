//! Two processes on one PostgreSQL that share the jobs: each email is sent once.
#![cfg(unix)]

use crate::fake_smtp::queued::queue_emails;
use crate::fake_smtp::{FakeSmtp, jobs};
use crate::processes::{Node, SOON};
use server::Db;
use server::testing::TestDb;
use std::time::{Duration, Instant};

async fn until_empty(db: &Db) {
    let start = Instant::now();
    while jobs(db).await > 0 {
        assert!(start.elapsed() < SOON, "{} jobs are left", jobs(db).await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn two_nodes_send_each_email_once() {
    let Some(db) = TestDb::postgres().await else { return };
    let smtp = FakeSmtp::open().await;
    let url = smtp.url();
    let _nodes =
        (Node::start(&db, &[("SMTP_URL", &url)]).await, Node::start(&db, &[("SMTP_URL", &url)]).await);
    let mut wanted = 0;
    for _ in 0..10 {
        queue_emails(&db, 20).await;
        wanted += 20;
        until_empty(&db).await;
    }
    assert_eq!(smtp.emails().len(), wanted);
}
