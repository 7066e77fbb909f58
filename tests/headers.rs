//! Security headers.

use crate::browser::routes::{actions, pages};
use crate::browser::{Answer, Browser, FORM, PRODUCTION, site};
use server::on_sqlite;

/// The nonce in the content security policy of a response.
fn nonce(answer: &Answer) -> String {
    let (_, rest) = answer.header("content-security-policy").split_once("'nonce-").expect("a nonce");
    rest.split_once('\'').expect("its end").0.to_owned()
}

on_sqlite! {
    async fn the_csp_allows_only_scripts_with_the_nonce_of_the_response(db: TestDb) {
        let browser = Browser::at(site(&db, &[]));
        let first = browser.ask("GET", "/signup", &FORM, "").await;
        let second = browser.ask("GET", "/signup", &FORM, "").await;
        assert_ne!(nonce(&first), nonce(&second));
        let scripts = first.body.matches("<script").count();
        assert!(scripts > 0);
        assert_eq!(first.body.matches(&format!("nonce=\"{}\"", nonce(&first))).count(), scripts);
    }

    async fn the_csp_forbids_inline_scripts_and_framing(db: TestDb) {
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

    async fn hsts_is_sent_in_production_only(db: TestDb) {
        for (settings, expected) in [(&PRODUCTION[..], "max-age=63072000"), (&[], "")] {
            let browser = Browser::at(site(&db, settings));
            for path in ["/", "/health", "/nowhere"] {
                let answer = browser.ask("GET", path, &FORM, "").await;
                assert_eq!(answer.header("strict-transport-security"), expected, "{path}");
            }
        }
    }

    async fn each_response_has_its_own_request_id(db: TestDb) {
        let browser = Browser::at(site(&db, &[]));
        let mut names = Vec::new();
        for path in ["/", "/login", "/dashboard", "/nowhere", "/health", "/ready", "/favicon.svg"] {
            let headers = [&FORM[..], &[("x-request-id", "mine")]].concat();
            names.push(browser.ask("GET", path, &headers, "").await.header("x-request-id").to_owned());
        }
        assert!(names.iter().all(|name| name.len() == 36), "{names:?}");
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 7);
        db.close().await;
        // `/ready` caches its result for a second.
        let began = std::time::Instant::now();
        let mut broken = browser.ask("GET", "/ready", &FORM, "").await;
        while broken.status == 200 && began.elapsed() < std::time::Duration::from_secs(5) {
            broken = browser.ask("GET", "/ready", &FORM, "").await;
        }
        assert_eq!((broken.status, browser.ask("GET", "/health", &FORM, "").await.status), (503, 200));
        assert!(broken.body.contains(broken.header("x-request-id")), "the page shows the request id");
    }

    async fn every_response_has_every_header(db: TestDb) {
        let mut admin = Browser::at(site(&db, &[]));
        admin.sign_up("admin@example.com").await;
        let pages = pages().into_iter().map(|path| ("GET", path.to_owned()));
        let actions = actions().into_iter().map(|path| ("POST", path.to_owned()));
        let others = ["/health", "/ready", "/nowhere", "/speculation-rules.json"].map(|path| ("GET", path.to_owned()));
        for (method, path) in pages.chain(actions).chain(others) {
            let answer = admin.ask(method, &path, &FORM, "").await;
            for (name, value) in [
                ("cross-origin-opener-policy", "same-origin"), ("cross-origin-resource-policy", "same-origin"),
                ("x-content-type-options", "nosniff"), ("x-frame-options", "DENY"),
                ("referrer-policy", "strict-origin-when-cross-origin"),
            ] {
                assert_eq!(answer.header(name), value, "{name} of {method} {path}");
            }
            let cache = if path == "/events" { "no-store, no-cache" } else { "no-store" };
            assert_eq!(answer.header("cache-control"), cache, "{method} {path}");
            assert!(answer.header("permissions-policy").contains("camera=()"), "{method} {path}");
            let policy = answer.header("content-security-policy");
            assert!(policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"), "{path}: {policy}");
            assert!(!policy.contains("'unsafe-inline'") && !policy.contains("'unsafe-eval'"), "{path}: {policy}");
        }
    }
}
