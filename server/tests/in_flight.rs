//! Requests in flight while their log-in ends: a thousand attempts for each way to end it, and none revives it.

use crate::people::{Browser, OPERATOR, PASSWORD, person};
use server::testing::TestDb;
use server::visitor::{Level, Visitor};
use server::{Db, Scope, User, accounts, on_both_databases, sessions, sql, users};
use std::time::Duration;

const TRIES: usize = 1_000;
const ROUND: usize = 50;

/// A slow request that writes: it reads the log-in, waits for its turn, stores a flash, updates the activity and saves
/// the session data.
async fn slow_request(visitor: Visitor, turns: usize) {
    visitor.login().await.unwrap().expect("logged in when the request came");
    for _ in 0..turns {
        tokio::task::yield_now().await;
    }
    visitor.flash(Level::Info, "Saved.").await.unwrap();
    visitor.save().await.unwrap();
}

async fn count(db: &Db) -> i64 {
    db.row::<(_,)>(sql!("select count(*) from sessions")).await.unwrap().0
}

/// Starts one request in each browser, runs `end` meanwhile, and checks that no browser is logged in after them.
async fn round(db: &Db, browsers: &[Browser], end: impl Future<Output = ()>) {
    db.clock().advance(Duration::from_secs(90)); // so that each wants to write `last_seen_at`
    let visitors: Vec<Visitor> = browsers.iter().map(Browser::visit).collect();
    for visitor in &visitors {
        visitor.login().await.unwrap();
    }
    let in_flight: Vec<_> = visitors
        .into_iter()
        .enumerate()
        .map(|(number, visitor)| tokio::spawn(slow_request(visitor, number * 3)))
        .collect();
    end.await;
    for request in in_flight {
        request.await.unwrap();
    }
    for browser in browsers {
        assert!(!browser.is_logged_in().await, "a request in flight revived a log-in");
    }
}

async fn browsers_of(db: &Db, user: &User) -> Vec<Browser> {
    let mut browsers = Vec::new();
    for _ in 0..ROUND {
        browsers.push(Browser::of(db, user).await);
    }
    browsers
}

async fn rounds(db: &TestDb, end: impl AsyncFn(&Db, &User, &[Browser])) {
    let user = person(db, "ada@example.com").await;
    for _ in 0..TRIES / ROUND {
        let user = users::find(db, &user.id).await.unwrap().unwrap();
        let browsers = browsers_of(db, &user).await;
        round(db, &browsers, end(db, &user, &browsers)).await;
    }
}

on_both_databases! {
    async fn a_row_deleted_by_hand_stays_deleted(db: TestDb) {
        rounds(&db, async |db, _, _| {
            db.execute(sql!("delete from sessions")).await.unwrap();
        }).await;
        assert_eq!(count(&db).await, 0);
    }

    async fn a_log_out_is_final_for_requests_in_flight(db: TestDb) {
        rounds(&db, async |_, _, browsers| {
            for browser in browsers {
                let leaving = browser.visit();
                leaving.log_out().await.unwrap();
                leaving.save().await.unwrap();
            }
        }).await;
        assert_eq!(count(&db).await, 0);
    }

    async fn a_password_change_is_final_for_requests_in_flight(db: TestDb) {
        let new = ["harbour-lantern-78", PASSWORD];
        let changes = std::sync::atomic::AtomicUsize::new(0);
        rounds(&db, async |db, user, _| {
            let number = changes.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let elsewhere = Browser::of(db, user).await.login().await;
            let (current, next) = (new[(number + 1) % 2], new[number % 2]);
            accounts::change_password(db, OPERATOR, current, next, &elsewhere).await.expect("the right password");
            sessions::end(db, &Scope::of(user), &elsewhere.session_id).await.unwrap();
        }).await;
        assert_eq!(count(&db).await, 0);
    }

    async fn the_end_of_sessions_of_a_disabled_account_is_final_for_requests_in_flight(db: TestDb) {
        rounds(&db, async |db, user, _| {
            accounts::disable(db, OPERATOR, user).await.expect("not the last admin");
            accounts::enable(db, OPERATOR, user).await.unwrap();
        }).await;
        assert_eq!(count(&db).await, 0);
    }
}
