//! A rate limit that was exceeded: what was typed is kept, the wait is in minutes, and there is another way.

use crate::browser::{Browser, FORM, PASSWORD, form, site, tables};
use server::on_both_databases;
use server::testing::TestDb;
use std::time::Duration;

const ADA: &str = "ada@example.com";
const WRONG: &str = "not-her-password";
const LATER: Duration = Duration::from_secs(15 * 60);

async fn ada(db: &TestDb) -> Browser {
    let mut ada = Browser::at(site(db, &[]));
    ada.sign_up(ADA).await;
    ada
}

async fn another(db: &TestDb) -> Browser {
    let mut browser = Browser::at(site(db, &[]));
    browser.log_in(ADA, PASSWORD).await;
    browser
}

/// Posts until it is too often, with the page of the form as referrer.
async fn post_too_often(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) {
    for _ in 0..300 {
        if browser.post(path, fields).await == 429 {
            return;
        }
    }
    panic!("{path} can be tried for ever");
}

on_both_databases! {
    async fn a_form_over_the_limit_keeps_what_was_typed_but_no_password(db: TestDb) {
        ada(&db).await;
        let mut guesser = Browser::with_form(site(&db, &[])).await;
        post_too_often(&mut guesser, "/login", &[("email", ADA), ("password", WRONG)]).await;
        assert!(guesser.page.contains("What you typed is kept, except passwords.") && guesser.page.contains("href=\"/login\""), "{}", guesser.page);
        guesser.get("/login").await;
        assert!(guesser.page.contains(&format!("value=\"{ADA}\"")) && !guesser.page.contains(WRONG), "{}", guesser.page);

        db.clock().advance(LATER);
        let mut ada = another(&db).await;
        ada.get("/account/email").await;
        for number in 0..6 {
            ada.path = "/account/email".into();
            ada.post("/account/email", &[("email", &format!("n{number}@example.com"))]).await;
        }
        assert!(ada.page.contains("Try again in 10 minutes."), "{}", ada.page);
        ada.get("/account/email").await;
        assert!(ada.page.contains("n5@example.com"), "{}", ada.page);
    }

    async fn a_limited_form_of_a_logged_in_user_is_not_shown_to_the_next_one(db: TestDb) {
        let mut ada = ada(&db).await;
        for number in 0..6 {
            ada.path = "/account/email".into();
            ada.post("/account/email", &[("email", &format!("n{number}@example.com"))]).await;
        }
        ada.post("/logout", &[]).await;
        ada.sign_up("bea@example.com").await;
        ada.get("/account/email").await;
        assert!(ada.path == "/account/email" && !ada.page.contains("n5@example.com"), "{}", ada.page);
    }

    async fn alternatives_are_offered_where_they_help(db: TestDb) {
        let mut guesser = Browser::with_form(site(&db, &[])).await;
        post_too_often(&mut guesser, "/login", &[("email", ADA), ("password", WRONG)]).await;
        assert!(guesser.page.contains("href=\"/forgot\"") && !guesser.page.contains("action=\"/logout\""), "{}", guesser.page);
        let mut asking = Browser::at(site(&db, &[("MAGIC_LINKS", "true")]));
        post_too_often(&mut asking, "/login/mail", &[("email", "bea@example.com")]).await;
        assert!(asking.page.contains("Try again in 10 minutes.") && asking.page.contains("Log in with your password"), "{}", asking.page);
        let mut asking = Browser::at(site(&db, &[]));
        post_too_often(&mut asking, "/forgot", &[("email", "bea@example.com")]).await;
        assert!(!asking.page.contains("Reset your password") && !asking.page.contains("action=\"/logout\""), "{}", asking.page);
    }

    async fn a_user_who_typed_wrong_passwords_logs_out_and_in_and_continues(db: TestDb) {
        let mut ada = ada(&db).await;
        ada.get("/reauthenticate").await;
        post_too_often(&mut ada, "/reauthenticate", &[("password", WRONG)]).await;
        assert!(ada.page.contains("Try again in 1 minute.") && ada.page.contains("href=\"/forgot\""), "{}", ada.page);
        assert!(ada.page.contains("action=\"/logout\""), "{}", ada.page);
        ada.post("/logout", &[]).await; // with the token of that page
        assert!(ada.path == "/login" && !ada.is_logged_in().await);
        ada.log_in(ADA, PASSWORD).await;
        ada.post("/account/password", &[("current_password", PASSWORD), ("new_password", "quiet-anchor-1815")]).await;
        assert!(ada.page.contains("Your password was changed."), "{}", ada.page);
    }

    async fn wrong_passwords_in_stolen_sessions_do_not_keep_the_owner_from_ending_them(db: TestDb) {
        let mut owner = ada(&db).await;
        let mut stolen = [another(&db).await, another(&db).await, another(&db).await];
        db.clock().advance(LATER);
        for thief in &mut stolen {
            post_too_often(thief, "/reauthenticate", &[("password", WRONG)]).await;
        }
        owner.get("/account/devices").await;
        owner.post("/reauthenticate", &[("password", PASSWORD)]).await;
        owner.post("/account/devices/end-others", &[]).await;
        assert_eq!(tables::sessions(&db).await.len(), 1, "{}", owner.page);
        assert!(owner.is_logged_in().await && !stolen[0].is_logged_in().await);
    }

    async fn many_stolen_sessions_together_are_limited(db: TestDb) {
        ada(&db).await;
        db.clock().stop();
        let mut passed = 0;
        for _ in 0..8 {
            let thief = another(&db).await;
            for _ in 0..10 {
                let answer = thief.ask("POST", "/reauthenticate", &FORM, form(&[("password", WRONG)])).await;
                passed += usize::from(answer.status == 303);
            }
        }
        assert_eq!(passed, 50);
        let mut owner = another(&db).await;
        owner.post("/account/devices/end-others", &[]).await;
        assert_eq!(tables::sessions(&db).await.len(), 1, "a log-in needs no second password");
    }
}
