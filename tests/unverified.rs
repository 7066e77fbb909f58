//! What users may do before they confirm their address, under each setting.

use crate::browser::routes::{Verified, paths};
use crate::browser::{Browser, FORM, SCRIPT, site, tables};
use crate::fake_smtp::FakeSmtp;
use server::on_both_databases;

const ADA: &str = "ada@example.com";

on_both_databases! {
    async fn by_default_an_unverified_user_may_not_reach_others_or_change_the_address(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[("UNVERIFIED_MAY", "most")]));
        ada.sign_up(ADA).await;
        assert!(ada.page.contains("Confirm your address: we sent a link"), "{}", ada.page);
        for path in ["/dashboard", "/account", "/account/devices", "/account/password"] {
            assert_eq!(ada.ask("GET", path, &FORM, "").await.status, 200, "{path}");
        }
        for path in paths("POST", |rule| rule.verified == Verified::Yes) {
            let answer = ada.ask("GET", path, &FORM, "").await;
            assert_eq!((answer.status, answer.header("location")), (303, "/verify"), "{path}");
            let answer = ada.ask("POST", path, &SCRIPT, "email=eve%40example.com").await;
            assert_eq!(answer.status, 403, "{path}");
        }
    }

    async fn with_the_strict_setting_an_unverified_user_may_only_request_another_email(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        let mut ada = Browser::at(site(&db, &[("UNVERIFIED_MAY", "nothing")]));
        ada.sign_up(ADA).await;
        assert_eq!(ada.path, "/verify");
        for path in ["/dashboard", "/account", "/account/devices", "/admin"] {
            let answer = ada.ask("GET", path, &FORM, "").await;
            assert!((answer.status, answer.header("location")) == (303, "/verify") || answer.status == 403, "{path}: {}", answer.status);
        }
        ada.post("/account", &[("name", "Eve")]).await;
        assert_eq!(tables::lines(&db, "select name from users").await, ["Ada"]);
        ada.post("/verify/resend", &[]).await;
        smtp.deliver(&db).await;
        assert_eq!(smtp.emails().len(), 1, "two equal requests within a minute");
        let link = smtp.last_to(ADA).path();
        ada.get(&link).await;
        ada.post("/verify", &[("token", &smtp.last_to(ADA).token())]).await;
        assert_eq!(ada.path, "/dashboard");
        assert!(!ada.page.contains("Confirm your address: we sent a link"));
        ada.post("/logout", &[]).await;
        assert_eq!(ada.path, "/login", "logging out is always allowed");
    }

    async fn polling_by_a_user_who_must_verify_leaves_no_message(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[("UNVERIFIED_MAY", "nothing")]));
        ada.sign_up(ADA).await;
        assert!(ada.path == "/verify" && ada.page.contains("Confirm your address first."), "{}", ada.page);
        let answer = ada.ask("GET", "/dashboard", &[("accept", "text/html"), ("x-background", "1")], "").await;
        assert_eq!((answer.status, answer.header("location")), (303, "/verify"));
        ada.get("/verify").await;
        assert!(!ada.page.contains("Confirm your address first."), "{}", ada.page);
    }

    async fn a_verified_user_has_no_such_limits(db: TestDb) {
        let smtp = FakeSmtp::open().await;
        for setting in ["everything", "most", "nothing"] {
            let email = format!("{setting}@example.com");
            let mut person = Browser::at(site(&db, &[("UNVERIFIED_MAY", setting)]));
            person.sign_up(&email).await;
            smtp.deliver(&db).await;
            person.post("/verify", &[("token", &smtp.last_to(&email).token())]).await;
            for path in ["/dashboard", "/account/email"] {
                let answer = person.ask("GET", path, &FORM, "").await;
                assert!(answer.status == 200 || answer.header("location") == "/reauthenticate", "{setting} {path}");
            }
            assert!(!person.page.contains("Confirm your address: we sent a link"));
        }
    }
}
