//! Sessions of clients in the tables: their limits, their lists and their timestamps. `tests/token_pairs.rs` has the rest.

use crate::people::{Browser, person};
use server::sessions::{self, Device, Limits};
use server::token_pairs::{self, TokenPair};
use server::{Config, Db, User, on_both_databases, sql, statistics};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);

fn limits() -> Limits {
    Config::for_tests(&[]).limits
}

async fn log_in(db: &Db, user: &User) -> Option<TokenPair> {
    let (config, device) = (Config::for_tests(&[]), Device::new("203.0.113.7", "curl/8"));
    token_pairs::log_in(db, &config.token_issuer(), user, limits(), &device).await.unwrap()
}

async fn is_valid(db: &Db, pair: &TokenPair) -> bool {
    token_pairs::find(db, &pair.access).await.unwrap().is_some()
}

on_both_databases! {
    async fn an_idle_client_stays_in_the_lists_when_browsers_have_ended(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        log_in(&db, &ada).await.unwrap();
        Browser::of(&db, &ada).await;
        db.clock().advance(60 * DAY);
        assert_eq!(sessions::of_user(&db, &ada.id, limits()).await.unwrap().len(), 1);
        assert_eq!(sessions::search(&db, "", 1, limits()).await.unwrap().total, 1);
        assert_eq!(statistics::totals(&db, limits()).await.unwrap().active_sessions, 1);
        assert_eq!(sessions::end_overdue(&db, limits()).await.unwrap(), 1, "the browser");
        db.clock().advance(31 * DAY);
        assert_eq!(sessions::end_overdue(&db, limits()).await.unwrap(), 1, "the client");
    }

    async fn a_clock_that_was_ahead_makes_no_pair_last_longer(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        db.clock().advance(400 * DAY);
        let pair = log_in(&db, &ada).await.unwrap();
        db.clock().set_back(400 * DAY);
        assert!(!is_valid(&db, &pair).await, "made in the future");
        sessions::correct_future_timestamps(&db, limits()).await.unwrap();
        token_pairs::correct_future_timestamps(&db).await.unwrap();
        assert!(is_valid(&db, &pair).await);
        let (expires_at,): (i64,) = db.row(sql!("select expires_at from sessions")).await.unwrap();
        let days = (expires_at - db.now()) / 86_400_000;
        assert!((89..=90).contains(&days), "{days}");
        db.clock().advance(DAY / 96);
        assert!(!is_valid(&db, &pair).await);
    }

    async fn a_log_in_whose_check_came_before_a_change_of_the_account_does_not_begin(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        for change in ["password_changed_at = password_changed_at + 1", "second_factor_at = 1", "disabled_at = 1"] {
            let found = server::users::find(&db, &ada.id).await.unwrap().unwrap();
            db.execute(sql!(&format!("update users set {change}"))).await.unwrap();
            assert!(log_in(&db, &found).await.is_none(), "{change}");
        }
        let rows: (i64,) = db.row(sql!("select count(*) from token_pairs")).await.unwrap();
        assert_eq!(rows.0, 0);
    }

    async fn the_use_of_an_access_token_is_activity_once_a_minute(db: TestDb) {
        let ada = person(&db, "ada@example.com").await;
        let pair = log_in(&db, &ada).await.unwrap();
        for (later, writes) in [(59, false), (2, true), (3, false)] {
            db.clock().advance(Duration::from_secs(later));
            let login = token_pairs::find(&db, &pair.access).await.unwrap().unwrap();
            token_pairs::touch(&db, &login).await.unwrap();
            let after = token_pairs::find(&db, &pair.access).await.unwrap().unwrap();
            assert_eq!(after.last_seen_at != login.last_seen_at, writes, "{later}");
        }
        let login = token_pairs::find(&db, &pair.access).await.unwrap().unwrap();
        db.execute(sql!("delete from sessions")).await.unwrap();
        db.clock().advance(Duration::from_secs(90));
        token_pairs::touch(&db, &login).await.unwrap();
        assert!(!is_valid(&db, &pair).await, "a late request brings nothing back");
    }
}
