//! The check of a page that the back button shows: does its session still exist?

use crate::browser::press::flashes;
use crate::browser::{Browser, FORM, SCRIPT, form, site, tables};
use server::on_both_databases;

/// What the script of the page asks.
async fn status(browser: &Browser, session: &str) -> u16 {
    let headers = [&SCRIPT[..], &[("x-background", "1")]].concat();
    browser.ask("GET", &format!("/session/{session}"), &headers, "").await.status
}

/// The session that the page names.
fn session_of(browser: &Browser) -> String {
    browser.first_between("data-id=\"", "\"", |id| id.len() == 36)
}

on_both_databases! {
    async fn a_page_is_valid_until_its_own_session_ends(db: TestDb) {
        let (mut ada, mut eve) = (Browser::at(site(&db, &[])), Browser::at(site(&db, &[])));
        ada.sign_up("ada@example.com").await;
        eve.sign_up("eve@example.com").await;
        for path in ["/dashboard", "/"] {
            ada.get(path).await;
            assert_eq!(status(&ada, &session_of(&ada)).await, 204, "{path}");
        }
        let session = session_of(&ada);
        assert_eq!(status(&eve, &session).await, 404, "another user's session");
        assert_eq!(status(&ada, "1").await, 404);
        assert_eq!(status(&Browser::at(site(&db, &[])), &session).await, 401);
        tables::write(&db, "delete from sessions").await;
        assert_eq!(status(&ada, &session).await, 401);
        ada.log_in("ada@example.com", crate::browser::PASSWORD).await;
        assert_eq!(status(&ada, &session).await, 404, "a later session of the same user");
    }

    async fn the_probe_tells_scripts_who_is_logged_in_and_creates_nothing(db: TestDb) {
        let anonymous = Browser::at(site(&db, &[]));
        let answer = anonymous.ask("GET", "/api/session", &SCRIPT, "").await;
        assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"ends_in_ms":null,"logged_in":false}"#));
        assert!(answer.headers.get("set-cookie").is_none());
        assert_eq!(tables::lines(&db, "select id from tower_sessions").await, Vec::<String>::new());

        let mut ada = Browser::at(site(&db, &[]));
        ada.sign_up("ada@example.com").await;
        assert_eq!(ada.ask("POST", "/account", &FORM, form(&[("name", "Ada")])).await.status, 303);
        let seen = tables::lines(&db, "select cast(last_seen_at as text) from sessions").await;
        db.clock().advance(std::time::Duration::from_secs(600));
        let logged_in = ada.ask("GET", "/api/session", &SCRIPT, "").await;
        assert!(logged_in.body.contains(r#""logged_in":true"#), "{}", logged_in.body);
        assert_eq!(tables::lines(&db, "select cast(last_seen_at as text) from sessions").await, seen, "it is no activity");
        ada.get("/dashboard").await;
        assert!(ada.page.contains("<script id=\"page-script\""), "{}", ada.page);
        assert_eq!(flashes(&ada.page).len(), 1, "the probe took no message");
        tables::write(&db, "delete from sessions").await;
        assert_eq!(ada.ask("GET", "/api/session", &SCRIPT, "").await.body, answer.body);
    }

    async fn a_page_without_a_log_in_has_no_check(db: TestDb) {
        let mut anonymous = Browser::at(site(&db, &[]));
        for path in ["/", "/login", "/nowhere"] {
            anonymous.get(path).await;
            assert!(!anonymous.page.contains("page-script"), "{path}");
        }
    }
}
