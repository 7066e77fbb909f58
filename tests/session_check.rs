//! The check of a page that the back button shows: does its session still exist?

use crate::browser::{Browser, SCRIPT, site, tables};
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

    async fn a_page_without_a_log_in_has_no_check(db: TestDb) {
        let mut anonymous = Browser::at(site(&db, &[]));
        for path in ["/", "/login", "/nowhere"] {
            anonymous.get(path).await;
            assert!(!anonymous.page.contains("session-check"), "{path}");
        }
    }
}
