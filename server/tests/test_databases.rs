//! Databases of tests on PostgreSQL: an emptied one is used again, unless it is no longer as the migrations made it.

use server::sql;
use server::testing::TestDb;

/// Whether a database still exists after a test that ran this SQL.
async fn is_kept(other: &TestDb, sql: &str, is_address_known: bool) -> bool {
    let used = other.another().await;
    used.script(sql).await.unwrap();
    let (name,): (String,) = used.row(sql!("select current_database()::text")).await.unwrap();
    if is_address_known {
        assert!(used.setting().contains(&name));
    }
    drop(used);
    let kept = sql!("select count(*) from pg_database where datname = $1", name);
    let (kept,): (i64,) = other.row(kept).await.unwrap();
    kept == 1
}

#[tokio::test]
async fn a_database_is_kept_for_later_tests_unless_its_schema_changed_or_programs_know_its_address() {
    let Some(other) = TestDb::postgres().await else { return };
    assert!(is_kept(&other, "insert into rate_limits values ('a', 1)", false).await);
    for changed in [
        "create table more (id bigint)",
        "alter table tokens add more text",
        "alter table tokens rename to gone; alter table gone rename to tokens",
        "alter table tokens alter purpose drop not null",
        "alter table tokens add check (purpose is not null)",
        "drop index sessions_user_id",
        "drop trigger audit_is_append_only on audit",
        "create function one() returns bigint language sql as 'select 1::bigint'",
        "update _sqlx_migrations set success = false",
    ] {
        assert!(!is_kept(&other, changed, false).await, "{changed}");
    }
    assert!(!is_kept(&other, "select 1", true).await);
}
