//! Two refreshes at once: an honest client is never logged out, and a used token always ends its session.

use crate::browser::clients::Client;
use crate::browser::{Browser, site, tables};
use server::on_both_databases;
use server::testing::TestDb;
use std::time::Duration;

const TIMES: usize = 200;
const ADA: &str = "ada@example.com";

async fn client(db: &TestDb) -> Client {
    let mut browser = Browser::at(site(db, &[]));
    browser.sign_up(ADA).await;
    Client::log_in(&browser.site, ADA).await
}

on_both_databases! {
    async fn two_hundred_times_two_refreshes_at_once_end_no_session(db: TestDb) {
        let mut client = client(&db).await;
        for round in 0..TIMES {
            let (one, other) = (tokio::spawn(refreshed(client.clone())), tokio::spawn(refreshed(client.clone())));
            let (one, other) = (one.await.unwrap(), other.await.unwrap());
            assert_eq!(one.refresh, other.refresh, "round {round}");
            assert!(one.is_logged_in().await && other.is_logged_in().await, "round {round}");
            client = other;
            db.clock().advance(Duration::from_secs(15 * 60));
        }
        assert!(tables::lines(&db, "select end_reason from ended_sessions").await.is_empty());
        let rows = tables::lines(&db, "select 'row' from token_pairs").await.len();
        assert!(rows <= 4, "old rows are deleted: {rows}");
    }

    async fn two_hundred_times_a_used_token_ends_its_session_also_beside_the_valid_one(db: TestDb) {
        let site = client(&db).await.site;
        for round in 0..TIMES {
            let used = Client::log_in(&site, ADA).await;
            let valid = used.refreshed().await.unwrap();
            db.clock().advance(Duration::from_secs(31));
            let (one, other) = (tokio::spawn(async move { used.refreshed().await }), tokio::spawn({
                let valid = valid.clone();
                async move { valid.refreshed().await }
            }));
            assert!(one.await.unwrap().is_none(), "round {round}: the used token");
            let next = other.await.unwrap().unwrap_or(valid);
            assert!(!next.is_logged_in().await && next.refreshed().await.is_none(), "round {round}");
            db.clock().advance(Duration::from_secs(60));
        }
    }

    async fn a_log_out_beside_a_refresh_ends_the_session(db: TestDb) {
        let site = client(&db).await.site;
        for round in 0..TIMES / 4 {
            let client = Client::log_in(&site, ADA).await;
            let (answer, refreshed) = tokio::join!(client.send_to("/api/tokens/revoke"), client.refreshed());
            let last = refreshed.unwrap_or(client);
            assert!(answer.status == 204 && !last.is_logged_in().await && last.refreshed().await.is_none(), "round {round}");
            db.clock().advance(Duration::from_secs(60));
        }
    }
}

async fn refreshed(client: Client) -> Client {
    client.refreshed().await.expect("an honest client")
}
