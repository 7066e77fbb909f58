//! The timestamps of sessions and links when the clock was a day ahead and is corrected, and when it is a day behind.

use crate::clock::{DAY, MINUTE, ada, ahead, complete_emails, number, reset_email, secret, write};
use crate::people::{Browser, limits};
use server::sessions::{self, Limits};
use server::tokens::{self, Purpose};
use server::{Scope, accounts, jobs, on_both_databases};

const OLD_EMAILS: &str = "select count(*) from tokens where purpose = 'old email'";

on_both_databases! {
    async fn a_session_created_in_the_future_ends_at_limits_that_count_from_now(db: TestDb) {
        let ada = ada(&db).await;
        let Limits { idle, absolute, .. } = limits();
        let (idler, worker) = ahead(&db, async { (Browser::of(&db, &ada).await, Browser::of(&db, &ada).await) }).await;
        assert!(idler.is_logged_in().await);
        sessions::correct_future_timestamps(&db, limits()).await.unwrap();
        assert!(idler.is_logged_in().await, "the log-in lasts");
        for _ in 0..(absolute.as_secs() / 60 / 20 - 1) {
            db.clock().advance(20 * MINUTE);
            assert!(worker.is_logged_in().await);
        }
        assert!(!idler.is_logged_in().await && idle < absolute);
        db.clock().advance(20 * MINUTE);
        assert!(!worker.is_logged_in().await, "the absolute limit");
        assert_eq!(sessions::end_overdue(&db, limits()).await.unwrap(), 2);
    }

    async fn a_session_last_seen_in_the_future_ends_at_the_idle_limit(db: TestDb) {
        let ada = ada(&db).await;
        let browser = Browser::of(&db, &ada).await;
        write(&db, "update sessions set last_seen_at = last_seen_at + 80000000").await;
        sessions::correct_future_timestamps(&db, limits()).await.unwrap();
        db.clock().advance(limits().idle);
        assert!(!browser.is_logged_in().await);
    }

    async fn a_session_that_ended_in_the_future_is_deleted_after_a_week(db: TestDb) {
        let ada = ada(&db).await;
        let browser = Browser::of(&db, &ada).await;
        let id = browser.session_id().await;
        assert!(ahead(&db, async { sessions::end(&db, &Scope::of(&ada), &id).await.unwrap() }).await);
        sessions::correct_future_timestamps(&db, limits()).await.unwrap();
        db.clock().advance(DAY * 7);
        assert_eq!(sessions::purge(&db).await.unwrap(), 1);
    }

    async fn a_password_typed_in_the_future_is_not_recent(db: TestDb) {
        let ada = ada(&db).await;
        let browser = ahead(&db, Browser::of(&db, &ada)).await;
        assert!(!browser.login().await.is_recent(&db));
        sessions::correct_future_timestamps(&db, limits()).await.unwrap();
        write(&db, "update sessions set last_seen_at = last_seen_at + 86400000, expires_at = expires_at + 86400000").await;
        db.clock().advance(DAY);
        assert!(!browser.login().await.is_recent(&db), "nor at that time");
        sessions::reauthenticated(&db, &browser.login().await).await.unwrap();
        db.clock().set_back(2 * MINUTE);
        assert!(browser.login().await.is_recent(&db), "clocks of two processes may differ by minutes");
    }

    async fn log_ins_last_while_the_clock_is_a_day_behind(db: TestDb) {
        let ada = ada(&db).await;
        let browser = Browser::of(&db, &ada).await;
        db.clock().set_back(DAY);
        sessions::correct_future_timestamps(&db, limits()).await.unwrap();
        assert!(browser.is_logged_in().await);
        assert_eq!(sessions::end_overdue(&db, limits()).await.unwrap(), 0);
        let late = Browser::of(&db, &ada).await;
        assert!(late.is_logged_in().await && late.login().await.is_recent(&db));
    }

    async fn a_user_who_signed_up_in_the_future_is_notified_of_a_new_device(db: TestDb) {
        let ada = ahead(&db, ada(&db)).await;
        Browser::of(&db, &ada).await;
        assert_eq!(number(&db, "select count(*) from jobs where arguments like '%new-device%'").await, 1);
    }

    async fn a_link_created_in_the_future_is_valid_for_its_usual_time(db: TestDb) {
        ada(&db).await;
        let link = ahead(&db, reset_email(&db)).await.unwrap();
        tokens::correct_future_timestamps(&db).await.unwrap();
        let is_good = async || tokens::find(&db, Purpose::Reset, &link).await.unwrap().is_some();
        assert!(is_good().await);
        db.clock().advance(Purpose::Reset.lifetime());
        assert!(!is_good().await);
        tokens::purge(&db).await.unwrap();
        assert_eq!(number(&db, "select count(*) from tokens").await, 0);
    }

    async fn a_reset_email_is_sent_after_a_reset_in_the_future(db: TestDb) {
        let ada = ada(&db).await;
        let link = ahead(&db, reset_email(&db)).await.unwrap();
        write(&db, "update tokens set id = 'f' || substr(id, 2)").await; // ids sort by the system's clock, which was ahead
        ahead(&db, async { accounts::reset_password(&db, "", &link, "quiet-anchor-1815").await.unwrap() }).await;
        complete_emails(&db).await;
        let first = reset_email(&db).await.expect("a password that was chosen tomorrow is older than this email");
        ahead(&db, reset_email(&db)).await.unwrap();
        write(&db, "update tokens set id = 'f' || substr(id, 2)").await;
        let second = reset_email(&db).await.expect("so is an email that was sent tomorrow");
        assert!(first != second && tokens::find(&db, Purpose::Reset, &second).await.unwrap().is_some());
        assert_eq!(number(&db, "select count(*) from tokens where purpose = 'reset'").await, 1);
        assert_eq!(ada.email, "ada@example.com");
    }

    async fn an_old_address_given_up_in_the_future_is_reserved_for_its_usual_time(db: TestDb) {
        let ada = ada(&db).await;
        ahead(&db, async {
            accounts::request_email_change(&db, &ada, "new@example.com").await.unwrap();
            let job = jobs::claim(&db).await.unwrap().unwrap();
            let link = secret(&db, &job).await.unwrap();
            accounts::mark_verified(&db, &ada).await.unwrap();
            accounts::confirm_email(&db, "", &link, &ada, None).await.unwrap();
            while let Some(job) = jobs::claim(&db).await.unwrap() {
                secret(&db, &job).await.expect("a link to take it back");
            }
        }).await;
        assert_eq!(number(&db, OLD_EMAILS).await, 1);
        tokens::correct_future_timestamps(&db).await.unwrap();
        db.clock().advance(Purpose::OldEmail.lifetime());
        tokens::purge(&db).await.unwrap();
        assert_eq!(number(&db, OLD_EMAILS).await, 0);
    }
}
