//! What the headers forbid a browser.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]

mod browser;

use browser::{Answer, Browser, FORM, site};
use server::on_both_databases;

/// The nonce that the policy of an answer allows.
fn nonce(answer: &Answer) -> String {
    let (_, rest) = answer.header("content-security-policy").split_once("'nonce-").expect("a nonce");
    rest.split_once('\'').expect("its end").0.to_owned()
}

on_both_databases! {
    async fn only_scripts_with_this_answers_nonce_run(db: TestDb) {
        let browser = Browser::at(site(&db, &[]));
        let first = browser.ask("GET", "/signup", &FORM, "").await;
        let second = browser.ask("GET", "/signup", &FORM, "").await;
        assert_ne!(nonce(&first), nonce(&second));
        let scripts = first.body.matches("<script").count();
        assert!(scripts > 0);
        assert_eq!(first.body.matches(&format!("nonce=\"{}\"", nonce(&first))).count(), scripts);
    }

    async fn no_page_may_run_what_stands_in_it_or_be_framed(db: TestDb) {
        let browser = Browser::at(site(&db, &[]));
        for path in ["/", "/login", "/signup", "/nowhere", "/admin"] {
            let policy = browser.ask("GET", path, &FORM, "").await.header("content-security-policy").to_owned();
            assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
            assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{path}: {policy}");
        }
        let file = browser.ask("GET", "/health", &FORM, "").await;
        assert_eq!(file.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
        assert_eq!(file.header("x-content-type-options"), "nosniff");
    }

    async fn browsers_are_told_to_come_over_https_in_production_only(db: TestDb) {
        let production = [("APP_ENV", "production"), ("PUBLIC_URL", "https://app.example.com")];
        for (settings, expected) in [(&production[..], "max-age=63072000"), (&[], "")] {
            let browser = Browser::at(site(&db, settings));
            for path in ["/", "/health", "/nowhere"] {
                let answer = browser.ask("GET", path, &FORM, "").await;
                assert_eq!(answer.header("strict-transport-security"), expected, "{path}");
            }
        }
    }
}
