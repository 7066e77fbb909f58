//! The log-in of an API client is told to the open tabs of its user, as that of a browser is.

use crate::browser::clients::{Client, post};
use crate::browser::events::{live_site, member};
use leptos::serde_json::json;
use server::on_both_databases;
use std::time::Duration;

on_both_databases! {
    async fn a_log_in_of_a_client_is_told_to_the_users_open_tabs(db: TestDb) {
        let (site, _) = live_site(&db, &[]);
        let (ada, eve) = (member(&site, "ada@example.com").await, member(&site, "eve@example.com").await);
        let (mut stream, mut foreign) = (ada.events("").await.unwrap(), eve.events("").await.unwrap());
        let wrong = json!({ "email": "ada@example.com", "password": "wrong-anchor-1815" });
        assert_eq!(post(&site, "/api/tokens", wrong).await.status, 422);
        assert!(tokio::time::timeout(Duration::from_millis(1), stream.next()).await.is_err(), "a refused log-in");
        let client = Client::log_in(&site, "ada@example.com").await;
        let told = stream.next().await.unwrap();
        assert!(told.data["html"].as_str().unwrap().contains("A browser on iPhone has just logged in to your account."), "{told:?}");
        let refresh = stream.next().await.unwrap();
        assert_eq!((refresh.kind.as_str(), &refresh.data["fragment"]), ("refresh", &"devices".into()));
        client.refreshed().await.expect("a pair");
        assert!(tokio::time::timeout(Duration::from_millis(1), stream.next()).await.is_err(), "a refresh is no log-in");
        assert!(tokio::time::timeout(Duration::from_millis(1), foreign.next()).await.is_err(), "no other user is told");
    }
}
