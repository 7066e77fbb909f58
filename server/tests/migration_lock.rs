//! Nodes that start at once and migrate: one does it, and none waits for ever. Tested with the limits of hosted
//! databases, with indexes created concurrently, and when the migrating node fails or is disconnected.

use server::db::{DatabaseUrl, migrate_with};
use server::testing::TestDb;
use server::{Db, Error, on_both_databases, sql};
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Far longer than these migrations take.
const IN_TIME: Duration = Duration::from_secs(30);
/// Role settings of hosted databases, shorter than the slow migration.
const LIMITS: [&str; 5] = [
    "statement_timeout = '300ms'",
    "lock_timeout = '100ms'",
    "idle_in_transaction_session_timeout = '100ms'",
    "idle_session_timeout = '100ms'",
    "deadlock_timeout = '50ms'",
];

/// Other migrations than the product's, in a separate database.
fn folder(migrations: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, sql) in migrations {
        std::fs::write(folder.path().join(name), sql).unwrap();
    }
    folder
}

fn start(url: &DatabaseUrl, folder: &Path) -> JoinHandle<Result<(), Error>> {
    let (url, folder) = (url.clone(), folder.to_owned());
    tokio::spawn(async move { migrate_with(&url, &folder).await })
}

async fn ended(node: JoinHandle<Result<(), Error>>) -> Result<(), Error> {
    timeout(IN_TIME, node).await.expect("a node that does not wait for ever").unwrap()
}

async fn execute(db: &Db, sql: &str) {
    db.script(sql).await.unwrap();
}

async fn count(db: &Db, select: &str) -> i64 {
    db.row::<(_,)>(sql!(select)).await.unwrap().0
}

async fn postgres_without_tables() -> Option<TestDb> {
    let db = TestDb::postgres().await?;
    execute(&db, "drop schema public cascade; create schema public").await;
    Some(db)
}

const CONCURRENTLY: [(&str, &str); 3] = [
    (
        "0001_parts.sql",
        "create table parts (id bigint primary key, size bigint);
         insert into parts select n, n from generate_series(1, 20000) n;
         create table runs (at bigint)",
    ),
    ("0002_slow.sql", "insert into runs select 1 from (select pg_sleep(0.6)) slow"),
    (
        "0003_index.sql",
        "-- no-transaction\ncreate unique index concurrently if not exists parts_size on parts (size)",
    ),
];

#[tokio::test]
async fn two_nodes_that_start_at_once_migrate_once_under_every_limit_of_a_hosted_database() {
    for limit in LIMITS {
        for _ in 0..2 {
            let Some(db) = postgres_without_tables().await else { return };
            let name = "select current_database()::text";
            let (name,): (String,) = db.row(sql!(name)).await.unwrap();
            execute(&db, &format!("alter database {name} set {limit}")).await;
            let folder = folder(&CONCURRENTLY);
            let processes = [start(db.url(), folder.path()), start(db.url(), folder.path())];
            for node in processes {
                ended(node).await.unwrap_or_else(|error| panic!("{limit}: {error}"));
            }
            assert_eq!(count(&db, "select count(*) from runs").await, 1, "{limit}");
            assert_eq!(count(&db, "select count(*) from pg_index where not indisvalid").await, 0, "{limit}");
        }
    }
}

#[tokio::test]
async fn a_node_disconnected_while_it_creates_an_index_unblocks_the_others() {
    for cut_after in [50, 400, 700, 900] {
        let Some(db) = postgres_without_tables().await else { return };
        let folder = folder(&CONCURRENTLY);
        // Blocks the creation of the index, as a long transaction does.
        execute(&db, "create table keeps_waiting (id bigint)").await;
        let mut long = db.begin().await.unwrap();
        long.execute(sql!("insert into keeps_waiting values (1)")).await.unwrap();
        let (first, second) = (start(db.url(), folder.path()), start(db.url(), folder.path()));
        // Not a wait for an event: it makes the moment different each time.
        tokio::time::sleep(Duration::from_millis(cut_after)).await;
        first.abort();
        drop(long);
        ended(second).await.unwrap();
        assert_eq!(count(&db, "select count(*) from pg_index where not indisvalid").await, 0);
        assert_eq!(count(&db, "select count(*) from runs").await, 1);
    }
}

#[tokio::test]
async fn a_failed_index_is_reported_and_created_at_a_later_start() {
    let Some(db) = postgres_without_tables().await else { return };
    let mut migrations = CONCURRENTLY;
    migrations[1].1 = "update parts set size = 7 where id < 3";
    let folder = folder(&migrations);
    for _ in 0..2 {
        let processes = [start(db.url(), folder.path()), start(db.url(), folder.path())];
        for node in processes {
            let Err(Error::Migration(text)) = ended(node).await else { panic!("not refused") };
            assert!(text.contains("could not create unique index"), "{text}");
        }
    }
    execute(&db, "update parts set size = id").await;
    ended(start(db.url(), folder.path())).await.unwrap();
    assert_eq!(count(&db, "select count(*) from pg_index where not indisvalid").await, 0);
}

#[tokio::test]
async fn a_lost_lock_stops_the_migration() {
    let Some(db) = postgres_without_tables().await else { return };
    let folder = folder(&[("0001_slow.sql", "select pg_sleep(20)")]);
    let node = start(db.url(), folder.path());
    let holder =
        "select count(pg_terminate_backend(pid)) from pg_locks where locktype = 'advisory' and granted
                  and database = (select oid from pg_database where datname = current_database())";
    while count(&db, holder).await == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let Err(Error::Migration(text)) = timeout(Duration::from_secs(10), node).await.unwrap().unwrap() else {
        panic!("not stopped")
    };
    assert!(text.contains("was lost"), "{text}");
}

#[tokio::test]
async fn a_migration_behind_a_backup_lets_reads_through_and_completes_after_it() {
    let Some(db) = postgres_without_tables().await else { return };
    let folder = folder(&[("0001_parts.sql", "create table parts (id bigint primary key)")]);
    ended(start(db.url(), folder.path())).await.unwrap();
    std::fs::write(folder.path().join("0002_size.sql"), "alter table parts add size bigint").unwrap();
    // As `pg_dump` holds it.
    let mut backup = db.begin().await.unwrap();
    backup.execute(sql!("lock table parts in access share mode")).await.unwrap();
    let node = start(db.url(), folder.path());
    let waiting = "select count(*) from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock'";
    while count(&db, waiting).await == 0 {
        assert!(!node.is_finished(), "the migration did not wait");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let read = timeout(Duration::from_secs(5), count(&db, "select count(*) from parts")).await;
    assert_eq!(read.expect("a read that does not wait for the backup"), 0);
    backup.execute(sql!("select 1")).await.expect("the lock is still held");
    assert!(!node.is_finished(), "the migration gave up");
    backup.commit().await.unwrap();
    ended(node).await.unwrap();
    assert_eq!(count(&db, "select count(size) from parts").await, 0);
}

on_both_databases! {
    async fn nodes_wait_for_a_slow_migration_and_both_report_a_failed_one(db: TestDb) {
        let url = match db.file() {
            Some(file) => DatabaseUrl::Sqlite(file.with_file_name("other.db")),
            None => { execute(&db, "drop schema public cascade; create schema public").await; db.url().clone() }
        };
        // About six seconds on SQLite, which has no sleep: longer than it waits for a lock.
        let slow = match db.file() {
            Some(_) => "create table counted as with recursive n(i) as (select 1 union all select i + 1 from n where i < 30000000)
                        select max(i) as i from n",
            None => "create table counted as select pg_sleep(6)::text",
        };
        let good = folder(&[("0001_slow.sql", slow)]);
        let processes = [start(&url, good.path()), start(&url, good.path())];
        for node in processes {
            ended(node).await.unwrap();
        }
        let bad = folder(&[("0001_slow.sql", slow), ("0002_wrong.sql", "create table counted (i integer)")]);
        for node in [start(&url, bad.path()), start(&url, bad.path())] {
            let Err(Error::Migration(text)) = ended(node).await else { panic!("not refused") };
            assert!(text.contains("already exists"), "{text}");
        }
    }
}
