//! Rate limits: enough for users, too few for guessing, and no user is locked out for long.

use crate::people::person;
use server::rate_limits::{self, Attempt};
use server::testing::retry_after;
use server::visitor::KnownBrowser;
use server::{Db, Error, on_both_databases, sql};
use std::time::Duration;

const IP: &str = "203.0.113.7";

async fn log_in(db: &Db, email: &str, ip: &str) -> Result<Attempt, Error> {
    rate_limits::log_in(db, email, ip, None).await
}

/// Number of wrong log-ins before the limit, of at most 200.
async fn passes(db: &Db, email: &str, ips: impl Fn(u32) -> String) -> u32 {
    for number in 0..200 {
        if log_in(db, email, &ips(number)).await.is_err() {
            return number;
        }
    }
    200
}

fn one(ip: &str) -> impl Fn(u32) -> String {
    let ip = ip.to_owned();
    move |_| ip.clone()
}

on_both_databases! {
    async fn ten_wrong_passwords_are_allowed_and_then_one_each_half_minute(db: TestDb) {
        assert_eq!(passes(&db, "ada@example.com", one(IP)).await, 10);
        let wait = retry_after(log_in(&db, "ada@example.com", IP).await);
        assert!(wait <= Duration::from_secs(30) && wait > Duration::from_secs(20), "{wait:?}");
        db.clock().advance(wait);
        assert!(log_in(&db, "ada@example.com", IP).await.is_ok());
        assert!(log_in(&db, "ada@example.com", IP).await.is_err());
        db.clock().advance(Duration::from_secs(300));
        assert_eq!(passes(&db, "ada@example.com", one(IP)).await, 10, "after five minutes the bucket is empty");
    }

    async fn a_refused_attempt_does_not_extend_the_wait(db: TestDb) {
        passes(&db, "ada@example.com", one(IP)).await;
        let before = retry_after(log_in(&db, "ada@example.com", IP).await);
        for _ in 0..50 {
            assert!(retry_after(log_in(&db, "ada@example.com", IP).await) <= before);
        }
    }

    async fn all_spellings_of_an_address_count_together(db: TestDb) {
        let spellings = ["ada@example.com", "ADA@example.com", " Ada@Example.com "];
        for number in 0..10 {
            assert!(log_in(&db, spellings[number % 3], IP).await.is_ok());
        }
        assert!(spellings.len() == 3 && log_in(&db, spellings[1], IP).await.is_err());
    }

    async fn an_unknown_account_is_limited_like_any_other(db: TestDb) {
        person(&db, "ada@example.com").await;
        assert_eq!(passes(&db, "ada@example.com", one(IP)).await, passes(&db, "nobody@example.com", one("203.0.113.8")).await);
    }

    async fn attempts_of_one_ip_on_many_accounts_are_limited(db: TestDb) {
        let mut passed = 0;
        while log_in(&db, &format!("person{passed}@example.com"), IP).await.is_ok() {
            passed += 1;
            assert!(passed < 200);
        }
        assert_eq!(passed, 60);
        assert!(log_in(&db, "other@example.com", "203.0.113.8").await.is_ok());
    }

    async fn an_ipv6_network_counts_as_one_address(db: TestDb) {
        assert_eq!(passes(&db, "ada@example.com", |number| format!("2001:db8:1:2::{number:x}")).await, 10);
        assert!(log_in(&db, "ada@example.com", "2001:db8:1:3::1").await.is_ok(), "the neighbouring address");
    }

    async fn a_thousand_ips_guess_no_faster_and_do_not_block_the_owners_browser(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        let (own, others) = (KnownBrowser::of(&ada.id), KnownBrowser::of(&person(&db, "eve@example.com").await.id));
        let from = async |ip: &str, browser: &KnownBrowser| {
            rate_limits::log_in(&db, "ada@example.com", ip, Some(browser)).await
        };
        assert_eq!(passes(&db, "ada@example.com", |number| format!("198.51.100.{number}")).await, 30);
        assert!(log_in(&db, "ada@example.com", "198.51.100.250").await.is_err());
        assert!(from("198.51.100.1", &own).await.is_ok(), "her own browser, even with the IP address of the guesses");
        assert!(from("203.0.113.9", &own).await.is_ok(), "and with another IP address");
        assert!(from("203.0.113.9", &others).await.is_err(), "a browser of another user is unknown");
        let wait = retry_after(log_in(&db, "ada@example.com", "192.0.2.1").await);
        assert!(wait <= Duration::from_secs(10), "at a new place she waits {wait:?}");
    }

    async fn a_known_browser_is_limited_too(db: TestDb) {
        let own = KnownBrowser::of(&person(&db, "ada@example.com").await.id);
        let mut passed = 0;
        while rate_limits::log_in(&db, "ada@example.com", IP, Some(&own)).await.is_ok() {
            passed += 1;
        }
        assert_eq!(passed, 10);
    }

    async fn five_codes_are_allowed_then_one_a_minute_and_over_days_one_each_half_hour(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        let own = KnownBrowser::of(&ada.id);
        let passed = async |browser: Option<&KnownBrowser>| {
            let mut passed = 0;
            while rate_limits::code(&db, &ada.id, browser).await.is_ok() {
                passed += 1;
            }
            passed
        };
        assert_eq!(passed(None).await, 5);
        db.clock().advance(Duration::from_secs(60));
        assert_eq!(passed(None).await, 1);
        assert_eq!(passed(Some(&own)).await, 5, "her own browser, while others guess");
        assert_eq!(passed(Some(&KnownBrowser::of(&person(&db, "eve@example.com").await.id))).await, 0, "a browser of another user is unknown");
        let mut recovery_codes = 0;
        while rate_limits::recovery_code(&db, &ada.id, None).await.is_ok() { recovery_codes += 1; }
        assert_eq!(recovery_codes, 10, "it has another limit than codes");
        let mut of_a_week = 0;
        for _ in 0..7 * 24 * 4 {
            db.clock().advance(Duration::from_secs(15 * 60));
            of_a_week += passed(None).await;
        }
        assert!((7 * 48..7 * 48 + 50).contains(&of_a_week), "{of_a_week}");
    }

    async fn many_known_browsers_share_a_limit(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        let mut passed = 0;
        for _ in 0..100 {
            let own = KnownBrowser::of(&ada.id);
            for _ in 0..5 {
                passed += usize::from(rate_limits::code(&db, &ada.id, Some(&own)).await.is_ok());
            }
        }
        assert_eq!(passed, 200);
        assert!(rate_limits::code(&db, &ada.id, None).await.is_ok(), "any other browser has its own limit");
    }

    async fn a_right_password_does_not_count(db: TestDb) {
        for _ in 0..40 {
            let attempt = log_in(&db, "ada@example.com", IP).await.unwrap();
            rate_limits::refund(&db, attempt).await.unwrap();
        }
        assert_eq!(passes(&db, "ada@example.com", one(IP)).await, 10);
    }

    async fn a_hundred_attempts_at_once_are_limited_like_a_hundred_in_a_row(db: TestDb) {
        let tries: Vec<_> = (0..100).map(|_| {
            let db = (*db).clone();
            tokio::spawn(async move { log_in(&db, "ada@example.com", IP).await.is_ok() })
        }).collect();
        let mut passed = 0;
        for one in tries {
            passed += usize::from(one.await.unwrap());
        }
        assert_eq!(passed, 10);
    }

    async fn two_nodes_count_together(db: TestDb) {
        let other = server::db::connect(db.url(), false).await.unwrap();
        let mut passed = 0;
        for number in 0..30 {
            let node: &Db = if number % 2 == 0 { &db } else { &other };
            passed += usize::from(log_in(node, "ada@example.com", IP).await.is_ok());
        }
        assert_eq!(passed, 10);
        other.close().await;
    }

    async fn sign_ups_and_reauthentication_are_limited(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        let (mut sign_ups, mut passwords) = (0, 0);
        while rate_limits::sign_up(&db, IP).await.is_ok() { sign_ups += 1; }
        let session = server::Id::<server::sessions::Session>::new();
        while rate_limits::password(&db, &ada.id, &session).await.is_ok() { passwords += 1; }
        let mut emails = 0;
        while rate_limits::email_change(&db, &ada.id, &format!("{emails}@example.com")).await.is_ok() { emails += 1; }
        assert_eq!((sign_ups, passwords, emails), (200, 10, 5));
    }

    async fn drained_buckets_are_deleted_and_contain_no_address(db: TestDb) {
        log_in(&db, "ada@example.com", IP).await.unwrap();
        let dump: Vec<(Vec<u8>,)> = db.rows(sql!("select key_hash from rate_limits")).await.unwrap();
        assert_eq!(dump.len(), 3);
        assert!(dump.iter().all(|(key,)| key.len() == 32));
        db.clock().advance(Duration::from_secs(20));
        rate_limits::purge(&db).await.unwrap();
        let (left,): (i64,) = db.row(sql!("select count(*) from rate_limits")).await.unwrap();
        assert_eq!(left, 1, "the bucket that drains in half a minute");
    }
}
