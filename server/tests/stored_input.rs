//! What a browser can store in the session data: little, and the text that was checked.

use crate::people::{Browser, person};
use server::visitor::Level;
use server::{Db, FieldErrors, on_both_databases, sql};
use std::time::Duration;

async fn rows(db: &Db) -> i64 {
    db.row::<(_,)>(sql!("select count(*) from tower_sessions")).await.unwrap().0
}

async fn stored_flash(db: &Db, ip: &str) -> bool {
    let mut browser = Browser::new(db);
    browser.device.ip = ip.to_owned();
    let visitor = browser.visit();
    visitor.flash(Level::Info, "A message").await.unwrap();
    browser.finish(visitor).await.is_some()
}

on_both_databases! {
    async fn a_message_has_at_most_500_characters(db: TestDb) {
        for (text, shown) in [
            ("é".repeat(500), "é".repeat(500)),
            ("é".repeat(501), format!("{}…", "é".repeat(499))),
            ("x".repeat(250_000), format!("{}…", "x".repeat(499))),
        ] {
            let mut browser = Browser::new(&db);
            let visitor = browser.visit();
            visitor.flash(Level::Info, text).await.unwrap();
            browser.finish(visitor).await;
            assert_eq!(browser.visit().take_flashes().await.unwrap()[0].text, shown);
        }
    }

    async fn blanks_around_a_line_are_not_stored(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let blanks = " \t\r\n".repeat(60_000);
        for mut browser in [Browser::new(&db), Browser::of(&db, &user).await] {
            let typed = format!("{blanks}ada@example.com{blanks}");
            let text = "  first\n    second\n";
            let visitor = browser.visit();
            visitor.keep_form("/signup", &[("email", &typed), ("body", text), ("blanks", &blanks)], &FieldErrors::default()).await.unwrap();
            browser.finish(visitor).await;
            let kept = browser.visit().take_form("/signup").await.unwrap();
            assert_eq!(kept.value("email").as_deref(), Some("ada@example.com"));
            assert_eq!(kept.value("body").as_deref(), Some(text), "lines keep their indentation");
            assert_eq!(kept.value("blanks").as_deref(), Some(""));
        }
    }

    async fn one_network_without_a_log_in_causes_a_limited_number_of_rows(db: TestDb) {
        db.clock().stop();
        let user = person(&db, "ada@example.com").await;
        for number in 0..1_000 {
            assert!(stored_flash(&db, &format!("2001:db8:1:2::{number:x}")).await, "{number}");
        }
        for number in 0..5 {
            assert!(!stored_flash(&db, &format!("2001:db8:1:2:f::{number:x}")).await);
        }
        assert_eq!(rows(&db).await, 1_000);
        assert!(stored_flash(&db, "2001:db8:1:3::1").await, "another network");
        let mut browser = Browser::new(&db);
        browser.device.ip = "2001:db8:1:2::1".to_owned();
        browser.log_in(&user, false).await;
        assert!(browser.is_logged_in().await);
        let visitor = browser.visit();
        visitor.flash(Level::Success, "Welcome.").await.unwrap();
        browser.finish(visitor).await;
        assert_eq!(browser.visit().take_flashes().await.unwrap().len(), 1, "a logged-in user is not limited");
        db.clock().advance(Duration::from_secs(2));
        assert!(stored_flash(&db, "2001:db8:1:2::1").await && !stored_flash(&db, "2001:db8:1:2::1").await);
    }

    async fn a_pending_log_in_and_an_existing_row_are_not_limited(db: TestDb) {
        db.clock().stop();
        let user = person(&db, "ada@example.com").await;
        let mut old = Browser::new(&db);
        let visitor = old.visit();
        visitor.flash(Level::Info, "A message").await.unwrap();
        old.finish(visitor).await;
        while stored_flash(&db, "").await {}
        let visitor = old.visit();
        visitor.flash(Level::Info, "Another message").await.unwrap();
        old.finish(visitor).await;
        assert_eq!(old.visit().take_flashes().await.unwrap().len(), 2);
        let mut browser = Browser::new(&db);
        let visitor = browser.visit();
        visitor.begin_log_in(&user, false).await.unwrap();
        browser.finish(visitor).await;
        assert!(browser.visit().pending_login().await.unwrap().is_some());
    }
}

#[tokio::test]
async fn expired_session_data_is_found_by_its_index() {
    let db = server::testing::TestDb::sqlite().await;
    let plan = "explain query plan delete from tower_sessions where expiry_date < $1";
    let plan: Vec<(i64, i64, i64, String)> = db.rows(sql!(plan, "2026-01-01T00:00:00Z")).await.unwrap();
    assert!(plan.iter().any(|(.., step)| step.contains("tower_sessions_expiry_date")), "{plan:?}");
}
