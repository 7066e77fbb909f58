//! Rate limits through the router: a page or JSON with the time to wait, and no other change.

use crate::browser::{Answer, Browser, FORM, PASSWORD, SCRIPT, form, site};
use server::on_both_databases;
use std::time::Duration;

/// Posts until the response is 429. Returns how many came before.
async fn until_too_often(browser: &Browser, path: &str, fields: &[(&str, &str)]) -> (u32, Answer) {
    for number in 0..100 {
        let answer = browser.ask("POST", path, &FORM, form(fields)).await;
        assert!([303, 429].contains(&answer.status), "{path} answered {}", answer.status);
        if answer.status == 429 {
            return (number, answer);
        }
    }
    panic!("{path} can be tried for ever");
}

fn waits(answer: &Answer) -> u64 {
    answer.header("retry-after").parse().expect("a number of seconds")
}

on_both_databases! {
    async fn guessing_a_password_is_limited_with_a_page_that_says_how_long_to_wait(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        let guesser = Browser::with_form(site(&db, &[])).await;
        let wrong = [("email", "ada@example.com"), ("password", "not-her-password")];
        let (passed, page) = until_too_often(&guesser, "/login", &wrong).await;
        assert_eq!(passed, 10);
        assert!(page.body.contains("Too many attempts"));
        assert!(page.body.contains("Try again in 1 minute."), "{}", page.body);
        assert_eq!(page.header("set-cookie"), "");

        let json = guesser.ask("POST", "/login", &SCRIPT, form(&wrong)).await;
        assert_eq!((json.status, &json.body[..26]), (429, "{\"error\":\"TooManyRequests\""));
        assert!((1..=31).contains(&waits(&json)));
        assert!(ada.is_logged_in().await, "log-ins last");

        let right = form(&[("email", "ada@example.com"), ("password", PASSWORD)]);
        assert_eq!(guesser.ask("POST", "/login", &FORM, right.clone()).await.status, 429, "even a right guess");
        db.clock().advance(Duration::from_secs(waits(&json)));
        assert_eq!(guesser.ask("POST", "/login", &FORM, right).await.header("location"), "/dashboard");
    }

    async fn guessing_the_current_password_in_a_logged_in_browser_is_limited(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        let wrong = [("current_password", "not-her-password"), ("new_password", "quiet-anchor-1815")];
        assert_eq!(until_too_often(&ada, "/account/password", &wrong).await.0, 10);
        let (passed, _) = until_too_often(&ada, "/reauthenticate", &[("password", PASSWORD)]).await;
        assert_eq!(passed, 0, "both share a limit");
    }
}
