//! Flashes and saved forms: shown once, to their browser.

use crate::on_each_store::{on_each_server_store, on_each_store};
use crate::people::{Browser, person};
use serde_json::json;
use server::visitor::Level;
use server::{Db, FieldErrors, Visitor, on_both_databases, on_sqlite, sql};
use std::time::Duration;
use time::OffsetDateTime;
use tower_sessions::SessionStore;
use tower_sessions::session::Record;
use tower_sessions_sqlx_store::PostgresStore;
use tower_sessions_sqlx_store::SqliteStore;

/// A request that stores this flash.
async fn leave(browser: &mut Browser, level: Level, text: &str) {
    let visitor = browser.visit();
    visitor.flash(level, text).await.unwrap();
    browser.finish(visitor).await;
}

async fn shown(browser: &mut Browser) -> Vec<String> {
    let visitor = browser.visit();
    let flashes = visitor.take_flashes().await.unwrap();
    browser.finish(visitor).await;
    flashes.into_iter().map(|flash| flash.text).collect()
}

async fn keep(visitor: &Visitor, form: &str, name: &str) {
    let wrong = FieldErrors::one("name", "Too short.");
    visitor.keep_form(form, &[("name", name), ("email", "ada@example.com")], &wrong).await.unwrap();
}

async fn with_form(db: &Db, form: &str, name: &str) -> Browser {
    let mut browser = Browser::new(db);
    let visitor = browser.visit();
    keep(&visitor, form, name).await;
    browser.finish(visitor).await;
    browser
}

on_each_store! {
    async fn flashes_keep_their_order_and_level_and_are_shown_once(db: TestDb) {
        let mut browser = Browser::of(&db, &person(&db, "ada@example.com").await).await;
        let messages =
            [(Level::Error, "one"), (Level::Info, "two"), (Level::Warning, "three"), (Level::Success, "four"), (Level::Info, "five")];
        let visitor = browser.visit();
        for (level, text) in messages {
            visitor.flash(level, text).await.unwrap();
        }
        assert!(browser.finish(visitor).await.unwrap().has_pending);

        let visitor = browser.visit();
        let flashes = visitor.take_flashes().await.unwrap();
        assert_eq!(flashes.iter().map(|flash| (flash.level, flash.text.as_str())).collect::<Vec<_>>(), messages);
        browser.finish(visitor).await;
        assert!(!browser.has_pending);
        assert!(shown(&mut browser).await.is_empty());
    }

    async fn an_equal_flash_is_stored_once_and_the_last_five_are_kept(db: TestDb) {
        let mut browser = Browser::new(&db);
        for text in ["a", "a", "b", "c", "d", "e", "f", "f"] {
            leave(&mut browser, Level::Info, text).await;
        }
        assert_eq!(shown(&mut browser).await, ["b", "c", "d", "e", "f"]);
    }

    async fn a_flash_works_for_anonymous_visitors(db: TestDb) {
        let mut browser = Browser::new(&db);
        leave(&mut browser, Level::Info, "Hello, stranger.").await;
        assert_eq!(shown(&mut browser).await, ["Hello, stranger."]);
        assert!(shown(&mut browser).await.is_empty());
        assert!(!browser.is_logged_in().await);
    }

    async fn a_flash_is_for_its_browser_only(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let (mut here, mut there) = (Browser::of(&db, &user).await, Browser::of(&db, &user).await);
        leave(&mut here, Level::Info, "Here.").await;
        there.has_pending = true;
        assert!(shown(&mut there).await.is_empty());
        assert_eq!(shown(&mut here).await, ["Here."]);
    }

    async fn flashes_of_several_requests_are_shown_together(db: TestDb) {
        let mut browser = Browser::of(&db, &person(&db, "ada@example.com").await).await;
        leave(&mut browser, Level::Info, "first").await;
        leave(&mut browser, Level::Info, "second").await;
        assert_eq!(shown(&mut browser).await, ["first", "second"]);
    }

    async fn a_prefetched_page_consumes_no_flash(db: TestDb) {
        let mut browser = Browser::new(&db);
        leave(&mut browser, Level::Info, "For your eyes.").await;
        let visitor = browser.prefetch();
        assert!(visitor.take_flashes().await.unwrap().is_empty());
        assert_eq!(browser.finish(visitor).await, None);
        assert_eq!(shown(&mut browser).await, ["For your eyes."]);
    }

    async fn a_request_that_shows_no_page_consumes_no_flash(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let mut browser = Browser::of(&db, &user).await;
        leave(&mut browser, Level::Info, "Still here.").await;
        let visitor = browser.visit();
        assert!(visitor.login().await.unwrap().is_some());
        browser.finish(visitor).await;
        assert_eq!(shown(&mut browser).await, ["Still here."]);
    }

    async fn a_flash_survives_log_in_and_log_out(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let mut browser = Browser::new(&db);
        leave(&mut browser, Level::Info, "before").await;
        let visitor = browser.visit();
        visitor.log_in(&user, false).await.unwrap();
        visitor.flash(Level::Success, "welcome").await.unwrap();
        browser.finish(visitor).await;
        assert_eq!(shown(&mut browser).await, ["before", "welcome"]);

        leave(&mut browser, Level::Info, "on the way out").await;
        let visitor = browser.visit();
        visitor.log_out().await.unwrap();
        visitor.flash(Level::Info, "goodbye").await.unwrap();
        browser.finish(visitor).await;
        assert_eq!(shown(&mut browser).await, ["on the way out", "goodbye"]);
        assert!(shown(&mut browser).await.is_empty());
    }

    async fn a_flash_added_before_the_log_in_of_the_same_request_is_shown(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let mut browser = Browser::new(&db);
        let visitor = browser.visit();
        visitor.flash(Level::Info, "early").await.unwrap();
        visitor.log_in(&user, false).await.unwrap();
        browser.finish(visitor).await;
        assert!(browser.is_logged_in().await);
        assert_eq!(shown(&mut browser).await, ["early"]);
    }

    async fn a_flash_holds_any_text(db: TestDb) {
        let long = "long ".repeat(100);
        let mut browser = Browser::new(&db);
        for text in ["", "<b>&amp;\"'", "nul\0 and \r\n", "张 👩‍🚀 \u{202e}", "'; drop table users; --", &long] {
            leave(&mut browser, Level::Info, text).await;
            assert_eq!(shown(&mut browser).await, [text]);
        }
    }

    async fn a_saved_form_is_restored_once(db: TestDb) {
        let mut browser = with_form(&db, "/signup", "A\"><b>").await;
        assert!(browser.has_pending);
        let visitor = browser.visit();
        let form = visitor.take_form("/signup").await.unwrap();
        assert_eq!(form.value("name").as_deref(), Some("A\"><b>"));
        assert_eq!(form.value("email").as_deref(), Some("ada@example.com"));
        assert_eq!(form.error("name").as_deref(), Some("Too short."));
        assert_eq!((form.error("email"), form.value("password")), (None, None));
        browser.finish(visitor).await;
        assert_eq!(browser.visit().take_form("/signup").await.unwrap().value("name"), None);
        assert!(!browser.has_pending);
    }

    async fn a_saved_form_is_restored_on_its_own_page_only(db: TestDb) {
        let mut browser = with_form(&db, "/pages/1", "Mine").await;
        for other in ["/pages/2", "/pages", ""] {
            let visitor = browser.visit();
            assert_eq!(visitor.take_form(other).await.unwrap().value("name"), None);
            browser.finish(visitor).await;
        }
        assert_eq!(browser.visit().take_form("/pages/1").await.unwrap().value("name").as_deref(), Some("Mine"));
    }

    async fn a_prefetched_page_consumes_no_saved_form(db: TestDb) {
        let mut browser = with_form(&db, "/signup", "Ada").await;
        let visitor = browser.prefetch();
        assert_eq!(visitor.take_form("/signup").await.unwrap().value("name"), None);
        browser.finish(visitor).await;
        assert_eq!(browser.visit().take_form("/signup").await.unwrap().value("name").as_deref(), Some("Ada"));
    }

    async fn of_two_saved_forms_the_later_is_restored(db: TestDb) {
        let mut browser = with_form(&db, "/signup", "First").await;
        let visitor = browser.visit();
        keep(&visitor, "/signup", "Second").await;
        browser.finish(visitor).await;
        assert_eq!(browser.visit().take_form("/signup").await.unwrap().value("name").as_deref(), Some("Second"));
    }

    async fn a_form_too_large_to_save_still_shows_its_errors(db: TestDb) {
        let browser = with_form(&db, "/signup", &"x".repeat(200_000)).await;
        let form = browser.visit().take_form("/signup").await.unwrap();
        assert_eq!(form.error("name").as_deref(), Some("Too short."));
        assert_eq!(form.value("name"), Some("x".repeat(300)));
    }

    async fn a_saved_form_and_flashes_are_shown_together(db: TestDb) {
        let mut browser = with_form(&db, "/signup", "Ada").await;
        leave(&mut browser, Level::Error, "Look below.").await;
        let visitor = browser.visit();
        assert_eq!(visitor.take_form("/signup").await.unwrap().value("name").as_deref(), Some("Ada"));
        assert_eq!(visitor.take_flashes().await.unwrap().len(), 1);
        browser.finish(visitor).await;
        assert!(!browser.has_pending);
    }
}

on_both_databases! {
    async fn unreadable_session_data_of_another_build_is_ignored(db: TestDb) {
        let mut browser = Browser::new(&db);
        leave(&mut browser, Level::Info, "of this build").await;
        let id = browser.id.unwrap();
        let data = [("flash", json!(7)), ("flash.0", json!(7)), ("form.0", json!("old")), ("return_to", json!([1]))];
        let data = data.map(|(key, value)| (key.to_owned(), value)).into();
        let record = Record { id, data, expiry_date: OffsetDateTime::now_utc() + Duration::from_secs(60) };
        // As another build or the library would.
        if let Some((_, pool)) = db.sqlite_pools() { SqliteStore::new(pool.clone()).save(&record).await.unwrap() }
        if let Some(pool) = db.postgres_pool() { PostgresStore::new(pool.clone()).with_schema_name("public").unwrap().with_table_name("tower_sessions").unwrap().save(&record).await.unwrap() }
        assert!(shown(&mut browser).await.is_empty());
        let visitor = browser.visit();
        assert_eq!(visitor.take_form("/login").await.unwrap().value("email"), None);
        assert_eq!(visitor.take_return_path().await.unwrap(), None);
        visitor.flash(Level::Info, "new").await.unwrap();
        browser.finish(visitor).await;
        assert_eq!(shown(&mut browser).await, ["new"]);
    }
}

on_sqlite! {
    async fn flashes_that_the_database_refuses_to_put_back_can_be_put_back_later(db: TestDb) {
        let mut browser = Browser::new(&db);
        leave(&mut browser, Level::Info, "one").await;
        let failed = browser.visit();
        assert_eq!(failed.take_flashes().await.unwrap().len(), 1);
        let refuse = "create trigger refuse before update on tower_sessions begin select raise(abort, 'refused'); end";
        db.execute(sql!(refuse)).await.unwrap();
        assert!(failed.put_back().await.is_err());
        db.execute(sql!("drop trigger refuse")).await.unwrap();
        failed.put_back().await.unwrap();
        assert_eq!(shown(&mut browser).await, ["one"]);
    }
}
