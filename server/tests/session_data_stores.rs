//! Session data with each store: it moves with a log-in, and an old value of the cookie gives nothing that works once.

use crate::on_each_store::{on_each_server_store, on_each_store};
use crate::passkey_devices::{device_of, log_in_options, log_in_with, send_answer};
use crate::people::stores::with;
use crate::people::{Browser, OPERATOR, person};
use server::accounts::two_factor;
use server::testing::TestDb;
use server::visitor::Level;
use server::{Error, FieldErrors, Id, User, Visitor, sessions, sql, users};
use std::time::Duration;

async fn texts(browser: &mut Browser) -> Vec<String> {
    let visitor = browser.visit();
    let flashes = visitor.take_flashes().await.unwrap();
    browser.finish(visitor).await;
    flashes.into_iter().map(|flash| flash.text).collect()
}

async fn store_flash(browser: &mut Browser, text: &str) {
    let visitor = browser.visit();
    visitor.flash(Level::Info, text).await.unwrap();
    browser.finish(visitor).await;
}

/// A copy of all cookies, and so an attacker's, or a browser that sends an old value again.
fn copy_of(browser: &Browser, db: &TestDb) -> Browser {
    let mut copy = Browser::new(db);
    (copy.id, copy.has_pending, copy.had_login) = (browser.id, true, browser.had_login);
    copy.data_cookie = browser.data_cookie.clone();
    copy
}

async fn has_form(browser: &Browser) -> bool {
    let form = browser.visit().take_form("/one").await.unwrap();
    form.value("name").is_some()
}

async fn store_form(browser: &mut Browser, name: &str) -> Result<(), Error> {
    let visitor = browser.visit();
    visitor.keep_form("/one", &[("name", name)], &FieldErrors::default()).await?;
    visitor.save().await?;
    let data = visitor.changed_data_cookie()?;
    browser.keep_data(data);
    browser.finish(visitor).await;
    Ok(())
}

async fn with_two_factor(db: &TestDb, user: &User) -> User {
    db.execute(sql!("update users set second_factor_at = 1 where id = $1", user.id)).await.unwrap();
    users::find(db, &user.id).await.unwrap().unwrap()
}

on_each_store! {
    async fn a_log_in_moves_the_session_data_to_the_new_id_and_drops_forms_of_others(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let mut browser = Browser::new(&db);
        store_flash(&mut browser, "before").await;
        store_form(&mut browser, "of another person").await.unwrap();
        let old = browser.id;
        browser.log_in(&user, false).await;
        assert_ne!(browser.id, old);
        assert!(!has_form(&browser).await);
        store_flash(&mut browser, "after").await;
        assert_eq!(texts(&mut browser).await, ["before", "after"]);
        assert!(texts(&mut browser).await.is_empty());
    }

    async fn a_log_out_keeps_messages_and_drops_forms_and_the_return_path(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let mut browser = Browser::of(&db, &user).await;
        store_form(&mut browser, "Ada").await.unwrap();
        let visitor = browser.visit();
        visitor.return_to("/account").await.unwrap();
        browser.finish(visitor).await;
        let visitor = browser.visit();
        visitor.log_out().await.unwrap();
        visitor.flash(Level::Info, "You are logged out.").await.unwrap();
        browser.finish(visitor).await;
        assert!(!browser.is_logged_in().await);
        assert_eq!(texts(&mut browser).await, ["You are logged out."]);
        browser.log_in(&user, false).await;
        assert!(!has_form(&browser).await);
        assert_eq!(browser.visit().take_return_path().await.unwrap(), None);
    }

    async fn a_revoked_log_in_ends_at_once_and_session_data_does_not_restore_it(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let mut browser = Browser::of(&db, &user).await;
        store_flash(&mut browser, "Hello.").await;
        sessions::revoke_all(&db, OPERATOR, &user).await.unwrap();
        assert!(!browser.is_logged_in().await);
        store_flash(&mut browser, "Another.").await;
        assert!(!browser.is_logged_in().await);
        assert_eq!(texts(&mut browser).await, ["Hello.", "Another."]);
    }

    async fn an_answered_passkey_challenge_cannot_be_answered_again_with_old_cookies(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        let device = device_of(&db, &ada).await;
        let mut browser = Browser::new(&db);
        let options = log_in_options(&mut browser).await;
        let mut again = copy_of(&browser, &db);
        let answer = device.answer(&options);
        assert_eq!(send_answer(&db, &mut browser, &answer).await.unwrap().id, ada.id);
        assert!(send_answer(&db, &mut copy_of(&again, &db), &answer).await.is_none());
        // The row of the passkey remembers the last challenge only.
        assert!(log_in_with(&db, &device).await.is_some());
        assert!(send_answer(&db, &mut again, &answer).await.is_none());
        assert!(send_answer(&db, &mut browser, &answer).await.is_none());
    }

    async fn a_completed_pending_log_in_cannot_be_completed_again_with_old_cookies(db: TestDb) {
        let user = with_two_factor(&db, &person(&db, "ada@example.com").await).await;
        let mut browser = Browser::new(&db);
        let visitor = browser.visit();
        visitor.begin_log_in(&user, false).await.unwrap();
        browser.finish(visitor).await;
        assert!(browser.visit().pending_login().await.unwrap().is_some());
        let copy = copy_of(&browser, &db);
        browser.log_in(&user, false).await;
        assert!(copy.visit().pending_login().await.unwrap().is_none());
        db.clock().advance(Duration::from_secs(3 * 60)); // the mark of the replaced id is gone
        assert!(copy.visit().pending_login().await.unwrap().is_none());
        assert!(browser.visit().pending_login().await.unwrap().is_none());
    }

    async fn new_recovery_codes_are_shown_once_also_to_old_cookies(db: TestDb) {
        let user = with_two_factor(&db, &person(&db, "ada@example.com").await).await;
        let mut browser = Browser::of(&db, &user).await;
        let visitor = browser.visit();
        let codes = two_factor::renew_recovery_codes(&db, visitor.actor(&user), &user).await.unwrap().unwrap();
        visitor.keep_recovery_codes(&user, &codes).await.unwrap();
        browser.finish(visitor).await;
        let copy = copy_of(&browser, &db);
        let page = browser.visit();
        assert_eq!(page.take_recovery_codes().await.unwrap(), Some(codes));
        browser.finish(page).await;
        assert_eq!(copy.visit().take_recovery_codes().await.unwrap(), None);
    }

    async fn a_forgotten_log_in_email_stays_forgotten_with_old_cookies(db: TestDb) {
        let mut browser = Browser::new(&db);
        let visitor = browser.visit();
        visitor.remember_log_in_email(&Id::new(), "ada@example.com").await.unwrap();
        browser.finish(visitor).await;
        let copy = copy_of(&browser, &db);
        assert!(copy.visit().log_in_email().await.unwrap().is_some());
        let visitor = browser.visit();
        visitor.forget_log_in_email().await.unwrap();
        browser.finish(visitor).await;
        assert_eq!(copy.visit().log_in_email().await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_page_with_several_messages_writes_nothing_in_sql_with_a_cookie() {
    with("cookie", async |db: TestDb| {
        let mut browser = Browser::new(&db);
        for text in ["one", "two"] {
            store_flash(&mut browser, text).await;
        }
        store_form(&mut browser, "Ada").await.unwrap();
        assert!(has_form(&browser).await);
        assert_eq!(texts(&mut browser).await, ["one", "two"]);
        let (rows,): (i64,) = db.row(sql!("select count(*) from tower_sessions")).await.unwrap();
        assert_eq!(rows, 0);
    })
    .await;
}

#[tokio::test]
async fn an_old_value_of_the_cookie_is_valid_until_its_expiry() {
    with("cookie", async |db: TestDb| {
        let mut browser = Browser::of(&db, &person(&db, "ada@example.com").await).await;
        store_flash(&mut browser, "Hello.").await;
        let mut copy = copy_of(&browser, &db);
        assert_eq!(texts(&mut browser).await, ["Hello."]);
        assert_eq!(browser.data_cookie, None, "it is removed when it is empty");
        db.clock().advance(Duration::from_secs(60));
        assert_eq!(texts(&mut copy_of(&copy, &db)).await, ["Hello."], "a known limit of this store");
        db.clock().advance(Duration::from_secs(24 * 3600));
        assert!(texts(&mut copy).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_forged_truncated_or_moved_value_of_the_cookie_is_ignored() {
    with("cookie", async |db: TestDb| {
        let mut browser = Browser::new(&db);
        let mut other = Browser::new(&db);
        store_flash(&mut browser, "Hello.").await;
        store_flash(&mut other, "Of the other.").await;
        let good = browser.data_cookie.clone().unwrap();
        let flipped = good.replace(&good[40..41], if &good[40..41] == "A" { "B" } else { "A" });
        let moved = other.data_cookie.clone().unwrap();
        for wrong in ["", "A", "%", &good[..good.len() - 1], &flipped, &format!("{good}A"), &moved] {
            let mut copy = copy_of(&browser, &db);
            copy.data_cookie = Some(wrong.to_owned());
            assert!(texts(&mut copy).await.is_empty(), "{wrong}");
            store_flash(&mut copy, "New.").await;
            assert_eq!(texts(&mut copy).await, ["New."], "{wrong}");
        }
        assert_eq!(texts(&mut browser).await, ["Hello."]);
    })
    .await;
}

#[tokio::test]
async fn a_form_too_large_for_the_cookie_is_refused_and_an_older_one_makes_room() {
    with("cookie", async |db: TestDb| {
        let mut browser = Browser::of(&db, &person(&db, "ada@example.com").await).await;
        store_flash(&mut browser, "Hello.").await;
        assert!(matches!(store_form(&mut browser, &"x".repeat(6_000)).await, Err(Error::TooLargeForCookie)));
        assert_eq!(texts(&mut copy_of(&browser, &db)).await, ["Hello."], "nothing was changed");
        for form in ["/one", "/two"] {
            let visitor = browser.visit();
            visitor.keep_form(form, &[("name", &"y".repeat(2_000))], &FieldErrors::default()).await.unwrap();
            browser.finish(visitor).await;
        }
        assert!(browser.data_cookie.as_ref().unwrap().len() <= 3_800);
        assert!(!has_form(&browser).await, "the older one");
        let page: Visitor = browser.visit();
        assert!(page.take_form("/two").await.unwrap().value("name").is_some());
        store_flash(&mut browser, &"é".repeat(500)).await;
        assert_eq!(texts(&mut browser).await.len(), 1, "a message always fits");
    })
    .await;
}
