//! A log-out that a provider begins, and a log-in of the same session that commits at another node at that moment.

use crate::browser::Browser;
use crate::issuer::Issuer;
use crate::single_sign_on_log_out::{logout_token, send, signed_on};
use serde_json::json;
use server::sql;
use server::testing::TestDb;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// Waits until so many connections wait for a lock.
async fn until_waiting(db: &TestDb, connections: i64, or: &AtomicBool) {
    let count = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    let began = Instant::now();
    while !or.load(Relaxed) && db.row::<(i64,)>(sql!(count)).await.unwrap().0 < connections {
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "{connections} connections do not wait for a lock"
        );
    }
}

#[tokio::test]
async fn a_log_in_that_commits_during_the_log_out_of_its_session_ends_too() {
    let Some(db) = TestDb::postgres().await else { return };
    let issuer = Issuer::open().await;
    let another = signed_on(&issuer, &db, "another").await;
    // The log-in stops before its commit.
    let gate = "create function wait() returns trigger language plpgsql as
           'begin perform pg_advisory_xact_lock(1); return null; end';
         create trigger wait after insert on provider_sessions for each row execute function wait()";
    db.script(gate).await.unwrap();
    let mut gate = db.begin().await.unwrap();
    gate.execute(sql!("select pg_advisory_xact_lock(1)")).await.unwrap();
    issuer.says(json!({ "sid": "one" }));
    let mut ada = Browser::with_form(issuer.site(&db, &[])).await;
    let callback = issuer.leave(&mut ada, "/login/with").await;
    let has_ended = AtomicBool::new(false);
    let log_out = async {
        until_waiting(&db, 1, &has_ended).await;
        let status = send(&another, &logout_token(&issuer, json!({}), &json!({ "sub": null }))).await;
        has_ended.store(true, Relaxed);
        status
    };
    let commit = async {
        until_waiting(&db, 2, &has_ended).await;
        gate.commit().await.unwrap();
    };
    let (_, status, ()) = tokio::join!(ada.get(&callback), log_out, commit);
    assert_eq!(status, 200);
    assert!(!ada.is_logged_in().await && another.is_logged_in().await);
}
