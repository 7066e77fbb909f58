//! A user without a password confirms sensitive actions with the provider, and sets a password.

use crate::browser::authenticator::set_up;
use crate::browser::{Browser, tables};
use crate::issuer::sign_on::{query_of, redirect_of};
use crate::issuer::{Issuer, now};
use serde_json::{Value, json};
use server::on_both_databases;
use server::testing::TestDb;
use std::time::Duration;

/// A user who has no password, and logged in more than 15 minutes ago.
async fn ada(issuer: &Issuer, db: &TestDb) -> Browser {
    let mut ada = Browser::with_form(issuer.site(db, &[])).await;
    issuer.sign_on(&mut ada).await;
    tables::write(db, "update sessions set authenticated_at = 0").await;
    ada.get("/account/delete").await;
    assert!(
        ada.path == "/reauthenticate" && ada.page.contains("Continue with Corp"),
        "{}: {}",
        ada.path,
        ada.page
    );
    ada
}

async fn confirm(issuer: &Issuer, ada: &mut Browser, claims: Value) {
    issuer.says(claims);
    let callback = issuer.leave(ada, "/reauthenticate/with").await;
    ada.get(&callback).await;
}

on_both_databases! {
    async fn the_provider_confirms_a_user_without_a_password_and_must_ask_again(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut ada = ada(&issuer, &db).await;
        let cookie = ada.cookie.clone();
        let answer = ada.submit("/reauthenticate/with", &[("provider", "corp")]).await;
        let asked = query_of(&redirect_of(&answer.body));
        assert_eq!((asked["prompt"].as_str(), asked["max_age"].as_str()), ("login", "0"));
        assert_eq!(asked["claims"], r#"{"id_token":{"auth_time":{"essential":true}}}"#);
        issuer.says(json!({ "auth_time": now() }));
        let callback = issuer.agree(&redirect_of(&answer.body));
        ada.get(&callback).await;
        assert!(ada.path == "/account/delete" && ada.page.contains("Confirmed."), "{}: {}", ada.path, ada.page);
        assert_ne!(ada.cookie, cookie, "the session has a new id");
    }

    async fn an_older_log_in_or_another_identity_confirms_nothing(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut ada = ada(&issuer, &db).await;
        for (claims, code) in [
            (json!({ "auth_time": now() - 3600 }), "old"),
            (json!({}), "old"),
            (json!({ "auth_time": "now" }), "invalid"),
            (json!({ "auth_time": now(), "sub": "eve at corp" }), "other"),
        ] {
            confirm(&issuer, &mut ada, claims.clone()).await;
            assert_eq!(ada.path, format!("/reauthenticate?failed={code}"), "{claims}");
            ada.get("/account/delete").await;
            assert_eq!(ada.path, "/reauthenticate", "{claims}");
        }
    }

    async fn the_callback_of_a_log_in_confirms_nothing_in_an_older_session(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut ada = ada(&issuer, &db).await;
        issuer.says(json!({ "auth_time": now() - 3600 }));
        issuer.sign_on(&mut ada).await;
        ada.get("/account/delete").await;
        assert_eq!(ada.path, "/reauthenticate", "a session that lasted at the provider is no recent log-in");
    }

    async fn with_two_factors_a_code_is_asked_after_the_provider(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut ada = Browser::with_form(issuer.site(&db, &[])).await;
        issuer.sign_on(&mut ada).await;
        let (app, _) = set_up(&db, &mut ada).await;
        tables::write(&db, "update sessions set authenticated_at = 0").await;
        ada.get("/account/delete").await;
        db.clock().advance(Duration::from_secs(30));
        ada.post("/reauthenticate", &[("code", &app.next_code(&db))]).await;
        ada.get("/account/delete").await;
        assert_eq!(ada.path, "/reauthenticate", "a code alone confirms nothing");
        confirm(&issuer, &mut ada, json!({ "auth_time": now() + 30 })).await;
        assert!(ada.path == "/reauthenticate" && ada.page.contains("authenticator app"), "{}: {}", ada.path, ada.page);
        ada.post("/reauthenticate", &[("code", "000000")]).await;
        assert_eq!(ada.path, "/reauthenticate");
        db.clock().advance(Duration::from_secs(30));
        ada.post("/reauthenticate", &[("code", &app.next_code(&db))]).await;
        assert_eq!(ada.path, "/account/delete");
    }

    async fn a_user_without_a_password_sets_one_and_can_then_unlink_the_provider(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut ada = Browser::with_form(issuer.site(&db, &[])).await;
        issuer.sign_on(&mut ada).await;
        ada.get("/account/password").await;
        assert!(ada.page.contains("You have no password yet.") && !ada.page.contains("current_password"), "{}", ada.page);
        ada.post("/account/password/set", &[("new_password", "12345678")]).await;
        assert!(ada.page.contains("too easy to guess"), "{}", ada.page);
        ada.post("/account/password/set", &[("new_password", "quiet-anchor-1815")]).await;
        assert!(ada.page.contains("Your password was set.") && ada.page.contains("Change your password"), "{}", ada.page);
        // A password is set once: then the current one is asked.
        ada.post("/account/password/set", &[("new_password", "harbour-lantern-99")]).await;
        let id = tables::lines(&db, "select id from identities").await.remove(0);
        ada.post("/account/sign-in-methods/unlink", &[("id", &id)]).await;
        assert!(ada.page.contains("The provider is unlinked."), "{}", ada.page);
        let mut other = Browser::at(issuer.site(&db, &[]));
        other.log_in("ada@example.com", "harbour-lantern-99").await;
        assert!(!other.is_logged_in().await);
        other.log_in("ada@example.com", "quiet-anchor-1815").await;
        assert!(other.is_logged_in().await);
    }

    async fn a_user_without_a_password_cannot_log_in_with_an_empty_one(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut ada = Browser::with_form(issuer.site(&db, &[])).await;
        issuer.sign_on(&mut ada).await;
        for password in ["", " ", "secret"] {
            let mut other = Browser::at(issuer.site(&db, &[]));
            other.log_in("ada@example.com", password).await;
            assert!(!other.is_logged_in().await);
            tables::write(&db, "update sessions set authenticated_at = 0").await;
            ada.get("/account/delete").await;
            ada.post("/reauthenticate", &[("password", password)]).await;
            assert_eq!(ada.path, "/reauthenticate");
        }
    }

    async fn a_user_without_a_password_deletes_the_account_at_once(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut ada = Browser::with_form(issuer.site(&db, &[("DELETION_DAYS", "0")])).await;
        issuer.sign_on(&mut ada).await;
        ada.get("/account/delete").await;
        assert!(!ada.page.contains("Your password"), "{}", ada.page);
        ada.post("/account/delete", &[]).await;
        assert!(ada.page.contains("Your account was deleted."), "{}", ada.page);
        for table in ["users", "identities", "provider_sessions"] {
            assert_eq!(tables::lines(&db, &format!("select 'row' from {table}")).await, [""; 0], "{table}");
        }
    }
}
