//! Lists of sessions: a user's own devices, and all sessions for an admin.

use crate::people::{Browser, limits, named, person};
use server::sessions::Session;
use server::sessions::{self, Device};
use server::{Db, Id, on_both_databases, sql};
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);

async fn found(db: &Db, words: &str) -> Vec<String> {
    let page = sessions::search(db, words, 1, limits()).await.unwrap();
    assert_eq!(page.total, page.rows.len() as i64, "{words:?}");
    page.rows.into_iter().map(|row| row.email).collect()
}

async fn from(db: &Db, user: &server::User, ip: &str, user_agent: &str) -> Browser {
    let mut browser = Browser::new(db);
    browser.device = Device::new(ip, user_agent);
    browser.log_in(user, false).await;
    browser
}

on_both_databases! {
    async fn devices_are_listed_by_last_activity(db: TestDb) {
        let (ada, eve) = (person(&db, "ada@example.com").await, person(&db, "eve@example.com").await);
        Browser::of(&db, &eve).await;
        let mut browsers = Vec::new();
        for _ in 0..3 {
            browsers.push(Browser::of(&db, &ada).await);
            db.clock().advance(2 * MINUTE);
        }
        assert!(browsers[1].is_logged_in().await);
        let mut expected: Vec<Id<Session>> = Vec::new();
        for place in [1, 2, 0] {
            expected.push(browsers[place].prefetch().login().await.unwrap().unwrap().session_id.clone());
        }
        let listed = sessions::of_user(&db, &ada.id, limits()).await.unwrap();
        assert_eq!(listed.into_iter().map(|session| session.id).collect::<Vec<_>>(), expected);
    }

    async fn expired_sessions_are_not_listed(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        Browser::of(&db, &user).await;
        let mut kept = Browser::new(&db);
        kept.log_in(&user, true).await;
        db.clock().advance(limits().idle + MINUTE);
        let listed = sessions::of_user(&db, &user.id, limits()).await.unwrap();
        assert_eq!(listed.len(), 1);
        assert!(listed[0].remember);
        assert_eq!(sessions::search(&db, "", 1, limits()).await.unwrap().total, 1);
        db.clock().advance(limits().remember);
        assert!(sessions::of_user(&db, &user.id, limits()).await.unwrap().is_empty());
        assert_eq!(sessions::search(&db, "", 1, limits()).await.unwrap().total, 0);
    }

    async fn a_session_has_its_ip_device_and_times(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let start = db.now();
        from(&db, &user, "2001:db8::7", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0").await;
        let session = sessions::of_user(&db, &user.id, limits()).await.unwrap().remove(0);
        assert_eq!((session.ip.as_str(), session.device().as_str()), ("2001:db8::7", "Firefox on Linux"));
        assert!((start..=db.now()).contains(&session.created_at));
        assert_eq!(session.created_at, session.last_seen_at);
        assert!(!session.remember);
    }

    async fn a_user_agent_is_stored_short_and_printable(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let wild = format!("<script>\0\u{1b}[31m\r\n{}Firefox/1", "é".repeat(100_000));
        from(&db, &user, "", &wild).await;
        let session = sessions::of_user(&db, &user.id, limits()).await.unwrap().remove(0);
        assert_eq!(session.device(), "An unknown browser");
        let (kept,): (String,) = db.row(sql!("select user_agent from sessions")).await.unwrap();
        assert!(kept.chars().count() <= 400 && !kept.chars().any(char::is_control), "{kept}");
    }

    async fn sessions_of_all_users_are_listed_newest_first(db: TestDb) {
        for email in ["first@example.com", "second@example.com", "third@example.com"] {
            Browser::of(&db, &person(&db, email).await).await;
            db.clock().advance(Duration::from_secs(1));
        }
        assert_eq!(found(&db, "").await, ["third@example.com", "second@example.com", "first@example.com"]);
    }

    async fn sessions_are_found_by_name_email_and_address(db: TestDb) {
        let ada = named(&db, "ada@example.com", "Änne Lovelace").await;
        let bob = named(&db, "bob_99@example.com", "Bob 100%").await;
        from(&db, &ada, "192.0.2.1", "").await;
        from(&db, &bob, "2001:db8::b0b", "").await;
        for (words, email) in [
            ("änne", "ada@"), ("ÄNNE LOVE", "ada@"), ("ADA@EXAMPLE", "ada@"), ("192.0.2", "ada@"), (" lovelace ", "ada@"),
            ("b_9", "bob_99@"), ("100%", "bob_99@"), ("%", "bob_99@"), ("_", "bob_99@"), ("2001:DB8", "bob_99@"),
        ] {
            assert_eq!(found(&db, words).await, [format!("{email}example.com")], "{words:?}");
        }
        for words in ["nobody", "a%e", "a_a", "\\", "' or 1=1 --", "100\\%", "192.0.2.2"] {
            assert!(found(&db, words).await.is_empty(), "{words:?}");
        }
        assert_eq!(found(&db, "\0").await.len(), 2, "a zero byte is not searched for");
    }

    async fn a_very_long_search_of_sessions_finds_nothing(db: TestDb) {
        Browser::of(&db, &person(&db, "ada@example.com").await).await;
        for sign in ["x", "%", "_", "\\", "é"] {
            let found = sessions::search(&db, &sign.repeat(30_000), 1, limits()).await;
            assert_eq!(found.expect(sign).total, 0);
        }
    }

    async fn sessions_are_paginated_with_their_total(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        for _ in 0..45 {
            Browser::of(&db, &user).await;
        }
        let mut seen = Vec::new();
        for (number, rows) in [(1, 20), (2, 20), (3, 5)] {
            let page = sessions::search(&db, "ada", number, limits()).await.unwrap();
            assert_eq!((page.rows.len(), page.total, page.count()), (rows, 45, 3), "page {number}");
            seen.extend(page.rows.into_iter().map(|row| row.session.id.to_string()));
        }
        let in_order = seen.clone();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 45, "no session is on two pages");
        seen.reverse();
        assert_eq!(in_order, seen, "of two in the same millisecond the later key comes first");
        for number in [0, -1, i64::MIN] {
            assert_eq!(sessions::search(&db, "", number, limits()).await.unwrap().number, 1);
        }
    }
}
