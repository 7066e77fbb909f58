//! Copy from SQLite to PostgreSQL: all data arrives unchanged, and log-ins continue.

use crate::copying::{both, count, texts, write};
use crate::people::{Browser, PASSWORD, person};
use server::db::{Copied, connect, copy};
use server::testing::TestDb;
use server::visitor::Level;
use server::{accounts, sql, users};

async fn copied(from: &TestDb, to: &TestDb) -> Vec<Copied> {
    copy(from.url(), to.url()).await.unwrap()
}

#[tokio::test]
async fn a_log_in_continues_after_the_copy_with_its_cookie_and_flash() {
    let Some((from, to)) = both().await else { return };
    let ada = person(&from, "ada@example.com").await;
    let mut old = Browser::of(&from, &ada).await;
    let visitor = old.visit();
    visitor.flash(Level::Info, "Moved — \"all\" of it.").await.unwrap();
    old.finish(visitor).await;
    copied(&from, &to).await;

    let mut new = Browser::new(&to);
    (new.id, new.has_pending, new.had_login) = (old.id, old.has_pending, old.had_login);
    assert_eq!(new.user().await, Some(ada.id.clone()));
    assert_eq!(new.visit().take_flashes().await.unwrap()[0].text, "Moved — \"all\" of it.");
    assert_eq!(Browser::new(&to).user().await, None);
    let again = users::authenticate(&to, "Ada@example.com", PASSWORD).await.unwrap();
    assert_eq!(again.expect("the same password").id, ada.id);
    let expiry = "select id, to_char(expiry_date at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.US') from tower_sessions";
    let kept = texts(&from, "select id, substr(expiry_date, 1, 23) from tower_sessions").await;
    let found = texts(&to, expiry).await;
    assert!(found[0].1.starts_with(&kept[0].1) && kept[0].1.len() == 23, "{kept:?} {found:?}");
}

#[tokio::test]
async fn the_audit_is_append_only_after_the_copy() {
    let Some((from, to)) = both().await else { return };
    person(&from, "ada@example.com").await;
    accounts::grant_admin(&from, "ada@example.com").await.unwrap();
    copied(&from, &to).await;
    assert_eq!(count(&to, "audit").await, 1);
    for change in ["update audit set at = 0", "delete from audit", "truncate audit"] {
        let error = to.execute(sql!(change)).await.unwrap_err().to_string();
        assert!(error.contains("append-only"), "{change}: {error}");
    }
}

#[tokio::test]
async fn a_database_without_tables_gets_them() {
    let Some((from, to)) = both().await else { return };
    person(&from, "ada@example.com").await;
    write(&to, "drop schema public cascade; create schema public").await;
    copied(&from, &to).await;
    assert_eq!(count(&to, "users").await, 1);
    connect(to.url(), true).await.expect("a database that the product starts on").close().await;
}

#[tokio::test]
async fn the_source_file_stays_unchanged() {
    let Some((from, to)) = both().await else { return };
    person(&from, "ada@example.com").await;
    let file = from.file().unwrap();
    let bytes =
        || ["", "-wal"].map(|end| std::fs::read(format!("{}{end}", file.display())).unwrap_or_default());
    let running = bytes();
    assert!(!running[1].is_empty(), "the last writes are in the log beside the file");
    copied(&from, &to).await;
    assert!(bytes() == running, "while the product runs");

    from.close().await;
    let stopped = bytes();
    let another = to.another().await;
    copied(&from, &another).await;
    assert!(bytes() == stopped, "after it stopped");
    assert_eq!(count(&another, "users").await, 1);
}
