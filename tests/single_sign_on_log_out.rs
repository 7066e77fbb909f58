//! Log-out at the provider, and log-outs that the provider begins.

use crate::browser::authenticator::set_up;
use crate::browser::{Browser, for_each_case, tables};
use crate::issuer::sign_on::{query_of, redirect_of};
use crate::issuer::{Issuer, merge, now};
use serde_json::{Value, json};
use server::on_both_databases;
use server::testing::TestDb;
use std::time::Duration;

const BACK_CHANNEL: &str = "/login/with/corp/log-out";

pub async fn signed_on(issuer: &Issuer, db: &TestDb, sid: &str) -> Browser {
    issuer.says(json!({ "sid": sid }));
    let mut browser = Browser::with_form(issuer.site(db, &[])).await;
    issuer.sign_on(&mut browser).await;
    assert!(browser.is_logged_in().await, "{}", browser.path);
    browser
}

pub fn logout_token(issuer: &Issuer, header: Value, changes: &Value) -> String {
    let event = json!({ "http://schemas.openid.net/event/backchannel-logout": {} });
    let mut claims = json!({
        "iss": issuer.url, "aud": "product", "iat": now(), "exp": now() + 120, "jti": "id 1", "events": event,
        "sub": "ada at corp", "sid": "one",
    });
    merge(&mut claims, changes);
    issuer.signed(header, &claims)
}

/// As the provider's server: no cookie, no form token.
pub async fn send(browser: &Browser, token: &str) -> u16 {
    let server = Browser::at(browser.site.clone());
    let body = crate::browser::form(&[("logout_token", token)]);
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("host", "localhost")];
    server.ask("POST", BACK_CHANNEL, &headers, body).await.status
}

on_both_databases! {
    async fn a_provider_ends_the_session_that_it_names_at_once(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut one = signed_on(&issuer, &db, "one").await;
        let two = signed_on(&issuer, &db, "two").await;
        assert_eq!(send(&one, &logout_token(&issuer, json!({ "typ": "logout+jwt" }), &json!({}))).await, 200);
        assert!(!one.is_logged_in().await && two.is_logged_in().await);
        one.get("/account").await;
        assert!(one.page.contains("You logged out at your log-in provider."), "{}", one.page);
    }

    async fn a_log_out_token_names_a_user_or_a_session(db: TestDb) {
        let issuer = Issuer::open().await;
        let (one, two) = (signed_on(&issuer, &db, "one").await, signed_on(&issuer, &db, "two").await);
        assert_eq!(send(&one, &logout_token(&issuer, json!({}), &json!({ "sub": null }))).await, 200);
        assert!(!one.is_logged_in().await && two.is_logged_in().await, "by its session");
        let three = signed_on(&issuer, &db, "three").await;
        assert_eq!(send(&one, &logout_token(&issuer, json!({}), &json!({ "sid": null, "jti": "id 2" }))).await, 200);
        assert!(!two.is_logged_in().await && !three.is_logged_in().await, "all of the user");
    }

    async fn a_log_in_that_waits_for_a_code_does_not_begin_after_the_provider_ended_its_session(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut ada = signed_on(&issuer, &db, "one").await;
        let (app, _) = set_up(&db, &mut ada).await;
        let two = json!({ "sid": "two" });
        for (claims, page) in [
            (two.clone(), "/login"),
            (json!({ "sid": "two", "sub": null }), "/login"),
            (json!({ "sid": null }), "/login"),
            (json!({ "sid": "another" }), "/dashboard"),
        ] {
            db.clock().advance(Duration::from_secs(30));
            issuer.says(two.clone());
            let mut pending = Browser::with_form(ada.site.clone()).await;
            issuer.sign_on(&mut pending).await;
            assert_eq!(pending.path, "/login/code");
            tables::write(&db, "delete from logout_tokens").await;
            assert_eq!(send(&ada, &logout_token(&issuer, json!({}), &claims)).await, 200);
            pending.post("/login/code", &[("code", &app.next_code(&db))]).await;
            assert_eq!(pending.path, page, "{claims}");
            assert_eq!(pending.is_logged_in().await, page == "/dashboard");
        }
    }

    async fn a_log_out_token_leaves_sessions_that_began_without_the_provider_and_those_of_others(db: TestDb) {
        let issuer = Issuer::open().await;
        let ada = signed_on(&issuer, &db, "one").await;
        issuer.says(json!({ "sid": "one", "sub": "eve at corp", "email": "eve@example.com" }));
        let mut eve = Browser::with_form(ada.site.clone()).await;
        issuer.sign_on(&mut eve).await;
        let mut other = Browser::at(ada.site.clone());
        other.sign_up("grace@example.com").await;
        assert_eq!(send(&ada, &logout_token(&issuer, json!({}), &json!({}))).await, 200);
        assert!(!ada.is_logged_in().await && eve.is_logged_in().await && other.is_logged_in().await);
    }

    async fn a_wrong_log_out_token_ends_nothing(db: TestDb) {
        let cases: [(Value, Value); 14] = [
            (json!({}), json!({ "iss": "https://other.example.com" })),
            (json!({}), json!({ "aud": "another" })),
            (json!({}), json!({ "aud": null })),
            (json!({}), json!({ "iat": now() - 3600 })),
            (json!({}), json!({ "iat": now() + 3600 })),
            (json!({}), json!({ "iat": null })),
            (json!({}), json!({ "exp": now() - 3600 })),
            (json!({}), json!({ "jti": null })),
            (json!({}), json!({ "events": {} })),
            (json!({}), json!({ "nonce": "n" })),
            (json!({}), json!({ "sub": null, "sid": null })),
            (json!({ "alg": "none" }), json!({})),
            (json!({ "alg": "HS256" }), json!({})),
            (json!({ "typ": "at+jwt" }), json!({})),
        ];
        let cases: Vec<_> = cases.iter().map(|(header, claims)| (header, claims)).collect();
        for_each_case(&db, cases, async |db, (header, claims)| {
            let issuer = Issuer::open().await;
            let ada = signed_on(&issuer, &db, "one").await;
            let token = logout_token(&issuer, header.clone(), claims);
            assert_eq!(send(&ada, &token).await, 422, "{header} {claims}");
            assert!(ada.is_logged_in().await, "{header} {claims}");
        }).await;
    }

    async fn a_log_out_token_that_is_forged_truncated_or_sent_again_is_refused(db: TestDb) {
        let issuer = Issuer::open().await;
        let ada = signed_on(&issuer, &db, "one").await;
        let token = logout_token(&issuer, json!({}), &json!({}));
        let huge = "x".repeat(20_000);
        for wrong in ["", "a", "a.b", "a.b.c", "....", huge.as_str(), &token[..token.len() - 2], &format!("x{token}")] {
            assert_eq!(send(&ada, wrong).await, 422, "{wrong:.20}");
        }
        assert!(ada.is_logged_in().await);
        assert_eq!(send(&ada, &token).await, 200);
        let again = signed_on(&issuer, &db, "two").await;
        assert_eq!(send(&ada, &token).await, 422);
        assert!(again.is_logged_in().await);
        issuer.sign_with_foreign_key();
        assert_eq!(send(&ada, &logout_token(&issuer, json!({}), &json!({ "jti": "id 2" }))).await, 422);
        assert!(again.is_logged_in().await);
        // The token, and the session that it ended.
        assert_eq!(tables::lines(&db, "select 'kept' from logout_tokens").await.len(), 2);
    }

    async fn a_provider_that_does_not_answer_is_asked_for_new_keys_once_in_ten_seconds(db: TestDb) {
        let issuer = Issuer::open().await;
        let ada = signed_on(&issuer, &db, "one").await;
        issuer.rotate_key();
        issuer.set_down(true);
        let before = issuer.key_requests();
        // With 503, the provider may send it again.
        for number in 0..5 {
            let token = logout_token(&issuer, json!({}), &json!({ "jti": format!("id {number}") }));
            assert_eq!(send(&ada, &token).await, 503);
        }
        assert_eq!(issuer.key_requests() - before, 1);
        assert!(ada.is_logged_in().await);
    }

    async fn refused_log_out_tokens_are_limited_and_a_key_that_was_rotated_is_fetched(db: TestDb) {
        let issuer = Issuer::open().await;
        let ada = signed_on(&issuer, &db, "one").await;
        issuer.rotate_key();
        assert_eq!(send(&ada, &logout_token(&issuer, json!({}), &json!({}))).await, 200);
        assert!(!ada.is_logged_in().await);
        let mut statuses = Vec::new();
        for _ in 0..61 {
            statuses.push(send(&ada, "a.b.c").await);
        }
        assert_eq!((statuses[0], statuses[60]), (422, 429));
    }

    async fn log_out_leads_to_the_page_of_the_provider_that_ends_its_session(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut ada = signed_on(&issuer, &db, "one").await;
        let rows = tables::dump(&db).await;
        ada.post("/logout", &[]).await;
        let to = redirect_of(&ada.page);
        let sent = query_of(&to);
        assert!(to.starts_with(&format!("{}/end?", issuer.url)), "{to}");
        assert_eq!((sent["client_id"].as_str(), sent["post_logout_redirect_uri"].as_str()), ("product", "http://localhost:3000/login"));
        assert!(!ada.is_logged_in().await, "the local log-out does not wait for the provider");
        let payload = sent["id_token_hint"].split('.').nth(1).unwrap();
        assert!(tables::row_with(&rows, payload).is_none(), "the ID token is stored encrypted");
        ada.get("/login").await;
        assert!(ada.page.contains("You are logged out."));
    }

    async fn log_out_stays_here_without_a_page_or_without_an_answer_of_the_provider(db: TestDb) {
        for_each_case(&db, [true, false], async |db, is_down| {
            let issuer = Issuer::open().await;
            if !is_down { issuer.without_log_out() }
            let mut ada = signed_on(&issuer, &db, "one").await;
            issuer.set_down(is_down);
            // As after a restart: the metadata of the provider is not known.
            ada.site = issuer.site(&db, &[]);
            ada.post("/logout", &[]).await;
            assert!(ada.path == "/login" && ada.page.contains("You are logged out."), "{}", ada.path);
            assert!(!ada.is_logged_in().await);
        }).await;
    }

    async fn a_log_out_that_stops_waiting_for_a_slow_provider_leaves_its_answer_to_the_next_log_in(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut ada = signed_on(&issuer, &db, "one").await;
        // As after a restart: the metadata of the provider is not known. The log-out waits three seconds for it.
        ada.site = issuer.site(&db, &[]);
        issuer.slow_down(Duration::from_secs(4));
        ada.post("/logout", &[]).await;
        assert!(ada.path == "/login" && ada.page.contains("You are logged out."), "{}", ada.path);
        issuer.says(json!({ "sid": "two" }));
        let mut other = Browser::with_form(ada.site.clone()).await;
        issuer.sign_on(&mut other).await;
        assert!(other.is_logged_in().await, "{}", other.path);
    }
}
