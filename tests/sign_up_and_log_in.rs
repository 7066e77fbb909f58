//! Sign-up, log-in and log-out through the router.

use crate::browser::{Browser, FORM, PASSWORD, form, site};
use server::{on_both_databases, sql};
use std::time::Duration;

const SESSION: &str = ui::brand::SESSION_COOKIE[0];

/// The page without its form token and script nonce, which differ in each response.
fn without_what_is_new(browser: &Browser) -> String {
    let page = browser.page.replace(browser.token.as_ref().unwrap(), "");
    let nonce =
        page.split_once("nonce=\"").and_then(|(_, rest)| rest.split('"').next()).unwrap_or("-").to_owned();
    page.replace(&nonce, "")
}

/// Whether the box "Keep me logged in" is checked.
fn is_remembered(browser: &Browser) -> bool {
    let is_box = |tag: &str| tag.contains("type=\"checkbox\"") && tag.contains("name=\"remember\"");
    browser.first_between("<input ", ">", is_box).contains(" checked")
}

on_both_databases! {
    async fn a_user_signs_up_logs_out_and_logs_in_again(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up("ada@example.com").await;
        assert_eq!(browser.path, "/dashboard");
        assert!(browser.page.contains("Welcome, Ada."));
        browser.post("/logout", &[]).await;
        assert_eq!(browser.path, "/login");
        browser.log_in("ADA@example.com", PASSWORD).await;
        assert_eq!(browser.path, "/dashboard");
    }

    async fn a_log_out_in_a_second_tab_ends_at_the_log_in_page(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up("ada@example.com").await;
        let token = browser.token.clone().unwrap();
        browser.post("/logout", &[]).await;
        let fields = form(&[("csrf_token", &token)]);
        for without_cookie in [false, true] {
            if without_cookie {
                browser.cookie = None;
            }
            let second = browser.without_token().ask("POST", "/logout", &FORM, fields.clone()).await;
            assert_eq!((second.status, second.header("location")), (303, "/login"), "{without_cookie}");
        }
        browser.open_form().await;
        browser.log_in("ada@example.com", PASSWORD).await;
        let forged = browser.without_token().ask("POST", "/logout", &FORM, fields).await;
        assert_eq!(forged.status, 403, "a stale token does not end another log-in");
        assert!(browser.is_logged_in().await);
    }

    async fn a_flash_is_shown_once(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up("ada@example.com").await;
        assert!(browser.page.contains("Welcome, Ada."));
        browser.get("/dashboard").await;
        assert!(!browser.page.contains("Welcome, Ada."));
    }

    async fn a_wrong_password_and_an_unknown_address_show_the_same_page(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up("ada@example.com").await;
        browser.post("/logout", &[]).await;
        browser.get("/login").await;
        browser.log_in("ada@example.com", "not-her-password").await;
        let wrong = without_what_is_new(&browser);
        browser.log_in("bob@example.com", "not-her-password").await;
        assert!(wrong.contains("Incorrect email or password"));
        assert!(!wrong.contains("not-her-password"), "a password came back");
        let unknown = without_what_is_new(&browser);
        assert_eq!(wrong.replace("ada@example.com", "bob@example.com"), unknown);
    }

    async fn a_refused_log_in_keeps_the_choice_to_stay_logged_in(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[("MAGIC_LINKS", "true")]));
        browser.get("/login").await;
        assert!(!is_remembered(&browser));
        browser.post("/login/mail", &[("email", "ada@example.com")]).await;
        for (action, page, wrong) in [
            ("/login", "/login", [("email", "ada@example.com"), ("password", "not-her-password")]),
            ("/login/passkey", "/login", [("email", ""), ("answer", "{}")]),
            ("/login/mail/code", "/login/mail", [("email", ""), ("code", "00000000")]),
        ] {
            for remember in [true, false] {
                let choice = remember.then_some(("remember", "true"));
                let fields: Vec<_> = wrong.into_iter().chain(choice).collect();
                browser.post(action, &fields).await;
                assert_eq!(browser.path, page);
                assert!(browser.page.contains("aria-invalid=\"true\""), "{action}: {}", browser.page);
                assert_eq!(is_remembered(&browser), remember, "{action}");
            }
        }
    }

    async fn deleting_the_row_by_hand_logs_the_browser_out_with_a_message(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up("ada@example.com").await;
        db.execute(sql!("delete from sessions")).await.unwrap();
        browser.get("/account").await;
        assert_eq!(browser.path, "/login");
        assert!(browser.page.contains("You were logged out"));
        browser.log_in("ada@example.com", PASSWORD).await;
        assert_eq!(browser.path, "/account", "the log-in leads to the return path");
    }

    async fn the_old_session_id_is_invalid_after_the_log_in(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.get("/dashboard").await;
        let planted = browser.cookie.clone();
        assert!(planted.is_some());
        browser.sign_up("ada@example.com").await;
        assert_ne!(browser.cookie, planted);
        let mut attacker = Browser::at(site(&db, &[]));
        attacker.cookie = planted;
        db.clock().advance(Duration::from_secs(6)); // a new cookie would be set by now
        attacker.get("/dashboard").await;
        assert_eq!(attacker.path, "/login");
        assert!(!attacker.is_logged_in().await);
    }

    async fn a_tampered_or_foreign_cookie_is_no_log_in(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up("ada@example.com").await;
        let cookie = browser.cookie.clone().unwrap();
        let tampered = cookie.replace(cookie.chars().last().unwrap(), "~");
        for wrong in [&cookie[..cookie.len() - 3], &tampered, &format!("{SESSION}="), &format!("{SESSION}=%FF"), &format!("{SESSION}=a").repeat(9000)] {
            let mut anonymous = Browser::at(site(&db, &[]));
            anonymous.cookie = Some(wrong.to_owned());
            assert_eq!(anonymous.get("/").await, 200, "{}", &wrong[..20.min(wrong.len())]);
            anonymous.cookie = Some(wrong.to_owned());
            anonymous.get("/dashboard").await;
            assert_eq!(anonymous.path, "/login");
        }
    }

    async fn a_rotated_secret_keeps_log_ins_until_the_old_one_is_removed(db: TestDb) {
        let [old, new] = server::config::for_tests::SECRETS;
        let both = format!("{new},{old}");
        let mut browser = Browser::at(site(&db, &[("SESSION_SECRET", old)]));
        browser.sign_up("ada@example.com").await;
        let before = browser.cookie.clone();
        browser.site = site(&db, &[("SESSION_SECRET", &both)]);
        browser.get("/account").await;
        assert_eq!(browser.path, "/account");
        assert_ne!(browser.cookie, before, "the cookie is issued again under the new secret");
        browser.site = site(&db, &[("SESSION_SECRET", new)]);
        browser.get("/account").await;
        assert_eq!(browser.path, "/account");
        browser.cookie = before;
        assert_eq!(browser.get("/account").await, 200);
        assert_eq!(browser.path, "/login");
    }

    async fn changing_the_password_ends_the_other_sessions(db: TestDb) {
        let mut here = Browser::at(site(&db, &[]));
        here.sign_up("ada@example.com").await;
        let mut there = Browser::at(site(&db, &[]));
        there.log_in("ada@example.com", PASSWORD).await;
        let new = "another-long-lantern-7";
        here.post("/account/password", &[("current_password", PASSWORD), ("new_password", new)]).await;
        assert!(here.page.contains("Your password was changed"));
        there.get("/dashboard").await;
        assert_eq!(there.path, "/login");
        there.log_in("ada@example.com", new).await;
        assert_eq!(there.path, "/dashboard");
    }
}
