//! Signed access tokens through the router, by setting. `server/tests/signed_tokens.rs` has the forged ones.

use crate::browser::clients::{Client, post};
use crate::browser::{Browser, PASSWORD, site, tables};
use app::api::public_keys::PATH;
use leptos::serde_json::json;
use server::on_both_databases;

const ADA: &str = "ada@example.com";
const SIGNED: [(&str, &str); 1] = [("API_CLIENT_TOKENS", "signed")];

on_both_databases! {
    async fn a_signed_token_is_accepted_with_its_setting_and_ends_with_its_session(db: TestDb) {
        let (signed, opaque) = (site(&db, &SIGNED), site(&db, &[]));
        let mut browser = Browser::at(signed.clone());
        browser.sign_up(ADA).await;
        let client = Client::log_in(&signed, ADA).await;
        assert!(client.access.starts_with("eyJ"), "{}", client.access);
        assert!(client.is_logged_in().await);
        assert!(!Client { site: opaque.clone(), ..client.clone() }.is_logged_in().await, "only with its setting");
        let next = client.refreshed().await.expect("a pair");
        assert!(next.is_logged_in().await && client.is_logged_in().await);
        let random = Client { site: signed.clone(), ..Client::log_in(&opaque, ADA).await };
        assert!(random.is_logged_in().await, "tokens from before the change of the setting");
        browser.post("/account/devices/end-others", &[]).await;
        for gone in [&client, &next, &random] {
            assert!(!gone.is_logged_in().await && gone.refreshed().await.is_none());
        }
        assert!(!tables::dump(&db).await.iter().any(|row| row.contains(&client.access)));
    }

    async fn an_event_that_ends_all_sessions_ends_signed_tokens_at_once(db: TestDb) {
        let signed = site(&db, &SIGNED);
        let mut browser = Browser::at(signed.clone());
        browser.sign_up(ADA).await;
        for statement in ["delete from sessions where remember", "update users set disabled_at = 1"] {
            let client = Client::log_in(&signed, ADA).await;
            assert!(client.is_logged_in().await);
            tables::write(&db, statement).await;
            assert!(!client.is_logged_in().await, "{statement}");
        }
    }

    async fn the_public_keys_exist_only_with_signed_tokens(db: TestDb) {
        let answer = Browser::at(site(&db, &SIGNED)).ask("GET", PATH, &[], "").await;
        assert_eq!((answer.status, answer.header("cache-control")), (200, "public, max-age=300"));
        assert_eq!((answer.json()["keys"].as_array().unwrap().len(), answer.header("set-cookie")), (1, ""));
        for setting in ["opaque", "off"] {
            let off = Browser::at(site(&db, &[("API_CLIENT_TOKENS", setting)]));
            assert_eq!(off.ask("GET", PATH, &[], "").await.status, 404, "{setting}");
        }
        let body = json!({ "email": ADA, "password": PASSWORD });
        assert_eq!(post(&site(&db, &[("API_CLIENT_TOKENS", "off")]), "/api/tokens", body).await.status, 404);
    }
}
