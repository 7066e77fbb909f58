//! Stored timestamps when the clock was a day ahead and is corrected, and when it is a day behind: nothing waits, lasts
//! or is refused for a day.

use crate::people::{OPERATOR, person};
use server::emails::{self, Email};
use server::jobs::{self, Job};
use server::keys::Keys;
use server::rate_limits;
use server::testing::retry_after;
use server::{Config, Db, User, accounts, on_both_databases, sql, users};
use std::time::Duration;

pub const DAY: Duration = Duration::from_secs(86_400);
pub const MINUTE: Duration = Duration::from_secs(60);
const IP: &str = "203.0.113.7";

pub fn keys() -> Keys {
    Config::for_tests(&[]).session_keys
}

/// What happens a day ahead, before the clock is corrected.
pub async fn ahead<T>(db: &Db, happens: impl Future<Output = T>) -> T {
    db.clock().advance(DAY);
    let done = happens.await;
    db.clock().set_back(DAY);
    done
}

pub async fn write(db: &Db, statement: &str) {
    db.execute(sql!(statement)).await.unwrap();
}

pub async fn number(db: &Db, query: &str) -> i64 {
    db.row::<(_,)>(sql!(query)).await.unwrap().0
}

pub async fn secret(db: &Db, job: &Job) -> Option<String> {
    let message: &Email = &job.arguments().expect("an email");
    emails::prepare(db, &keys(), job, message).await.unwrap().map(|to| to.token)
}

pub async fn complete_emails(db: &Db) {
    while let Some(job) = jobs::claim(db).await.unwrap() {
        jobs::complete(db, &job).await.unwrap();
    }
}

/// A user with a confirmed address whose first email was sent.
pub async fn ada(db: &Db) -> User {
    let ada = person(db, "ada@example.com").await;
    accounts::mark_verified(db, &ada).await.unwrap();
    complete_emails(db).await;
    users::find(db, &ada.id).await.unwrap().unwrap()
}

pub async fn reset_email(db: &Db) -> Option<String> {
    emails::enqueue(db, Email::Reset { email: "ada@example.com".into() }).await.unwrap();
    let job = jobs::claim(db).await.unwrap().expect("a job that is due");
    let secret = secret(db, &job).await;
    jobs::complete(db, &job).await.unwrap();
    secret
}

on_both_databases! {
    async fn an_attempt_in_the_future_counts_as_a_full_bucket_that_drains_from_now(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        let log_in = async || rate_limits::log_in(&db, "ada@example.com", IP, None).await;
        ahead(&db, log_in()).await.unwrap();
        ahead(&db, async { rate_limits::code(&db, &ada.id, None).await }).await.unwrap();
        let wait = retry_after(log_in().await);
        assert!(wait <= Duration::from_secs(30), "{wait:?}");
        db.clock().advance(Duration::from_secs(30));
        assert!(log_in().await.is_ok());
        let wait = retry_after(rate_limits::code(&db, &ada.id, None).await);
        assert!(wait <= MINUTE, "{wait:?}");
        db.clock().advance(Duration::from_secs(300));
        let mut passed = 0;
        while log_in().await.is_ok() { passed += 1; }
        assert_eq!(passed, 10, "it has drained");
    }

    async fn maintenance_drains_a_bucket_that_was_filled_in_the_future(db: TestDb) {
        ahead(&db, async { rate_limits::sign_up(&db, IP).await }).await.unwrap();
        write(&db, "update rate_limits set empty_at = empty_at + 86400000").await;
        rate_limits::correct_future_timestamps(&db).await.unwrap();
        db.clock().advance(Duration::from_secs(25 * 3600));
        rate_limits::purge(&db).await.unwrap();
        assert_eq!(number(&db, "select count(*) from rate_limits").await, 0);
    }

    async fn a_clock_a_day_behind_allows_no_more_attempts_and_no_longer_wait(db: TestDb) {
        let log_in = async || rate_limits::log_in(&db, "ada@example.com", IP, None).await;
        while log_in().await.is_ok() {}
        db.clock().set_back(DAY);
        let mut passed = 0;
        for _ in 0..100 { passed += usize::from(log_in().await.is_ok()); }
        assert_eq!(passed, 0);
        let wait = retry_after(log_in().await);
        assert!(wait <= Duration::from_secs(30), "{wait:?}");
    }

    async fn a_right_password_under_a_fast_clock_is_refunded(db: TestDb) {
        for _ in 0..40 {
            let attempt = ahead(&db, async { rate_limits::log_in(&db, "ada@example.com", IP, None).await }).await;
            rate_limits::refund(&db, attempt.unwrap()).await.unwrap();
        }
    }

    async fn a_job_created_in_the_future_runs_now(db: TestDb) {
        ahead(&db, person(&db, "ada@example.com")).await;
        let job = jobs::claim(&db).await.unwrap().expect("it is due");
        assert!(secret(&db, &job).await.is_some());
    }

    async fn a_job_that_failed_or_was_claimed_in_the_future_waits_no_longer_than_others(db: TestDb) {
        person(&db, "ada@example.com").await;
        person(&db, "eve@example.com").await;
        ahead(&db, async {
            let failed = jobs::claim(&db).await.unwrap().unwrap();
            jobs::reschedule(&db, &failed, "the mail server is unreachable").await.unwrap();
            jobs::claim(&db).await.unwrap().expect("another one, which is not done")
        }).await;
        assert!(jobs::claim(&db).await.unwrap().is_some() && jobs::claim(&db).await.unwrap().is_some());
        assert!(jobs::claim(&db).await.unwrap().is_none(), "each job is claimed once");
    }

    async fn a_lease_of_a_node_whose_clock_is_slightly_ahead_is_respected(db: TestDb) {
        person(&db, "ada@example.com").await;
        db.clock().advance(4 * MINUTE);
        jobs::claim(&db).await.unwrap().unwrap();
        db.clock().set_back(4 * MINUTE);
        assert!(jobs::claim(&db).await.unwrap().is_none());
    }

    async fn a_job_that_was_given_up_in_the_future_is_deleted_after_a_month(db: TestDb) {
        person(&db, "ada@example.com").await;
        write(&db, &format!("update jobs set failed_at = {}", db.now() + 86_400_000)).await;
        jobs::correct_future_timestamps(&db).await.unwrap();
        db.clock().advance(DAY * 30);
        jobs::purge(&db).await.unwrap();
        assert_eq!(number(&db, "select count(*) from jobs").await, 0);
    }

    async fn a_job_that_an_admin_retries_after_a_week_stays_for_its_attempts(db: TestDb) {
        person(&db, "ada@example.com").await;
        write(&db, &format!("update jobs set failed_at = {}", db.now())).await;
        db.clock().advance(DAY * 8);
        for job in jobs::search(&db, jobs::Filter::Failed, 1).await.unwrap().rows {
            assert!(jobs::retry(&db, OPERATOR, &job.id).await.unwrap());
        }
        jobs::purge(&db).await.unwrap();
        assert_eq!(number(&db, "select count(*) from jobs where failed_at is null").await, 1);
    }

    async fn jobs_run_while_the_clock_is_a_day_behind(db: TestDb) {
        person(&db, "ada@example.com").await;
        db.clock().set_back(DAY);
        let job = jobs::claim(&db).await.unwrap().expect("it is due");
        assert!(jobs::reschedule(&db, &job, "the mail server is unreachable").await.unwrap());
        assert!(jobs::claim(&db).await.unwrap().is_none(), "not at once");
        db.clock().advance(Duration::from_secs(10));
        assert!(jobs::claim(&db).await.unwrap().is_some());
    }
}
