//! Purging: expired rows of both session tables and accounts that are due are deleted, and no others.

use crate::people::{Browser, OPERATOR, limits, person};
use server::visitor::Level;
use server::{Db, User, accounts, on_both_databases, sessions, sql, visitor};
use std::time::Duration;

async fn count(db: &Db, table: &str) -> i64 {
    let count = format!("select count(*) from {table}");
    db.row::<(_,)>(sql!(&count)).await.unwrap().0
}

/// The end reasons of the user's sessions, latest first.
async fn endings(db: &Db, user: &User) -> Vec<String> {
    sessions::ended_of_user(db, &user.id).await.unwrap().into_iter().map(|ended| ended.end_reason).collect()
}

/// The library expires session data by the system's clock, which no test can move.
async fn let_session_data_expire(db: &Db, browser: &Browser) {
    let run_out = "update tower_sessions set expiry_date = '2020-02-02T02:02:02Z' where id = $1";
    let id = browser.id.unwrap().to_string();
    db.execute(sql!(run_out, id)).await.unwrap();
}

/// One user more than the deletion reads at once.
const KEPT_USERS: &str =
    "insert into users (id, email, email_key, name, search_text, password_hash, password_changed_at, created_at)
     with recursive n(n) as (select 1 union all select n + 1 from n where n < 201)
     select 'kept-' || n, 'p' || n, 'p' || n, '', '', '', 0, 0 from n";

on_both_databases! {
    async fn expired_sessions_end_with_their_reason_and_others_stay(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let (idle, active) = (Browser::of(&db, &user).await, Browser::of(&db, &user).await);
        let mut remembered = Browser::new(&db);
        remembered.log_in(&user, true).await;
        assert_eq!(sessions::end_overdue(&db, limits()).await.unwrap(), 0);

        db.clock().advance(limits().idle - Duration::from_secs(60));
        assert!(active.is_logged_in().await);
        db.clock().advance(Duration::from_secs(61));
        assert_eq!(sessions::end_overdue(&db, limits()).await.unwrap(), 1);
        assert_eq!(endings(&db, &user).await, ["idle for too long"]);
        assert!(!idle.is_logged_in().await && active.is_logged_in().await && remembered.is_logged_in().await);

        db.clock().advance(limits().absolute);
        assert_eq!(sessions::end_overdue(&db, limits()).await.unwrap(), 1);
        assert_eq!(endings(&db, &user).await, ["time limit", "idle for too long"]);
        assert!(!active.is_logged_in().await && remembered.is_logged_in().await);

        db.clock().advance(limits().remember);
        assert_eq!(sessions::end_overdue(&db, limits()).await.unwrap(), 1);
        assert_eq!(count(&db, "sessions").await, 0);
    }

    async fn accounts_that_cannot_be_deleted_keep_no_later_one_from_its_deletion(db: TestDb) {
        person(&db, "eve@example.com").await;
        person(&db, "max@example.com").await;
        db.execute(sql!(KEPT_USERS)).await.unwrap();
        let invoices = "create table invoices (user_id text not null references users (id));
             insert into invoices select id from users where id like 'kept%'";
        db.script(invoices).await.unwrap();

        db.execute(sql!("update users set delete_at = 1 where id like 'kept%'")).await.unwrap();
        db.execute(sql!("update users set delete_at = 2 where email like 'eve%'")).await.unwrap();
        assert_eq!(accounts::delete_due(&db).await.unwrap(), 1);
        assert_eq!(count(&db, "users").await, 202);

        db.execute(sql!("update users set delete_at = null, created_at = 2, reminded_at = 2")).await.unwrap();
        db.execute(sql!("update users set created_at = 1, reminded_at = 1 where id like 'kept%'")).await.unwrap();
        assert_eq!(accounts::delete_unconfirmed(&db, Duration::from_secs(60)).await.unwrap(), 1);
        assert_eq!(count(&db, "users").await, 201);
    }

    async fn an_ended_session_is_listed_for_a_week(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let browser = Browser::of(&db, &user).await;
        sessions::revoke(&db, OPERATOR, &browser.session_id().await).await.unwrap();
        db.clock().advance(Duration::from_secs(7 * 86_400 - 60));
        assert_eq!(sessions::purge(&db).await.unwrap(), 0);
        assert_eq!(endings(&db, &user).await, ["revoked by an admin"]);
        db.clock().advance(Duration::from_secs(60));
        assert_eq!(sessions::purge(&db).await.unwrap(), 1);
        assert!(endings(&db, &user).await.is_empty());
    }

    async fn expired_session_data_is_deleted_and_other_data_stays(db: TestDb) {
        let user = person(&db, "ada@example.com").await;
        let (old, here) = (Browser::of(&db, &user).await, Browser::of(&db, &user).await);
        let mut anonymous = Browser::new(&db);
        let visitor = anonymous.visit();
        visitor.flash(Level::Info, "Wait for me.").await.unwrap();
        anonymous.finish(visitor).await;
        assert_eq!(count(&db, "tower_sessions").await, 3);

        let_session_data_expire(&db, &old).await;
        visitor::purge_session_data(&db).await.unwrap();
        assert_eq!(count(&db, "tower_sessions").await, 2);
        assert_eq!(anonymous.visit().take_flashes().await.unwrap().len(), 1);
        assert!(here.is_logged_in().await);
        assert!(old.is_logged_in().await, "session data is no log-in");
    }

    async fn expired_session_data_counts_as_empty_before_its_deletion(db: TestDb) {
        let mut browser = Browser::new(&db);
        let visitor = browser.visit();
        visitor.flash(Level::Info, "Too late.").await.unwrap();
        browser.finish(visitor).await;
        let_session_data_expire(&db, &browser).await;
        let visitor = browser.visit();
        assert!(visitor.take_flashes().await.unwrap().is_empty());
    }
}
