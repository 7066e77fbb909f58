//! Log-in with a provider: the way there and back, and each answer that is refused, with the page that is shown.

use crate::browser::{Browser, for_each_case, tables};
use crate::issuer::sign_on::{query_of, redirect_of};
use crate::issuer::{Issuer, now};
use serde_json::{Value, json};
use server::on_both_databases;
use server::testing::TestDb;
use std::time::Duration;

async fn at(issuer: &Issuer, db: &TestDb) -> Browser {
    Browser::with_form(issuer.site(db, &[])).await
}

/// The page after a failed log-in: no session, no account, no cookie, no pending log-in, and the text for users.
async fn assert_failed(browser: &mut Browser, db: &TestDb, text: &str) {
    assert!(browser.path.starts_with("/login?failed="), "{}", browser.path);
    assert!(browser.page.contains(text), "no “{text}” in {}", browser.page);
    assert!(!browser.is_logged_in().await);
    assert_eq!(browser.sign_on_cookie, None);
    assert_eq!(
        tables::lines(db, "select issuer from sign_on_requests union all select issuer from identities")
            .await,
        [""; 0]
    );
}

on_both_databases! {
    async fn a_new_user_gets_an_account_and_returns_to_the_page_that_they_wanted(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut ada = Browser::at(issuer.site(&db, &[]));
        ada.get("/account/devices").await;
        assert!(ada.path == "/login" && ada.page.contains("Continue with Corp"), "{}", ada.page);
        issuer.sign_on(&mut ada).await;
        assert_eq!(ada.path, "/account/devices");
        assert!(ada.page.contains("Welcome, ") && ada.page.contains("Ada Lovelace"), "{}", ada.page);
        assert_eq!(ada.sign_on_cookie, None);
        let user = "select email || ' ' || password_hash || (email_verified_at is not null) from users";
        assert!(["ada@example.com 1", "ada@example.com true"].contains(&tables::lines(&db, user).await[0].as_str()));
        // The second log-in finds the account by the identity, not by the address.
        issuer.says(json!({ "email": "lovelace@example.com" }));
        let mut again = at(&issuer, &db).await;
        issuer.sign_on(&mut again).await;
        assert!(again.is_logged_in().await);
        assert_eq!(tables::lines(&db, "select email from users").await, ["ada@example.com"]);
    }

    async fn the_cookie_holds_a_hash_and_the_tables_no_secret(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut browser = at(&issuer, &db).await;
        let answer = browser.submit("/login/with", &[("provider", "corp")]).await;
        let cookie = answer.headers.get_all("set-cookie").iter().find(|cookie| cookie.to_str().unwrap().contains("sign-on")).unwrap();
        let cookie = cookie.to_str().unwrap();
        for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=1800"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        let sent = query_of(&redirect_of(&answer.body));
        let rows = tables::dump(&db).await;
        for secret in [&sent["state"], &sent["nonce"], &sent["code_challenge"]] {
            assert!(!cookie.contains(secret) && tables::row_with(&rows, secret).is_none(), "{secret}");
        }
    }

    async fn a_callback_from_another_site_is_opened_again_so_that_strict_cookies_are_sent(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut browser = at(&issuer, &db).await;
        let callback = issuer.leave(&mut browser, "/login/with").await;
        let answer = browser.ask("GET", &callback, &[("accept", "text/html"), ("sec-fetch-site", "cross-site")], "").await;
        assert_eq!((answer.status, redirect_of(&answer.body)), (200, callback.clone()));
        browser.get(&callback).await;
        assert!(browser.is_logged_in().await);
    }

    async fn a_wrong_state_ends_the_pending_log_in(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut browser = at(&issuer, &db).await;
        let callback = issuer.leave(&mut browser, "/login/with").await;
        let wrong = format!("{}x", callback);
        browser.get(&wrong).await;
        assert_failed(&mut browser, &db, "begun in another browser").await;
        browser.get(&callback).await;
        assert_failed(&mut browser, &db, "begun in another browser").await;
    }

    async fn a_callback_is_valid_only_in_the_browser_that_left_and_only_once(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut victim = at(&issuer, &db).await;
        let mut attacker = at(&issuer, &db).await;
        let callback = issuer.leave(&mut attacker, "/login/with").await;
        victim.get(&callback).await;
        assert!(victim.path == "/login?failed=unknown" && !victim.is_logged_in().await, "{}", victim.path);
        let cookie = attacker.sign_on_cookie.clone();
        attacker.get(&callback).await;
        assert!(attacker.is_logged_in().await);
        // The same request again, with the old cookie: the code and the state were used.
        let mut replay = at(&issuer, &db).await;
        replay.sign_on_cookie = cookie;
        replay.get(&callback).await;
        assert!(replay.path == "/login?failed=unknown" && !replay.is_logged_in().await, "{}", replay.path);
    }

    async fn two_callbacks_at_once_begin_one_session(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut browser = at(&issuer, &db).await;
        let callback = issuer.leave(&mut browser, "/login/with").await;
        let html = [("accept", "text/html")];
        let (one, two) = tokio::join!(browser.ask("GET", &callback, &html, ""), browser.ask("GET", &callback, &html, ""));
        let mut to = [one.header("location"), two.header("location")];
        to.sort_unstable();
        assert_eq!(to, ["/dashboard", "/login?failed=unknown"]);
        assert_eq!(tables::sessions(&db).await.len(), 1);
    }

    async fn a_callback_after_thirty_minutes_is_too_late(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut browser = at(&issuer, &db).await;
        let callback = issuer.leave(&mut browser, "/login/with").await;
        db.clock().advance(Duration::from_secs(30 * 60));
        browser.get(&callback).await;
        assert_failed(&mut browser, &db, "longer than 30 minutes").await;
    }

    async fn an_id_token_with_a_wrong_claim_is_refused(db: TestDb) {
        let cases: [(&str, Value); 8] = [
            ("nonce", json!("another")), ("nonce", Value::Null), ("aud", json!("another client")), ("aud", json!(["another client", "third"])),
            ("exp", json!(now() - 1)), ("iss", json!("https://other.example.com")), ("sub", Value::Null), ("exp", Value::Null),
        ];
        let cases: Vec<(&str, &Value)> = cases.iter().map(|(name, value)| (*name, value)).collect();
        for_each_case(&db, cases, async |db, (name, value)| {
            let issuer = Issuer::open().await;
            issuer.says(json!({ name: value }));
            let mut browser = at(&issuer, &db).await;
            issuer.sign_on(&mut browser).await;
            assert_failed(&mut browser, &db, "was not valid").await;
        }).await;
    }

    async fn a_token_under_a_foreign_key_is_refused_and_a_rotated_key_is_fetched(db: TestDb) {
        let issuer = Issuer::open().await;
        let site = issuer.site(&db, &[]);
        let mut first = Browser::with_form(site.clone()).await;
        issuer.sign_on(&mut first).await;
        issuer.rotate_key();
        let mut second = Browser::with_form(site.clone()).await;
        issuer.sign_on(&mut second).await;
        assert!(first.is_logged_in().await && second.is_logged_in().await, "{}", second.path);
        issuer.sign_with_foreign_key();
        let mut third = Browser::with_form(site).await;
        issuer.sign_on(&mut third).await;
        assert!(third.path == "/login?failed=invalid" && !third.is_logged_in().await, "{}", third.path);
    }

    async fn a_provider_that_is_down_gets_a_clear_page_and_works_when_it_is_back(db: TestDb) {
        let issuer = Issuer::open().await;
        issuer.set_down(true);
        let mut browser = at(&issuer, &db).await;
        browser.post("/login/with", &[("provider", "corp")]).await;
        assert_failed(&mut browser, &db, "does not answer at the moment").await;
        issuer.set_down(false);
        browser.post("/login/with", &[("provider", "corp")]).await;
        assert_failed(&mut browser, &db, "does not answer at the moment").await;
        // Until then no request waits for it.
        db.clock().advance(Duration::from_secs(10));
        let callback = issuer.leave(&mut browser, "/login/with").await;
        issuer.set_down(true);
        browser.get(&callback).await;
        assert!(browser.path.starts_with("/login?failed=") && !browser.is_logged_in().await, "{}", browser.path);
        issuer.set_down(false);
        issuer.sign_on(&mut browser).await;
        assert!(browser.is_logged_in().await);
    }

    async fn an_address_that_is_only_in_the_user_info_counts_if_it_is_of_the_same_subject(db: TestDb) {
        let issuer = Issuer::open().await;
        issuer.says(json!({ "email": null, "email_verified": null }));
        for (subject, page) in [("eve at corp", "/login?failed=invalid"), ("ada at corp", "/dashboard")] {
            issuer.says_in_user_info(json!({ "sub": subject, "email": "ada@example.com", "email_verified": true }));
            let mut browser = at(&issuer, &db).await;
            issuer.sign_on(&mut browser).await;
            assert_eq!(browser.path, page);
        }
    }

    async fn the_text_of_a_provider_is_never_shown(db: TestDb) {
        let issuer = Issuer::open().await;
        for (error, text) in [("access_denied", "You cancelled"), ("server_error", "The provider refused"), ("<b>", "The provider refused")] {
            let mut browser = at(&issuer, &db).await;
            let state = query_of(&issuer.leave(&mut browser, "/login/with").await)["state"].clone();
            let query = crate::browser::form(&[("error", error), ("error_description", "Call 0800-evil"), ("state", &state)]);
            browser.get(&format!("/login/with/corp/callback?{query}")).await;
            assert_failed(&mut browser, &db, text).await;
            assert!(!browser.page.contains("evil") && !browser.path.contains("evil"));
        }
    }
}
