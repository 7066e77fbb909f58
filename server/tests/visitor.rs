//! The visitor: log-in and log-out change the session id, session data proves nothing, and the return path stays on
//! this site. Flashes and saved forms are in `flash.rs`.

use crate::people::{Browser, OPERATOR, limits, person};
use server::sessions::EndReason;
use server::visitor::Level;
use server::{Db, on_both_databases, sql};

async fn delete_all_session_data(db: &Db) {
    db.execute(sql!("delete from tower_sessions")).await.unwrap();
}

/// A browser with session data, as after the first flash.
async fn with_session_data(db: &Db) -> Browser {
    let mut browser = Browser::new(db);
    let visitor = browser.visit();
    visitor.flash(Level::Info, "Hello.").await.unwrap();
    browser.finish(visitor).await;
    browser
}

/// Where a browser that requested `path` without a log-in arrives after it.
async fn return_path(db: &Db, path: &str) -> Option<String> {
    let mut browser =
        Browser::of(db, &person(db, &format!("{}@example.com", server::Id::<server::User>::new())).await)
            .await;
    let visitor = browser.visit();
    visitor.return_to(path).await.unwrap();
    browser.finish(visitor).await;
    browser.visit().take_return_path().await.unwrap()
}

on_both_databases! {
    async fn a_log_in_changes_the_session_id_and_invalidates_the_old_one(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let mut browser = with_session_data(&db).await;
        let planted = browser.id;
        browser.log_in(&user, false).await;
        assert_ne!(browser.id, planted);
        assert!(browser.is_logged_in().await);

        let mut attacker = Browser::new(&db);
        attacker.id = planted;
        attacker.has_pending = true;
        assert!(!attacker.is_logged_in().await);
        assert!(attacker.visit().take_flashes().await.unwrap().is_empty(), "the session data moved to the new id");
        let cookie = attacker.log_in(&person(&db, "eve@example.com").await, false).await;
        assert_eq!((cookie, attacker.id), (None, planted), "a late request gets no cookie");
        assert!(!attacker.is_logged_in().await);
        assert_eq!(browser.user().await, Some(user.id), "the victim is unchanged");
    }

    async fn a_second_log_in_in_one_browser_ends_the_first(db: TestDb) {
        let (ada, eve) = (person(&db, "ada@example.com").await, person(&db, "eve@example.com").await);
        let mut browser = Browser::of(&db, &ada).await;
        let first = browser.id;
        browser.log_in(&eve, false).await;
        assert_eq!(browser.user().await, Some(eve.id));
        browser.id = first;
        assert!(!browser.is_logged_in().await);
        assert!(server::sessions::of_user(&db, &ada.id, limits()).await.unwrap().is_empty());
    }

    async fn a_log_out_ends_the_log_in_of_this_browser_only_and_changes_its_id(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let (mut here, there) = (Browser::of(&db, &user).await, Browser::of(&db, &user).await);
        let old = here.id;
        let visitor = here.visit();
        visitor.log_out().await.unwrap();
        visitor.flash(Level::Info, "See you.").await.unwrap();
        here.finish(visitor).await;
        assert_ne!(here.id, old);
        assert!(!here.is_logged_in().await && there.is_logged_in().await);
        here.id = old;
        assert!(!here.is_logged_in().await);
    }

    async fn a_log_out_without_a_log_in_is_no_error(db: TestDb) {
        Browser::new(&db).visit().log_out().await.unwrap();
        let mut browser = with_session_data(&db).await;
        let visitor = browser.visit();
        visitor.log_out().await.unwrap();
        browser.finish(visitor).await;
        assert!(!browser.is_logged_in().await);
    }

    async fn deleting_all_session_data_keeps_log_ins(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let mut browser = Browser::of(&db, &user).await;
        delete_all_session_data(&db).await;
        assert_eq!(browser.user().await.as_ref(), Some(&user.id));

        let visitor = browser.visit();
        visitor.flash(Level::Success, "Saved.").await.unwrap();
        browser.finish(visitor).await;
        assert_eq!(browser.user().await, Some(user.id), "not even with the next flash");
        assert_eq!(browser.visit().take_flashes().await.unwrap().len(), 1);
    }

    async fn session_data_alone_is_no_log_in(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let browser = Browser::of(&db, &user).await;
        let mut other = with_session_data(&db).await;
        let copy = "update tower_sessions set data = (select data from tower_sessions where id = $1) where id = $2";
        let ids = [browser.id.unwrap().to_string(), other.id.unwrap().to_string()];
        db.execute(sql!(copy, ids[0], ids[1])).await.unwrap();
        assert!(!other.is_logged_in().await);
        other.id = Some(tower_sessions::session::Id(7));
        assert!(!other.is_logged_in().await, "an unused id");
    }

    async fn a_browser_whose_log_in_was_revoked_gets_the_reason_once(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        assert_eq!(Browser::new(&db).visit().take_end_reason().await.unwrap(), None);
        assert_eq!(with_session_data(&db).await.visit().take_end_reason().await.unwrap(), None);

        let mut browser = Browser::of(&db, &user).await;
        server::sessions::revoke_all(&db, OPERATOR, &user).await.unwrap();
        let visitor = browser.visit();
        assert_eq!(visitor.take_end_reason().await.unwrap(), Some(EndReason::Revoked));
        visitor.flash(Level::Warning, "You were logged out.").await.unwrap();
        browser.finish(visitor).await;
        assert_eq!(browser.visit().take_end_reason().await.unwrap(), None);

        let mut leaver = Browser::of(&db, &user).await;
        let visitor = leaver.visit();
        visitor.log_out().await.unwrap();
        visitor.flash(Level::Info, "See you.").await.unwrap();
        leaver.finish(visitor).await;
        assert_eq!(leaver.visit().take_end_reason().await.unwrap(), None, "an own log-out needs no message");
    }

    async fn a_saved_form_is_shown_only_to_the_user_who_typed_it(db: TestDb) {
        let (ada, eve) = (person(&db, "ada@example.com").await, person(&db, "eve@example.com").await);
        for (next, sees) in [(&ada, Some("A long text".to_owned())), (&eve, None)] {
            let mut browser = Browser::of(&db, &ada).await;
            server::sessions::revoke_all(&db, OPERATOR, &ada).await.unwrap();
            let refused = browser.visit();
            refused.keep_for_later("/pages/new", &[("body", "A long text")]).await.unwrap();
            refused.take_end_reason().await.unwrap();
            browser.finish(refused).await;
            assert_eq!(browser.visit().take_form("/pages/new").await.unwrap().value("body"), None, "for anonymous visitors");
            browser.log_in(next, false).await;
            assert_eq!(browser.visit().take_form("/pages/new").await.unwrap().value("body"), sees, "{}", next.email);
        }
    }

    async fn only_the_cookie_of_a_remembered_log_in_outlasts_the_browser(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let cookie = Browser::new(&db).log_in(&user, false).await.unwrap();
        assert_eq!(cookie.max_age, None);

        let mut browser = Browser::new(&db);
        let max_age = browser.log_in(&user, true).await.unwrap().max_age.unwrap();
        let whole = limits().remember;
        assert!(max_age <= whole && max_age + std::time::Duration::from_secs(60) > whole, "{max_age:?}");
        let visitor = browser.visit();
        visitor.flash(Level::Info, "Later.").await.unwrap();
        let later = browser.finish(visitor).await.unwrap().max_age.unwrap();
        assert!(later <= max_age && later + std::time::Duration::from_secs(60) > max_age, "a flash must not change it");

        let visitor = browser.visit();
        visitor.log_out().await.unwrap();
        visitor.flash(Level::Info, "See you.").await.unwrap();
        assert_eq!(browser.finish(visitor).await.unwrap().max_age, None);
    }

    async fn reading_pages_stores_no_session_data_and_sets_no_cookie(db: TestDb) {
        let mut browser = Browser::of(&db, &person(&db, "ada@example.com").await).await;
        let mut anonymous = Browser::new(&db);
        for browser in [&mut browser, &mut anonymous] {
            let visitor = browser.visit();
            visitor.login().await.unwrap();
            visitor.take_flashes().await.unwrap();
            visitor.take_form("/login").await.unwrap();
            assert_eq!(browser.finish(visitor).await, None);
        }
        assert_eq!(anonymous.id, None);
        let (rows,): (i64,) = db.row(sql!("select count(*) from tower_sessions")).await.unwrap();
        assert_eq!(rows, 1);
    }

    async fn the_return_path_survives_the_log_in_and_is_used_once(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let mut browser = Browser::new(&db);
        let visitor = browser.visit();
        visitor.return_to("/pages?page=2&q=a%20b").await.unwrap();
        browser.finish(visitor).await;
        browser.log_in(&user, false).await;
        let visitor = browser.visit();
        assert_eq!(visitor.take_return_path().await.unwrap().as_deref(), Some("/pages?page=2&q=a%20b"));
        browser.finish(visitor).await;
        assert_eq!(browser.visit().take_return_path().await.unwrap(), None);
        assert_eq!(Browser::new(&db).visit().take_return_path().await.unwrap(), None);
    }

    async fn the_return_path_is_a_path_of_this_site(db: TestDb) {
        for path in ["/", "/pages", "/pages/new?title=a//b", "/pages?next=https://example.com", "/@evil", "/é/../b"] {
            assert_eq!(return_path(&db, path).await.as_deref(), Some(path));
        }
        let long = format!("/{}", "x".repeat(2_000));
        for path in [
            "", " ", "pages", " /pages", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
            "\\/evil.example", "https://evil.example", "https:/evil.example", "https:evil.example", "HTTP://evil.example",
            "javascript:alert(1)", "data:text/html,x", "/\t/evil.example", "/\n/evil.example", "/\r\nLocation: //evil",
            "/pages\r\nSet-Cookie: a=b", "/pages\0", "/pages\u{7f}", "/\u{85}/evil.example", "/a\\..\\..\\evil", &long,
        ] {
            assert_eq!(return_path(&db, path).await, None, "{path:?}");
        }
    }

    async fn the_return_path_belongs_to_the_user_who_requested_it(db: TestDb) {
        let (ada, eve) = (person(&db, "ada@example.com").await, person(&db, "eve@example.com").await);
        for (next, path) in [(&eve, None), (&ada, Some("/pages?q=secret"))] {
            let mut browser = Browser::of(&db, &ada).await;
            server::sessions::revoke_all(&db, OPERATOR, &ada).await.unwrap();
            let refused = browser.visit();
            refused.return_to("/pages?q=secret").await.unwrap();
            refused.take_end_reason().await.unwrap();
            browser.finish(refused).await;
            browser.log_in(next, false).await;
            assert_eq!(browser.visit().take_return_path().await.unwrap().as_deref(), path, "{}", next.email);
        }
    }

    async fn a_refused_return_path_keeps_the_earlier_one(db: TestDb) {
        let mut browser = Browser::new(&db);
        for path in ["/pages", "//evil.example"] {
            let visitor = browser.visit();
            visitor.return_to(path).await.unwrap();
            browser.finish(visitor).await;
        }
        assert_eq!(browser.visit().take_return_path().await.unwrap().as_deref(), Some("/pages"));
    }
}
