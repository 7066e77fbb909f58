//! Which requests count as activity, and which do not.

use crate::browser::{Browser, FORM, SCRIPT, site, tables};
use server::{Config, on_both_databases};
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);

on_both_databases! {
    async fn requests_a_browser_makes_by_itself_do_not_extend_a_log_in(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        let idle = Config::for_tests(&[]).limits.idle;
        db.clock().advance(idle - MINUTE);
        for by_itself in [
            ("x-background", "1"), ("accept", "text/event-stream"), ("sec-purpose", "prefetch"), ("sec-purpose", "prefetch;prerender"),
            ("purpose", "prefetch"), ("x-moz", "prefetch"),
        ] {
            let headers = if by_itself.0 == "accept" { vec![by_itself] } else { [&FORM[..1], &[by_itself]].concat() };
            let status = ada.ask("GET", "/account", &headers, "").await.status;
            assert!([200, 503].contains(&status), "{by_itself:?} answered {status}");
        }
        for path in ["/health", "/ready", "/favicon.svg", "/pkg/app.css", "/speculation-rules.json"] {
            ada.ask("GET", path, &FORM, "").await;
        }
        db.clock().advance(MINUTE);
        assert!(!ada.is_logged_in().await, "there was no activity");
    }

    async fn user_activity_extends_a_log_in(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        let idle = Config::for_tests(&[]).limits.idle;
        for (method, headers, body) in [("GET", FORM, ""), ("GET", SCRIPT, ""), ("POST", FORM, "name=Ada"), ("POST", SCRIPT, "name=Ada")] {
            db.clock().advance(idle - MINUTE);
            assert!([200, 303].contains(&ada.ask(method, "/account", &headers, body).await.status));
        }
        assert!(ada.is_logged_in().await);
    }

    async fn a_background_request_consumes_no_flash_and_leaves_none(db: TestDb) {
        let mut ada = Browser::with_form(site(&db, &[])).await;
        ada.sign_up("ada@example.com").await;
        ada.ask("POST", "/account", &FORM, "name=Ada").await;
        tables::write(&db, "delete from sessions").await;
        let background = ada.ask("GET", "/account", &[("accept", "text/html"), ("x-background", "1")], "").await;
        assert_eq!((background.status, background.header("set-cookie")), (303, ""));
        ada.get("/account").await;
        assert!(ada.page.contains("You were logged out."), "the flash waits for the user");
    }
}
