//! `SINGLE_SIGN_ON_ONLY` and `ALLOWED_EMAIL_DOMAINS`, for companies.

use crate::browser::forms::expected;
use crate::browser::{Browser, PASSWORD, site, tables};
use crate::issuer::{Issuer, now};
use serde_json::json;
use server::{on_both_databases, on_sqlite};

const ONLY: [(&str, &str); 2] = [("SINGLE_SIGN_ON_ONLY", "true"), ("MAGIC_LINKS", "true")];
const DOMAINS: [(&str, &str); 1] = [("ALLOWED_EMAIL_DOMAINS", "example.com, corp.example")];

on_both_databases! {
    async fn with_single_sign_on_only_no_password_form_and_no_link_lets_a_user_in(db: TestDb) {
        let issuer = Issuer::open().await;
        let mut owner = Browser::at(issuer.site(&db, &[]));
        owner.sign_up("ada@example.com").await;
        tables::write(&db, "update users set email_verified_at = created_at").await;
        let mut browser = Browser::with_form(issuer.site(&db, &ONLY)).await;
        assert!(!browser.page.contains("type=\"password\"") && browser.page.contains("Continue with Corp"), "{}", browser.page);
        let before = tables::snapshot(&db).await;
        for path in ["/login", "/signup", "/signup/resend", "/forgot", "/reset", "/login/mail", "/login/mail/code", "/login/link", "/login/passkey"] {
            assert!([404, 405].contains(&browser.post(path, expected(path).unwrap()).await), "{path}");
        }
        let typed = json!({ "email": "ada@example.com", "password": PASSWORD }).to_string();
        let client = browser.ask("POST", "/api/tokens", &[("content-type", "application/json")], typed).await;
        assert_eq!(client.status, 404, "the log-in of API clients");
        let typed = json!({ "refresh_token": "of a client from before" }).to_string();
        let client = browser.ask("POST", "/api/tokens/refresh", &[("content-type", "application/json")], typed).await;
        assert_eq!(client.status, 404, "clients that logged in before");
        assert_eq!(tables::snapshot(&db).await, before);
        for path in ["/signup", "/signup/sent", "/forgot", "/reset?token=x", "/login/mail", "/login/link?token=x"] {
            browser.get(path).await;
            assert_eq!(browser.path, "/login", "{path}");
        }
        assert!(!browser.is_logged_in().await);
        issuer.sign_on(&mut browser).await;
        assert!(browser.is_logged_in().await);
        browser.get("/account/sign-in-methods").await;
        assert!(!browser.page.contains("/account/password") && !browser.page.contains("/account/passkeys"), "{}", browser.page);
        for path in ["/account/password", "/account/password/set", "/account/passkeys/add"] {
            assert!([404, 405].contains(&browser.post(path, expected(path).unwrap()).await), "{path}");
        }
        // A password from before confirms nothing.
        tables::write(&db, "update sessions set authenticated_at = 0").await;
        browser.get("/account/delete").await;
        assert!(browser.path == "/reauthenticate" && !browser.page.contains("type=\"password\""), "{}", browser.page);
        browser.post("/reauthenticate", &[("password", PASSWORD)]).await;
        browser.get("/account/delete").await;
        assert_eq!(browser.path, "/reauthenticate");
        issuer.says(json!({ "auth_time": now() }));
        let callback = issuer.leave(&mut browser, "/reauthenticate/with").await;
        browser.get(&callback).await;
        assert_eq!(browser.path, "/account/delete");
        // Nor is it another way in.
        let id = tables::lines(&db, "select id from identities").await.remove(0);
        browser.get("/account/sign-in-methods").await;
        browser.post("/account/sign-in-methods/unlink", &[("id", &id)]).await;
        assert!(browser.page.contains("This is your only way to log in."), "{}", browser.page);
    }

    async fn a_new_account_needs_an_address_of_an_allowed_domain(db: TestDb) {
        let issuer = Issuer::open().await;
        for (email, page) in [
            ("ada@example.com", "/dashboard"),
            ("ada@CORP.example", "/dashboard"),
            ("ada@sub.example.com", "/login?failed=domain"),
            ("ada@example.com.evil.example", "/login?failed=domain"),
            ("ada@evilexample.com", "/login?failed=domain"),
        ] {
            issuer.says(json!({ "sub": email, "email": email }));
            let mut browser = Browser::with_form(issuer.site(&db, &DOMAINS)).await;
            issuer.sign_on(&mut browser).await;
            assert_eq!(browser.path, page, "{email}");
        }
    }
}

on_sqlite! {
    async fn sign_up_and_a_new_address_need_an_allowed_domain(db: TestDb) {
        let mut ada = Browser::at(site(&db, &DOMAINS));
        ada.post("/signup", &[("name", "Eve"), ("email", "eve@evil.example"), ("password", PASSWORD)]).await;
        assert!(ada.page.contains("Please use an address at example.com or corp.example."), "{}", ada.page);
        ada.sign_up("ada@example.com").await;
        tables::write(&db, "update users set email_verified_at = created_at").await;
        ada.get("/account/email").await;
        ada.post("/account/email", &[("email", "ada@evil.example")]).await;
        assert!(ada.page.contains("Please use an address at example.com or corp.example."), "{}", ada.page);
        assert_eq!(tables::lines(&db, "select email from users").await, ["ada@example.com"]);
    }
}
