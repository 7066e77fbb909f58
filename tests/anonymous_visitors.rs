//! Visitors who are not logged in: what they cost the database, and the page that they return to.

use crate::browser::press::flashes;
use crate::browser::{Browser, FORM, PASSWORD, SCRIPT, form, site, tables};
use server::on_both_databases;
use server::testing::TestDb;
use std::time::Duration;
use ui::brand::{RETURN_COOKIE, SESSION_COOKIE};

const ADA: &str = "ada@example.com";
const ASKED: [&str; 1] = ["Please log in to continue."];

async fn rows(db: &TestDb) -> usize {
    tables::lines(db, "select id from tower_sessions").await.len()
}

/// The cookie without signature and marks.
fn id(cookie: &str) -> &str {
    let value = cookie.rsplit("%3D").next().unwrap_or_default();
    value.split('.').next().unwrap_or_default()
}

async fn strength(browser: &Browser) -> (u16, String) {
    let answer =
        browser.ask("POST", "/password-strength", &SCRIPT, form(&[("password", "harbour-lantern-44")])).await;
    (answer.status, answer.header("retry-after").to_owned())
}

on_both_databases! {
    async fn a_page_that_needs_a_log_in_writes_no_row_and_is_shown_after_the_log_in(db: TestDb) {
        Browser::at(site(&db, &[])).sign_up(ADA).await;
        for first in ["", "/login"] {
            let before = rows(&db).await;
            let mut browser = Browser::at(site(&db, &[]));
            if !first.is_empty() {
                browser.get(first).await;
            }
            for path in ["/account/email", "/dashboard", "/account/devices?page=2&q=a%20b"] {
                browser.get(path).await;
            }
            assert_eq!((browser.path.as_str(), rows(&db).await), ("/login", before));
            assert_eq!(flashes(&browser.page), ASKED);
            browser.get("/login").await;
            assert_eq!(flashes(&browser.page), [""; 0], "shown once");
            browser.log_in(ADA, PASSWORD).await;
            assert_eq!((browser.path.as_str(), browser.return_cookie.clone()), ("/account/devices?page=2&q=a%20b", None));
        }
    }

    async fn a_log_out_without_a_log_in_gives_no_new_id_and_costs_no_row_more(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.open_form().await;
        let cookie = browser.cookie.clone();
        for _ in 0..3 {
            assert_eq!(browser.submit("/logout", &[]).await.status, 303);
        }
        // The message of the log-out.
        assert_eq!((browser.cookie.as_deref().map(id), rows(&db).await), (cookie.as_deref().map(id), 1));
    }

    async fn a_page_that_needs_a_log_in_causes_no_query(db: TestDb) {
        let anonymous = Browser::at(site(&db, &[]));
        db.close().await;
        for path in ["/dashboard", "/account/email", &format!("/account?{}", "q".repeat(5_000))] {
            let answer = anonymous.ask("GET", path, &FORM, "").await;
            assert_eq!((answer.status, answer.header("location")), (303, "/login"), "{path:.50}");
            let cookie = answer.header("set-cookie").to_lowercase();
            assert!(cookie.starts_with(RETURN_COOKIE[0]) && cookie.contains("max-age=3600") && cookie.contains("httponly"), "{cookie}");
        }
    }

    async fn the_page_is_forgotten_after_an_hour_and_at_the_log_out(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        browser.sign_up(ADA).await;
        let mut late = Browser::at(site(&db, &[]));
        late.get("/account/email").await;
        db.clock().advance(Duration::from_secs(3600));
        late.log_in(ADA, PASSWORD).await;
        assert_eq!(late.path, "/dashboard");
        let cookie = {
            let mut another = Browser::at(site(&db, &[]));
            another.get("/account/email").await;
            another.return_cookie
        };
        browser.log_in(ADA, PASSWORD).await;
        browser.return_cookie = cookie;
        browser.post("/logout", &[]).await;
        assert_eq!(browser.return_cookie, None);
        browser.log_in(ADA, PASSWORD).await;
        assert_eq!(browser.path, "/dashboard");
    }

    async fn a_changed_or_foreign_cookie_leads_nowhere(db: TestDb) {
        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up(ADA).await;
        let mut browser = Browser::at(site(&db, &[]));
        browser.get("/account/email").await;
        let own = browser.return_cookie.clone().unwrap();
        let session = ada.cookie.clone().unwrap();
        let renamed = |cookie: &str, name: &str| format!("{name}={}", cookie.split_once('=').unwrap().1);
        for wrong in [
            own.replace("email", "other"),
            format!("{}=return%20{}%20new%20//evil.example", RETURN_COOKIE[0], db.clock().now()),
            renamed(&session, RETURN_COOKIE[0]),
            format!("{}=", RETURN_COOKIE[0]),
        ] {
            let mut browser = Browser::at(site(&db, &[]));
            browser.return_cookie = Some(wrong.clone());
            browser.get("/login").await;
            assert_eq!(flashes(&browser.page), [""; 0], "{wrong}");
            browser.log_in(ADA, PASSWORD).await;
            assert_eq!(browser.path, "/dashboard", "{wrong}");
        }
        let planted = Browser { cookie: Some(renamed(&own, SESSION_COOKIE[0])), ..Browser::at(site(&db, &[])) };
        assert!(!planted.is_logged_in().await);
    }

    async fn a_prefetch_shows_no_message_and_keeps_no_page(db: TestDb) {
        let mut browser = Browser::at(site(&db, &[]));
        let prefetch = [&FORM[..], &[("sec-purpose", "prefetch")]].concat();
        assert_eq!(browser.ask("GET", "/dashboard", &prefetch, "").await.header("set-cookie"), "");
        let answer = browser.ask("GET", "/dashboard", &FORM, "").await;
        browser.return_cookie = answer.header("set-cookie").split(';').next().map(str::to_owned);
        assert_eq!(flashes(&browser.ask("GET", "/login", &prefetch, "").await.body), [""; 0]);
        browser.get("/login").await;
        assert_eq!(flashes(&browser.page), ASKED);
    }

    async fn the_password_meter_is_limited_without_a_query(db: TestDb) {
        db.clock().stop();
        let browser = Browser::at(site(&db, &[]));
        db.close().await;
        for number in 0..600 {
            assert_eq!(strength(&browser).await.0, 200, "{number}");
        }
        assert_eq!(strength(&browser).await, (429, "2".to_owned()));
        db.clock().advance(Duration::from_secs(1));
        assert_eq!(strength(&browser).await.0, 200);
        assert_eq!(strength(&browser).await.0, 429);
        db.clock().set_back(Duration::from_secs(86_400));
        assert_eq!(strength(&browser).await.0, 429, "a clock that was ahead");
        db.clock().advance(Duration::from_secs(600));
        assert_eq!(strength(&browser).await.0, 200);
    }
}
