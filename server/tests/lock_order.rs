//! Transactions that lock the same rows at once on PostgreSQL: they lock in one order, so none is ended as a deadlock.

use crate::authenticator::set_up;
use crate::clock::secret;
use crate::people::{Browser, OPERATOR, limits, person};
use server::accounts::two_factor;
use server::db::Statement;
use server::testing::TestDb;
use server::users::Role;
use server::{Config, Db, Error, User, accounts, api_tokens, jobs, rate_limits, sessions, single_sign_on};
use server::{sql, statistics, tokens, users, visitor};
use std::time::Duration;
use tokio::time::{sleep, timeout};

const IN_TIME: Duration = Duration::from_secs(20);

/// Another transaction runs the first statement, and the second one when `work` waits for it. Both must succeed.
async fn beside<T: Send + 'static>(
    db: &Db,
    [first, second]: [Statement<'_>; 2],
    work: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> T {
    let mut other = db.begin().await.unwrap();
    other.execute(first).await.unwrap();
    let work = tokio::spawn(work);
    let waiting = "select count(*) from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock'";
    while db.row::<(i64,)>(sql!(waiting)).await.unwrap().0 == 0 {
        assert!(!work.is_finished(), "it did not wait");
        sleep(Duration::from_millis(10)).await;
    }
    other.execute(second).await.expect("no deadlock");
    other.commit().await.unwrap();
    timeout(IN_TIME, work).await.expect("an end").unwrap().expect("no deadlock")
}

/// The link to verify the address.
async fn link(db: &Db) -> String {
    let job = jobs::claim(db).await.unwrap().expect("the email of the sign-up");
    secret(db, &job).await.expect("a link")
}

#[tokio::test]
async fn a_claim_of_an_account_and_a_worker_that_sends_its_email_do_not_deadlock() {
    let Some(db) = TestDb::postgres().await else { return };
    let ada = person(&db, "ada@example.com").await;
    let link = link(&db).await;
    accounts::resend_verification(&db, &ada).await.unwrap();
    let second = jobs::claim(&db).await.unwrap().expect("the second email");
    let worker = [
        sql!("select id from jobs where id = $1 for share", second.id),
        sql!("select id from users where id = $1 for no key update", ada.id),
    ];
    let claiming = Db::clone(&db);
    let claimed =
        beside(&db, worker, async move { accounts::claim(&claiming, "192.0.2.7", &link).await }).await;
    assert!(claimed.is_some());
}

#[tokio::test]
async fn a_claim_of_an_account_and_the_first_page_view_of_a_day_do_not_deadlock() {
    let Some(db) = TestDb::postgres().await else { return };
    let ada = person(&db, "ada@example.com").await;
    let link = link(&db).await;
    let browser = Browser::of(&db, &ada).await;
    let page_view = [
        sql!("insert into active_days (day, user_id) values (1, $1)", ada.id),
        sql!("update sessions set last_seen_at = last_seen_at + 1 where user_id = $1", ada.id),
    ];
    let claiming = Db::clone(&db);
    let claimed =
        beside(&db, page_view, async move { accounts::claim(&claiming, "192.0.2.7", &link).await }).await;
    assert!(claimed.is_some() && !browser.is_logged_in().await);
}

/// Deletes Ada's account while her browser gets another session id.
async fn deletes_beside_a_log_out<Deleting>(change: &str, delete: impl FnOnce(Db) -> Deleting)
where
    Deleting: Future<Output = Result<u64, Error>> + Send + 'static,
{
    let Some(db) = TestDb::postgres().await else { return };
    let ada = person(&db, "ada@example.com").await;
    let _browser = Browser::of(&db, &ada).await;
    db.execute(sql!(change)).await.unwrap();
    let log_out = [
        sql!("select id from tower_sessions for update"),
        sql!("delete from sessions where user_id = $1", ada.id),
    ];
    assert_eq!(beside(&db, log_out, delete(Db::clone(&db))).await, 1, "{change}");
    assert!(users::find(&db, &ada.id).await.unwrap().is_none());
}

#[tokio::test]
async fn a_planned_deletion_and_a_log_out_do_not_deadlock() {
    let due = "update users set delete_at = 1";
    deletes_beside_a_log_out(due, |db| async move { accounts::delete_due(&db).await }).await;
}

#[tokio::test]
async fn the_deletion_of_an_unconfirmed_account_and_a_log_out_do_not_deadlock() {
    let due = "update users set created_at = 1, reminded_at = 1";
    deletes_beside_a_log_out(due, |db| async move { accounts::delete_unconfirmed(&db, IN_TIME).await }).await;
}

/// Ends two sessions while another transaction changes first the older one and then the other.
async fn ends_beside_a_change<Ending>(end: impl FnOnce(Db, User) -> Ending)
where
    Ending: Future<Output = Result<u64, Error>> + Send + 'static,
{
    let Some(db) = TestDb::postgres().await else { return };
    let ada = person(&db, "ada@example.com").await;
    let (older, newer) = (Browser::of(&db, &ada).await, Browser::of(&db, &ada).await);
    let (older, newer) = (older.session_id().await, newer.session_id().await);
    // A changed row is behind the others of its table, so the older session is found last.
    for id in [&newer, &older] {
        db.execute(sql!("update sessions set expires_at = 1 where id = $1", id)).await.unwrap();
    }
    let change = [
        sql!("update sessions set must_renew = true where id = $1", older),
        sql!("update sessions set must_renew = true where id = $1", newer),
    ];
    assert_eq!(beside(&db, change, end(Db::clone(&db), ada)).await, 2);
}

#[tokio::test]
async fn two_transactions_that_change_several_sessions_do_not_deadlock() {
    ends_beside_a_change(|db, _| async move { sessions::end_overdue(&db, limits()).await }).await;
    ends_beside_a_change(|db, _| async move { sessions::revoke_all_users(&db, OPERATOR).await }).await;
    ends_beside_a_change(|db, ada| async move {
        accounts::grant_role(&db, OPERATOR, &ada, Role::Admin).await?;
        sessions::revoke_all_users(&db, OPERATOR).await
    })
    .await;
}

#[tokio::test]
async fn a_code_and_the_end_of_two_factor_log_in_do_not_deadlock() {
    let Some(db) = TestDb::postgres().await else { return };
    db.clock().stop(); // a code must not expire while a slow machine types it
    let ada = person(&db, "ada@example.com").await;
    let (app, _) = set_up(&db, &Browser::of(&db, &ada).await).await;
    let ada = users::find(&db, &ada.id).await.unwrap().unwrap();
    // As after a clock that was ahead.
    db.execute(sql!("update second_factors set last_step = 9000000000000")).await.unwrap();
    let turning_off = [
        sql!("select id from users where id = $1 for no key update", ada.id),
        sql!("delete from second_factors where user_id = $1", ada.id),
    ];
    let (checking, user, code) = (Db::clone(&db), ada.clone(), app.code(&db));
    let keys = Config::for_tests(&[]).session_keys;
    let is_code =
        beside(&db, turning_off, async move { two_factor::is_code(&checking, &keys, &user, &code).await });
    assert!(!is_code.await);
}

/// Two rows that are out of date, in each table of which a request may lock several rows.
const OLD_ROWS: [(&str, &str); 8] = [
    ("rate_limits", "(key_hash, empty_at) select n::bytea, 1"),
    ("jobs", "(id, name, arguments, created_at, run_at) select n, 'x', '', 1, 1"),
    ("tower_sessions", "(id, data, expiry_date) select n, ''::bytea, timestamptz '2020-02-02'"),
    (
        "ended_sessions",
        "(id, key_hash, user_id, created_at, last_seen_at, remember, ip, user_agent, ended_at, end_reason)
         select n, n::bytea, users.id, 1, 1, false, '', '', 1, ''",
    ),
    ("active_days", "(day, user_id) select length(n), users.id"),
    (
        "tokens",
        "(id, hash, purpose, user_id, email, created_at, expires_at)
         select n, n::bytea, '', users.id, '', 1, 1",
    ),
    (
        "api_tokens",
        "(id, user_id, name, scopes, hash, created_at, expires_at)
         select n, users.id, '', '', n::bytea, 1, 1",
    ),
    (
        "sign_on_requests",
        "(hash, issuer, purpose, secrets, return_path, created_at, expires_at)
         select n::bytea, '', '', ''::bytea, '', 1, 1",
    ),
];

async fn purge_all(db: &Db) -> Result<(), Error> {
    rate_limits::purge(db).await?;
    jobs::purge(db).await?;
    visitor::purge_session_data(db).await?;
    sessions::purge(db).await?;
    statistics::purge(db).await?;
    tokens::purge(db).await?;
    api_tokens::purge(db).await?;
    single_sign_on::purge(db).await
}

#[tokio::test]
async fn a_purge_skips_rows_that_a_request_has_locked_and_the_next_purge_deletes_them() {
    let Some(db) = TestDb::postgres().await else { return };
    person(&db, "ada@example.com").await;
    db.execute(sql!("delete from jobs")).await.unwrap();
    let mut request = db.begin().await.unwrap();
    for (table, rows) in OLD_ROWS {
        let insert = format!("insert into {table} {rows} from users, (values ('a'), ('bb')) old (n)");
        assert_eq!(db.execute(sql!(&insert)).await.unwrap(), 2, "{table}");
        let lock = format!("select * from {table} limit 1 for update");
        request.execute(sql!(&lock)).await.unwrap();
    }
    let purged = timeout(IN_TIME, purge_all(&db)).await;
    // Else the transaction has ended by itself, and the purge has waited for that.
    request.commit().await.unwrap();
    purged.expect("no purge that waits").unwrap();
    for left in [1, 0] {
        for (table, _) in OLD_ROWS {
            let count = format!("select count(*) from {table}");
            assert_eq!(db.row::<(i64,)>(sql!(&count)).await.unwrap().0, left, "{table}");
        }
        purge_all(&db).await.unwrap();
    }
}
