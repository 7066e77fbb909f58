//! Log-ins in SQL: how long they last, what ends them, and that nothing revives one. Lists are in `session_lists.rs`,
//! purging is in `purge.rs`.

use crate::people::{Browser, OPERATOR, limits, person};
use server::visitor::Level;
use server::{Db, Error, Id, Scope, User, on_both_databases, sessions, sql};
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(86_400);
/// The clock also runs by itself: no check is closer than this to a limit.
const MARGIN: Duration = Duration::from_secs(20);

async fn count_of_sessions(db: &Db) -> i64 {
    db.row::<(_,)>(sql!("select count(*) from sessions")).await.unwrap().0
}

/// Checks without activity, so that the check does not extend the log-in.
async fn would_be_logged_in(browser: &Browser) -> bool {
    browser.prefetch().login().await.unwrap().is_some()
}

async fn last_seen(db: &Db, user: &Id<User>) -> i64 {
    sessions::of_user(db, user, limits()).await.unwrap()[0].last_seen_at
}

on_both_databases! {
    async fn a_log_in_without_activity_ends_at_the_idle_limit(db: TestDb) {
        let browser = Browser::of(&db, &person(&db, "ada@example.com").await).await;
        db.clock().advance(limits().idle - MARGIN);
        assert!(would_be_logged_in(&browser).await);
        db.clock().advance(MARGIN);
        assert!(!would_be_logged_in(&browser).await);
        assert!(!browser.is_logged_in().await, "a late visit revived it");
    }

    async fn activity_keeps_a_log_in_until_the_absolute_limit_and_no_longer(db: TestDb) {
        let browser = Browser::of(&db, &person(&db, "ada@example.com").await).await;
        let step = limits().idle - 2 * MINUTE;
        let mut passed = Duration::ZERO;
        while passed + step < limits().absolute - MARGIN {
            db.clock().advance(step);
            passed += step;
            assert!(browser.is_logged_in().await, "after {passed:?}");
        }
        db.clock().advance(limits().absolute - MARGIN - passed);
        assert!(browser.is_logged_in().await);
        db.clock().advance(MARGIN);
        assert!(!browser.is_logged_in().await);
    }

    async fn a_remembered_log_in_needs_no_activity_and_ends_after_its_own_limit(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let mut browser = Browser::new(&db);
        browser.log_in(&user, true).await;
        db.clock().advance(limits().remember - DAY);
        assert!(browser.is_logged_in().await);
        db.clock().advance(DAY - MARGIN);
        assert!(browser.is_logged_in().await);
        db.clock().advance(MARGIN);
        assert!(!browser.is_logged_in().await, "activity extended it");
    }

    async fn a_prefetched_page_does_not_extend_a_log_in(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let browser = Browser::of(&db, &user).await;
        let before = last_seen(&db, &user.id).await;
        db.clock().advance(limits().idle / 2);
        assert!(would_be_logged_in(&browser).await);
        assert_eq!(last_seen(&db, &user.id).await, before);
        db.clock().advance(limits().idle / 2);
        assert!(!would_be_logged_in(&browser).await);
    }

    async fn last_seen_at_is_written_at_most_once_a_minute(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let browser = Browser::of(&db, &user).await;
        let before = last_seen(&db, &user.id).await;
        db.clock().advance(Duration::from_secs(30));
        assert!(browser.is_logged_in().await);
        assert_eq!(last_seen(&db, &user.id).await, before);
        db.clock().advance(Duration::from_secs(31));
        assert!(browser.is_logged_in().await);
        let touched = last_seen(&db, &user.id).await;
        assert!(touched - before >= 60_000, "{} ms later", touched - before);
        assert!(browser.is_logged_in().await);
        assert_eq!(last_seen(&db, &user.id).await, touched);
    }

    async fn shorter_limits_apply_at_once_to_existing_log_ins(db: TestDb) {
        let mut browser = Browser::of(&db, &person(&db, "ada@example.com").await).await;
        db.clock().advance(10 * MINUTE);
        assert!(would_be_logged_in(&browser).await);
        browser.limits.idle = 5 * MINUTE;
        assert!(!would_be_logged_in(&browser).await);
    }

    async fn a_user_ends_only_their_own_session(db: TestDb) {
        let (ada, eve) = (person(&db, "ada@example.com").await, person(&db, "eve@example.com").await);
        let browser = Browser::of(&db, &ada).await;
        let id = browser.session_id().await;
        assert!(!sessions::end(&db, &Scope::of(&eve), &id).await.unwrap());
        assert!(!sessions::end(&db, &Scope::of(&ada), &Id::new()).await.unwrap());
        assert!(browser.is_logged_in().await);
        assert!(sessions::end(&db, &Scope::of(&ada), &id).await.unwrap());
        assert!(!browser.is_logged_in().await);
        assert!(!sessions::end(&db, &Scope::of(&ada), &id).await.unwrap(), "it was deleted before");
    }

    async fn ending_all_sessions_of_a_user_leaves_other_users_logged_in(db: TestDb) {
        let (ada, eve) = (person(&db, "ada@example.com").await, person(&db, "eve@example.com").await);
        let (here, there, eves) = (Browser::of(&db, &ada).await, Browser::of(&db, &ada).await, Browser::of(&db, &eve).await);
        sessions::revoke_all(&db, OPERATOR, &ada).await.unwrap();
        assert!(!here.is_logged_in().await && !there.is_logged_in().await);
        assert!(eves.is_logged_in().await);
        sessions::revoke_all(&db, OPERATOR, &ada).await.unwrap();
    }

    async fn ending_the_other_sessions_keeps_the_current_one_and_other_users(db: TestDb) {
        let (ada, eve) = (person(&db, "ada@example.com").await, person(&db, "eve@example.com").await);
        let (here, there, eves) = (Browser::of(&db, &ada).await, Browser::of(&db, &ada).await, Browser::of(&db, &eve).await);
        assert_eq!(sessions::end_others(&db, &Scope::of(&ada), &here.session_id().await).await.unwrap(), 1);
        assert!(here.is_logged_in().await && !there.is_logged_in().await);
        assert!(eves.is_logged_in().await);
        let foreign = eves.session_id().await;
        assert_eq!(sessions::end_others(&db, &Scope::of(&ada), &foreign).await.unwrap(), 1, "the session of another user keeps nothing");
        assert!(eves.is_logged_in().await);
    }

    async fn an_admin_revokes_any_session(db: TestDb) {
        let browser = Browser::of(&db, &person(&db, "ada@example.com").await).await;
        let id = browser.session_id().await;
        assert!(!sessions::revoke(&db, OPERATOR, &Id::new()).await.unwrap());
        assert!(sessions::revoke(&db, OPERATOR, &id).await.unwrap());
        assert!(!browser.is_logged_in().await);
        assert!(!sessions::revoke(&db, OPERATOR, &id).await.unwrap());
    }

    async fn a_row_deleted_by_hand_ends_the_log_in(db: TestDb) {
        let browser = Browser::of(&db, &person(&db, "ada@example.com").await).await;
        db.execute(sql!("delete from sessions")).await.unwrap();
        assert!(!browser.is_logged_in().await);
    }

    async fn the_sessions_of_a_deleted_user_are_deleted(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let browser = Browser::of(&db, &user).await;
        db.execute(sql!("delete from users where id = $1", user.id)).await.unwrap();
        assert_eq!(count_of_sessions(&db).await, 0);
        assert!(!browser.is_logged_in().await);
    }

    async fn a_request_in_flight_does_not_bring_a_revoked_session_back(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let mut browser = Browser::of(&db, &user).await;
        let in_flight = browser.visit();
        let session = in_flight.login().await.unwrap().unwrap().session_id.clone();
        in_flight.flash(Level::Success, "Saved.").await.unwrap();
        assert!(sessions::revoke(&db, OPERATOR, &session).await.unwrap());
        browser.finish(in_flight).await;
        assert!(!browser.is_logged_in().await);
        assert_eq!(count_of_sessions(&db).await, 0);
    }

    async fn a_request_in_flight_does_not_undo_the_log_out_of_its_browser(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let mut browser = Browser::of(&db, &user).await;
        let old = browser.id;
        let in_flight = browser.visit();
        in_flight.flash(Level::Info, "Late.").await.unwrap();
        let leaving = browser.visit();
        leaving.log_out().await.unwrap();
        browser.finish(leaving).await;
        in_flight.save().await.unwrap();
        assert!(!browser.is_logged_in().await);
        browser.id = old;
        assert!(!browser.is_logged_in().await, "the old id is no log-in");
    }

    async fn twenty_requests_at_once_cannot_outlive_a_revocation(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let browser = Browser::of(&db, &user).await;
        db.clock().advance(2 * MINUTE); // so that each wants to write `last_seen_at`
        let visits: Vec<_> = (0..20).map(|_| browser.visit()).collect();
        let visiting: Vec<_> = visits.into_iter().map(|visitor| tokio::spawn(async move {
            visitor.login().await.unwrap();
            visitor.flash(Level::Info, "Seen.").await.unwrap();
            visitor.save().await.unwrap();
        })).collect();
        sessions::revoke_all(&db, OPERATOR, &user).await.unwrap();
        for visit in visiting {
            visit.await.unwrap();
        }
        assert!(!browser.is_logged_in().await);
        assert_eq!(count_of_sessions(&db).await, 0);
    }

    async fn the_table_contains_a_hash_of_the_session_id_only(db: TestDb) {
        let browser = Browser::of(&db, &person(&db, "ada@example.com").await).await;
        let (hash,): (Vec<u8>,) = db.row(sql!("select key_hash from sessions")).await.unwrap();
        let id = browser.id.unwrap();
        assert_eq!(hash.len(), 32);
        assert!(!hash.windows(16).any(|bytes| bytes == id.0.to_le_bytes() || bytes == id.0.to_be_bytes()));
        assert!(browser.session_id().await.to_string() != id.to_string());
    }

    async fn a_row_whose_session_ended_during_the_request_violates_a_foreign_key(db: TestDb) {
        let insert = "insert into token_pairs (access_hash, session_id, number, created_at) values ($1, $2, 1, 1)";
        let error = db.execute(sql!(insert, vec![1_u8; 32], "ended")).await.unwrap_err();
        assert!(matches!(error, Error::ForeignKey(_)) && !error.is_temporary(), "{error}");
    }
}
