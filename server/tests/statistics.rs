//! Statistics: sign-ups, active users and failed log-ins of each day, and totals.

use crate::people::{Browser, OPERATOR, limits, person};
use server::clock::{beginning, day};
use server::statistics::{self, Totals};
use server::{Db, Error, Id, User, accounts, active_days, on_both_databases, rate_limits, sql, users};
use std::time::Duration;
use tokio::task::JoinSet;

const DAY: Duration = Duration::from_secs(86_400);
const IP: &str = "203.0.113.7";
const ADA: &str = "ada@example.com";

/// Noon, so that no test crosses midnight.
async fn at_noon(db: &Db) {
    db.clock().stop();
    db.clock().set_back(DAY);
    let noon = beginning(day(db.now()) + 1) + 12 * 3_600_000;
    db.clock().advance(Duration::from_millis((noon - db.now()).unsigned_abs()));
}

/// Sign-ups of the last days, today last.
async fn sign_ups(db: &Db, days: i64) -> Vec<i64> {
    statistics::days(db, days).await.unwrap().into_iter().map(|day| day.sign_ups).collect()
}

async fn active(db: &Db, days: i64) -> Vec<i64> {
    statistics::days(db, days).await.unwrap().into_iter().map(|day| day.active_users).collect()
}

async fn failed(db: &Db, days: i64) -> Vec<i64> {
    statistics::days(db, days).await.unwrap().into_iter().map(|day| day.failed_log_ins).collect()
}

async fn remembered(db: &Db, user: &User) -> Browser {
    let mut browser = Browser::new(db);
    browser.log_in(user, true).await;
    browser
}

/// As the log-in page does it.
async fn try_password(db: &Db, email: &str, password: &str) -> Result<Option<User>, Error> {
    let attempt = rate_limits::log_in(db, email, IP, None).await?;
    let user = users::authenticate(db, email, password).await?;
    if user.is_some() {
        rate_limits::refund(db, attempt).await?;
    }
    Ok(user)
}

on_both_databases! {
    async fn a_user_is_active_on_the_days_of_a_log_in_and_of_a_page_view(db: TestDb) {
        at_noon(&db).await;
        let (ada, eve) = (person(&db, ADA).await, person(&db, "eve@example.com").await);
        person(&db, "idle@example.com").await;
        let (here, _there) = (remembered(&db, &ada).await, remembered(&db, &ada).await);
        remembered(&db, &eve).await;
        db.clock().advance(2 * DAY);
        assert_eq!(active(&db, 3).await, [2, 0, 0], "a user with two devices counts once");
        assert!(here.is_logged_in().await && here.is_logged_in().await);
        db.clock().advance(Duration::from_secs(3600));
        assert!(here.is_logged_in().await);
        assert_eq!(active(&db, 3).await, [2, 0, 1]);
        let today = beginning(day(db.now()));
        let days = active_days::of_user(&db, &ada.id).await.unwrap();
        assert_eq!(days, [today - 2 * 86_400_000, today]);
        assert_eq!(statistics::days(&db, 2).await.unwrap()[1].at, today);
    }

    async fn a_prefetched_page_is_no_activity(db: TestDb) {
        at_noon(&db).await;
        let browser = remembered(&db, &person(&db, ADA).await).await;
        db.clock().advance(DAY);
        assert!(browser.prefetch().login().await.unwrap().is_some());
        assert_eq!(active(&db, 2).await, [1, 0]);
    }

    async fn a_refused_log_in_is_no_activity(db: TestDb) {
        at_noon(&db).await;
        let ada = person(&db, ADA).await;
        accounts::disable(&db, OPERATOR, &ada).await.unwrap();
        assert!(!Browser::new(&db).visit().log_in(&ada, false).await.unwrap());
        assert_eq!(active(&db, 1).await, [0]);
    }

    async fn parallel_requests_on_a_new_day_count_one_user_and_update_each_session(db: TestDb) {
        at_noon(&db).await;
        let ada = person(&db, ADA).await;
        let mut browsers = Vec::new();
        for days in 1..=8 {
            db.clock().advance(DAY);
            let visits = browsers.iter().map(Browser::visit).map(|visitor| async move { visitor.login().await.unwrap().is_some() });
            let visits: JoinSet<bool> = visits.collect();
            let (seen, new) = tokio::join!(visits.join_all(), remembered(&db, &ada));
            assert_eq!(seen, vec![true; browsers.len()]);
            browsers.push(new);
            assert_eq!(active(&db, days).await, vec![1; days as usize]);
            let late = "select count(*) from sessions where last_seen_at <> $1";
            assert_eq!(db.row::<(i64,)>(sql!(late, db.now())).await.unwrap(), (0,), "sessions that were not updated");
        }
    }

    async fn each_wrong_password_counts_as_a_failed_log_in_and_a_right_one_does_not(db: TestDb) {
        at_noon(&db).await;
        person(&db, ADA).await;
        assert!(try_password(&db, ADA, crate::people::PASSWORD).await.unwrap().is_some());
        assert_eq!(failed(&db, 1).await, [0]);
        for email in [ADA, "unknown@example.com", "unknown@example.com"] {
            assert!(try_password(&db, email, "quiet-anchor-1815").await.unwrap().is_none());
        }
        db.clock().advance(DAY);
        assert!(try_password(&db, ADA, "quiet-anchor-1815").await.unwrap().is_none());
        assert_eq!(failed(&db, 3).await, [0, 3, 1]);
    }

    async fn wrong_codes_and_passkeys_count_as_failed_log_ins(db: TestDb) {
        at_noon(&db).await;
        let id = Id::new();
        let code = rate_limits::code(&db, &id, None).await.unwrap();
        rate_limits::recovery_code(&db, &id, None).await.unwrap();
        rate_limits::passkey(&db, IP).await.unwrap();
        rate_limits::password(&db, &id, &id).await.unwrap();
        assert_eq!(failed(&db, 1).await, [3], "a password that is typed again while logged in is no log-in");
        rate_limits::refund(&db, code).await.unwrap();
        assert_eq!(failed(&db, 1).await, [2]);
    }

    async fn an_attempt_that_a_rate_limit_refuses_is_not_counted(db: TestDb) {
        at_noon(&db).await;
        let mut tried = 0;
        while rate_limits::log_in(&db, ADA, IP, None).await.is_ok() {
            tried += 1;
        }
        assert_eq!(failed(&db, 1).await, [tried]);
    }

    async fn a_right_password_after_midnight_is_taken_from_the_day_of_the_attempt(db: TestDb) {
        at_noon(&db).await;
        let attempt = rate_limits::log_in(&db, ADA, IP, None).await.unwrap();
        db.clock().advance(DAY);
        rate_limits::refund(&db, attempt).await.unwrap();
        assert_eq!(failed(&db, 2).await, [0, 0]);
    }

    async fn sign_ups_are_counted_on_their_day_and_days_without_one_are_zero(db: TestDb) {
        at_noon(&db).await;
        assert_eq!(sign_ups(&db, 30).await, [0; 30]);
        let ada = person(&db, ADA).await;
        person(&db, "eve@example.com").await;
        // The first and the last millisecond of a day.
        db.clock().advance(Duration::from_secs(12 * 3600) - Duration::from_millis(1));
        person(&db, "late@example.com").await;
        db.clock().advance(Duration::from_millis(1));
        person(&db, "early@example.com").await;
        db.clock().advance(DAY);
        assert_eq!(sign_ups(&db, 4).await, [0, 3, 1, 0]);
        accounts::delete(&db, OPERATOR, &ada).await.unwrap();
        assert_eq!(sign_ups(&db, 3).await, [2, 1, 0]);
        for (asked, days) in [(i64::MIN, 1), (0, 1), (90, 90), (i64::MAX, 90)] {
            assert_eq!(statistics::days(&db, asked).await.unwrap().len(), days, "{asked}");
        }
    }

    async fn totals_count_users_sessions_and_jobs(db: TestDb) {
        at_noon(&db).await;
        let (ada, eve) = (person(&db, ADA).await, person(&db, "eve@example.com").await);
        accounts::mark_verified(&db, &ada).await.unwrap();
        remembered(&db, &ada).await;
        Browser::of(&db, &ada).await;
        Browser::of(&db, &eve).await;
        db.clock().advance(limits().idle);
        Browser::of(&db, &eve).await;
        for change in [
            "update users set undeliverable_email = email where email like 'eve%'",
            "update jobs set failed_at = 1 where id = (select min(id) from jobs)",
        ] {
            db.execute(sql!(change)).await.unwrap();
        }
        let expected = Totals {
            users: 2,
            active_sessions: 2,
            undeliverable_addresses: 1,
            waiting_jobs: 1,
            failed_jobs: 1,
        };
        assert_eq!(statistics::totals(&db, limits()).await.unwrap(), expected);
    }

    async fn days_are_kept_for_ninety_days(db: TestDb) {
        at_noon(&db).await;
        let ada = person(&db, ADA).await;
        remembered(&db, &ada).await;
        rate_limits::log_in(&db, ADA, IP, None).await.unwrap();
        let rows = async || {
            let count = "select (select count(*) from active_days), (select count(*) from daily_counts)";
            db.row::<(i64, i64)>(sql!(count)).await.unwrap()
        };
        db.clock().advance(90 * DAY);
        statistics::purge(&db).await.unwrap();
        assert_eq!(rows().await, (1, 1));
        db.clock().advance(DAY);
        statistics::purge(&db).await.unwrap();
        assert_eq!(rows().await, (0, 0));
    }
}
