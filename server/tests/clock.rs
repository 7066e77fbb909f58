//! Stored times when the clock was a day ahead and is set right, and when it is a day behind: nothing waits, lasts or is
//! refused for a day.

use crate::people::{Browser, limits, person};
use server::attempts::{self, Wait};
use server::config::Keys;
use server::jobs::{self, Job, Work};
use server::letters::{self, Letter};
use server::sessions::{self, Limits};
use server::tokens::{self, Purpose};
use server::{Config, Db, User, on, on_both_databases, users};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);
const MINUTE: Duration = Duration::from_secs(60);
const IP: &str = "203.0.113.7";

fn keys() -> Keys {
    Config::for_tests(&[]).session_keys
}

/// What happens a day ahead, before the clock is set right.
async fn ahead<T>(db: &Db, happens: impl Future<Output = T>) -> T {
    db.clock().advance(DAY);
    let done = happens.await;
    db.clock().set_back(DAY);
    done
}

async fn write(db: &Db, statement: &str) {
    on!(db.write(), pool => sqlx::query(statement).execute(pool).await.map(drop)).unwrap();
}

async fn number(db: &Db, query: &str) -> i64 {
    on!(db.read(), pool => sqlx::query_scalar(query).fetch_one(pool).await).unwrap()
}

async fn secret(db: &Db, job: &Job) -> Option<String> {
    let Some(Work::Mail(letter)) = &job.work else { panic!("no mail") };
    letters::address(db, &keys(), job, letter).await.unwrap().map(|to| to.token)
}

async fn mails_done(db: &Db) {
    while let Some(job) = jobs::claim(db).await.unwrap() {
        jobs::done(db, &job).await.unwrap();
    }
}

/// A user with a confirmed address whose first mail is done.
async fn ada(db: &Db) -> User {
    let ada = person(db, "ada@example.com").await;
    users::mark_verified(db, &ada).await.unwrap();
    mails_done(db).await;
    users::find(db, &ada.id).await.unwrap().unwrap()
}

async fn reset_mail(db: &Db) -> Option<String> {
    letters::ask_for(db, Letter::Reset { email: "ada@example.com".into() }).await.unwrap();
    let job = jobs::claim(db).await.unwrap().expect("a job that is due");
    let secret = secret(db, &job).await;
    jobs::done(db, &job).await.unwrap();
    secret
}

const OLD_EMAILS: &str = "select count(*) from tokens where purpose = 'old email'";

on_both_databases! {
    async fn a_try_of_tomorrow_counts_as_a_full_bucket_that_drains_from_now_on(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        let log_in = async || attempts::log_in(&db, "ada@example.com", IP, None).await.unwrap();
        ahead(&db, log_in()).await.unwrap();
        ahead(&db, async { attempts::code(&db, &ada.id, None).await.unwrap() }).await.unwrap();
        let Wait(wait) = log_in().await.unwrap_err();
        assert!(wait <= Duration::from_secs(30), "{wait:?}");
        db.clock().advance(Duration::from_secs(30));
        assert!(log_in().await.is_ok());
        let Wait(wait) = attempts::code(&db, &ada.id, None).await.unwrap().unwrap_err();
        assert!(wait <= MINUTE, "{wait:?}");
        db.clock().advance(Duration::from_secs(300));
        let mut passed = 0;
        while log_in().await.is_ok() { passed += 1; }
        assert_eq!(passed, 10, "it has drained");
    }

    async fn maintenance_drains_a_bucket_that_was_filled_in_the_future(db: TestDb) {
        ahead(&db, async { attempts::sign_up(&db, IP).await.unwrap() }).await.unwrap();
        write(&db, "update attempts set empty_at = empty_at + 86400000").await;
        attempts::settle(&db).await.unwrap();
        db.clock().advance(Duration::from_secs(25 * 3600));
        attempts::purge(&db).await.unwrap();
        assert_eq!(number(&db, "select count(*) from attempts").await, 0);
    }

    async fn a_clock_a_day_behind_allows_no_more_tries_and_no_longer_wait(db: TestDb) {
        let log_in = async || attempts::log_in(&db, "ada@example.com", IP, None).await.unwrap();
        while log_in().await.is_ok() {}
        db.clock().set_back(DAY);
        let mut passed = 0;
        for _ in 0..100 { passed += usize::from(log_in().await.is_ok()); }
        assert_eq!(passed, 0);
        let Wait(wait) = log_in().await.unwrap_err();
        assert!(wait <= Duration::from_secs(30), "{wait:?}");
    }

    async fn a_right_password_of_a_clock_that_was_ahead_is_taken_back(db: TestDb) {
        for _ in 0..40 {
            let attempt = ahead(&db, async { attempts::log_in(&db, "ada@example.com", IP, None).await.unwrap() }).await;
            attempts::take_back(&db, attempt.unwrap()).await.unwrap();
        }
    }

    async fn a_job_of_tomorrow_is_done_now(db: TestDb) {
        ahead(&db, person(&db, "ada@example.com")).await;
        let job = jobs::claim(&db).await.unwrap().expect("it is due");
        assert!(secret(&db, &job).await.is_some());
    }

    async fn a_job_that_failed_or_was_taken_tomorrow_waits_no_longer_than_any_other(db: TestDb) {
        person(&db, "ada@example.com").await;
        person(&db, "eve@example.com").await;
        ahead(&db, async {
            let failed = jobs::claim(&db).await.unwrap().unwrap();
            jobs::try_later(&db, &failed, "the mail server is away").await.unwrap();
            jobs::claim(&db).await.unwrap().expect("another one, which is not done")
        }).await;
        assert!(jobs::claim(&db).await.unwrap().is_some() && jobs::claim(&db).await.unwrap().is_some());
        assert!(jobs::claim(&db).await.unwrap().is_none(), "each is taken once");
    }

    async fn a_lease_of_a_node_whose_clock_is_a_little_ahead_is_its_own(db: TestDb) {
        person(&db, "ada@example.com").await;
        db.clock().advance(4 * MINUTE);
        jobs::claim(&db).await.unwrap().unwrap();
        db.clock().set_back(4 * MINUTE);
        assert!(jobs::claim(&db).await.unwrap().is_none());
    }

    async fn a_job_that_was_given_up_tomorrow_is_forgotten_after_a_month(db: TestDb) {
        person(&db, "ada@example.com").await;
        write(&db, &format!("update jobs set failed_at = {}", db.now() + 86_400_000)).await;
        jobs::settle(&db).await.unwrap();
        db.clock().advance(DAY * 30);
        jobs::purge(&db).await.unwrap();
        assert_eq!(number(&db, "select count(*) from jobs").await, 0);
    }

    async fn jobs_are_done_by_a_clock_that_is_a_day_behind(db: TestDb) {
        person(&db, "ada@example.com").await;
        db.clock().set_back(DAY);
        let job = jobs::claim(&db).await.unwrap().expect("it is due");
        assert!(jobs::try_later(&db, &job, "the mail server is away").await.unwrap());
        assert!(jobs::claim(&db).await.unwrap().is_none(), "not at once");
        db.clock().advance(Duration::from_secs(10));
        assert!(jobs::claim(&db).await.unwrap().is_some());
    }

    async fn a_session_of_tomorrow_ends_at_the_limits_that_count_from_now(db: TestDb) {
        let ada = ada(&db).await;
        let Limits { idle, absolute, .. } = limits();
        let (idler, worker) = ahead(&db, async { (Browser::of(&db, &ada).await, Browser::of(&db, &ada).await) }).await;
        assert!(idler.is_logged_in().await);
        sessions::settle(&db, limits()).await.unwrap();
        assert!(idler.is_logged_in().await, "who is logged in stays so");
        for _ in 0..(absolute.as_secs() / 60 / 20 - 1) {
            db.clock().advance(20 * MINUTE);
            assert!(worker.is_logged_in().await);
        }
        assert!(!idler.is_logged_in().await && idle < absolute);
        db.clock().advance(20 * MINUTE);
        assert!(!worker.is_logged_in().await, "the absolute limit");
        assert_eq!(sessions::end_overdue(&db, limits()).await.unwrap(), 2);
    }

    async fn a_session_that_was_seen_in_the_future_ends_at_the_idle_limit(db: TestDb) {
        let ada = ada(&db).await;
        let browser = Browser::of(&db, &ada).await;
        write(&db, "update sessions set last_seen_at = last_seen_at + 80000000").await;
        sessions::settle(&db, limits()).await.unwrap();
        db.clock().advance(limits().idle);
        assert!(!browser.is_logged_in().await);
    }

    async fn a_session_that_ended_tomorrow_is_forgotten_after_a_week(db: TestDb) {
        let ada = ada(&db).await;
        let browser = Browser::of(&db, &ada).await;
        let id = browser.session_id().await;
        assert!(ahead(&db, async { sessions::end(&db, &ada.id, &id).await.unwrap() }).await);
        sessions::settle(&db, limits()).await.unwrap();
        db.clock().advance(DAY * 7);
        assert_eq!(sessions::purge(&db).await.unwrap(), 1);
    }

    async fn a_password_that_was_typed_tomorrow_was_not_typed_lately(db: TestDb) {
        let ada = ada(&db).await;
        let browser = ahead(&db, Browser::of(&db, &ada)).await;
        assert!(!browser.login().await.is_recent(&db));
        sessions::settle(&db, limits()).await.unwrap();
        write(&db, "update sessions set last_seen_at = last_seen_at + 86400000, expires_at = expires_at + 86400000").await;
        db.clock().advance(DAY);
        assert!(!browser.login().await.is_recent(&db), "nor when that time comes");
        sessions::reauthenticated(&db, &browser.login().await).await.unwrap();
        db.clock().set_back(2 * MINUTE);
        assert!(browser.login().await.is_recent(&db), "clocks of two nodes may differ by minutes");
    }

    async fn who_is_logged_in_stays_so_while_the_clock_is_a_day_behind(db: TestDb) {
        let ada = ada(&db).await;
        let browser = Browser::of(&db, &ada).await;
        db.clock().set_back(DAY);
        sessions::settle(&db, limits()).await.unwrap();
        assert!(browser.is_logged_in().await);
        assert_eq!(sessions::end_overdue(&db, limits()).await.unwrap(), 0);
        let late = Browser::of(&db, &ada).await;
        assert!(late.is_logged_in().await && late.login().await.is_recent(&db));
    }

    async fn a_user_who_signed_up_in_the_future_is_told_of_a_new_device(db: TestDb) {
        let ada = ahead(&db, ada(&db)).await;
        Browser::of(&db, &ada).await;
        assert_eq!(number(&db, "select count(*) from jobs where arguments like '%new-device%'").await, 1);
    }

    async fn a_link_of_tomorrow_is_good_for_as_long_as_its_purpose_says(db: TestDb) {
        ada(&db).await;
        let link = ahead(&db, reset_mail(&db)).await.unwrap();
        tokens::settle(&db).await.unwrap();
        let is_good = async || tokens::find(&db, Purpose::Reset, &link).await.unwrap().is_some();
        assert!(is_good().await);
        db.clock().advance(Purpose::Reset.lasts());
        assert!(!is_good().await);
        tokens::purge(&db).await.unwrap();
        assert_eq!(number(&db, "select count(*) from tokens").await, 0);
    }

    async fn a_reset_mail_is_sent_after_a_reset_in_the_future(db: TestDb) {
        let ada = ada(&db).await;
        let link = ahead(&db, reset_mail(&db)).await.unwrap();
        write(&db, "update tokens set id = 'f' || substr(id, 2)").await; // ids sort by the system's clock, which was ahead
        ahead(&db, async { users::reset_password(&db, "", &link, "quiet-anchor-1815").await.unwrap().unwrap() }).await;
        mails_done(&db).await;
        let first = reset_mail(&db).await.expect("a password that was chosen tomorrow is older than this mail");
        ahead(&db, reset_mail(&db)).await.unwrap();
        write(&db, "update tokens set id = 'f' || substr(id, 2)").await;
        let second = reset_mail(&db).await.expect("so is a mail that was sent tomorrow");
        assert!(first != second && tokens::find(&db, Purpose::Reset, &second).await.unwrap().is_some());
        assert_eq!(number(&db, "select count(*) from tokens where purpose = 'reset'").await, 1);
        assert_eq!(ada.email, "ada@example.com");
    }

    async fn an_old_address_that_was_given_up_tomorrow_is_kept_for_its_own_time(db: TestDb) {
        let ada = ada(&db).await;
        ahead(&db, async {
            users::ask_for_email(&db, &ada, "new@example.com").await.unwrap().unwrap();
            let job = jobs::claim(&db).await.unwrap().unwrap();
            let link = secret(&db, &job).await.unwrap();
            users::mark_verified(&db, &ada).await.unwrap();
            users::confirm_email(&db, "", &link, &ada, None).await.unwrap().unwrap();
            while let Some(job) = jobs::claim(&db).await.unwrap() {
                secret(&db, &job).await.expect("a link to take it back");
            }
        }).await;
        assert_eq!(number(&db, OLD_EMAILS).await, 1);
        tokens::settle(&db).await.unwrap();
        db.clock().advance(Purpose::OldEmail.lasts());
        tokens::purge(&db).await.unwrap();
        assert_eq!(number(&db, OLD_EMAILS).await, 0);
    }
}
