//! Copy from SQLite to PostgreSQL: a refusal is reported and leaves nothing behind.

use crate::copying::{both, count, refusal, texts, write};
use crate::people::person;
use server::db::{DatabaseUrl, copy};
use server::{Db, accounts};

/// The refusal comes after the copying began: nothing is committed.
async fn holds_nothing(to: &Db) {
    assert_eq!(count(to, "users").await, 0);
}

#[tokio::test]
async fn a_target_with_a_row_is_refused_and_unchanged() {
    let Some((from, to)) = both().await else { return };
    person(&from, "ada@example.com").await;
    let eve = person(&to, "eve@example.com").await;
    let text = refusal(from.url(), to.url()).await;
    assert!(
        text.contains("not empty") && text.contains("users") && text.contains("Nothing was copied"),
        "{text}"
    );
    assert!(!text.contains("sessions"), "{text}");
    assert_eq!(texts(&to, "select id, name from users").await, [(eve.id.to_string(), eve.name)]);
}

#[tokio::test]
async fn a_database_of_another_product_gets_no_tables() {
    let Some((from, to)) = both().await else { return };
    let theirs = "drop schema public cascade; create schema public;
                  create table users (theirs int); insert into users values (1)";
    write(&to, theirs).await;
    let text = refusal(from.url(), to.url()).await;
    assert!(text.contains("not empty"), "{text}");
    assert_eq!(count(&to, "pg_tables where schemaname = 'public'").await, 1);
}

#[tokio::test]
async fn a_difference_is_reported_and_nothing_is_kept() {
    let Some((from, to)) = both().await else { return };
    person(&from, "ada@example.com").await;
    for (body, table, message) in [
        (
            "new.name = new.name || ' '; return new;",
            "users",
            "users: both have 1 rows, but not the same ones",
        ),
        ("return null;", "users", "users: SQLite has 1 rows, PostgreSQL 0"),
        (
            "insert into rate_limits values ('x', 1); return new;",
            "users",
            "rate_limits: SQLite has 0 rows, PostgreSQL 1",
        ),
    ] {
        let change = format!(
            "create or replace function meddle() returns trigger language plpgsql as $$ begin {body} end $$;
             create or replace trigger meddle before insert on {table} for each row execute function meddle()"
        );
        write(&to, &change).await;
        let text = refusal(from.url(), to.url()).await;
        assert!(text.contains(message) && text.contains("Nothing was copied"), "{text}");
        holds_nothing(&to).await;
    }
    write(&to, "drop trigger meddle on users").await;
    copy(from.url(), to.url()).await.expect("a copy without interference");
}

#[tokio::test]
async fn a_row_that_postgresql_refuses_is_reported_with_its_table_and_nothing_is_kept() {
    let Some((from, to)) = both().await else { return };
    person(&from, "ada@example.com").await;
    write(&to, "alter table rate_limits add check (empty_at < 5)").await;
    write(&from, "insert into rate_limits values (x'01', 9)").await;
    let text = refusal(from.url(), to.url()).await;
    assert!(text.starts_with("rate_limits: ") && text.contains("check constraint"), "{text}");
    holds_nothing(&to).await;
}

#[tokio::test]
async fn a_connection_lost_halfway_leaves_nothing() {
    let Some((from, to)) = both().await else { return };
    person(&from, "ada@example.com").await;
    accounts::grant_admin(&from, "ada@example.com").await.unwrap();
    // The table `audit` is copied by then.
    write(
        &to,
        "create function cut() returns trigger language plpgsql as
           $$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$;
         create trigger cut before insert on users for each row execute function cut()",
    )
    .await;
    let text = refusal(from.url(), to.url()).await;
    assert!(text.starts_with("users: ") && text.contains("Nothing was copied"), "{text}");
    assert_eq!(count(&to, "audit").await, 0);
    holds_nothing(&to).await;
}

#[tokio::test]
async fn a_value_that_postgresql_cannot_hold_is_reported_with_table_column_and_key() {
    let Some((from, to)) = both().await else { return };
    person(&from, "ada@example.com").await;
    let flags =
        "create table flags (a text not null, b blob not null, is_up integer, primary key (a, b)) strict";
    write(&from, flags).await;
    write(&to, "create table flags (a text not null, b bytea not null, is_up boolean, primary key (a, b))")
        .await;
    for (row, place, flaw) in [
        (
            "insert into flags values ('it''s', x'0aff', 2)",
            "flags.is_up of the row with a \"it's\", b 0aff: ",
            "0 or 1",
        ),
        (
            "insert into flags values ('n' || char(0) || 'ul', x'', 1)",
            "flags.a of the row with a \"n\\0ul\", b : ",
            "NUL",
        ),
        ("insert into flags values (cast(x'ff' as text), x'', 1)", "flags.a of the row with a ", "utf-8"),
        (
            "insert into tower_sessions (id, data, expiry_date) values ('i', x'', 'soon')",
            "tower_sessions.expiry_date of the row with id \"i\"",
            "no time",
        ),
    ] {
        write(&from, row).await;
        let text = refusal(from.url(), to.url()).await;
        assert!(text.starts_with(place) && text.contains(flaw), "{text}");
        holds_nothing(&to).await;
        write(&from, "delete from flags").await;
    }
}

#[tokio::test]
async fn a_different_schema_is_reported() {
    let Some((from, to)) = both().await else { return };
    person(&from, "ada@example.com").await;
    for (here, there, message) in [
        ("create table a (x text) strict", "select 1", "a.x is on SQLite only"),
        ("select 1", "create table a (x text, y text)", "a.y is on PostgreSQL only"),
        (
            "select 1",
            "alter table a drop y; alter table a alter x type uuid using x::uuid",
            "a.x is uuid on PostgreSQL",
        ),
        ("update _sqlx_migrations set success = false where version = 2", "select 1", "run `migrate` first"),
        ("drop table _sqlx_migrations", "select 1", "names no database of this product"),
    ] {
        write(&from, here).await;
        write(&to, there).await;
        let text = refusal(from.url(), to.url()).await;
        assert!(text.contains(message) && text.contains("Nothing was copied"), "{text}");
        holds_nothing(&to).await;
    }
}

#[tokio::test]
async fn only_sqlite_is_copied_and_only_to_postgresql() {
    let Some((from, to)) = both().await else { return };
    let DatabaseUrl::Postgres(options) = to.url() else { unreachable!("a PostgreSQL database") };
    let nowhere = DatabaseUrl::Postgres(Box::new(options.as_ref().clone().database("no_such_database")));
    for (from, to, message) in [
        (from.url(), &nowhere, "The database to copy to cannot be opened"),
        (to.url(), to.url(), "DATABASE_URL must name the SQLite database"),
        (to.url(), from.url(), "DATABASE_URL must name the SQLite database"),
        (from.url(), from.url(), "must be PostgreSQL"),
        (&"sqlite:/no/such/file.db".parse().unwrap(), to.url(), "/no/such/file.db cannot be opened"),
    ] {
        let text = refusal(from, to).await;
        assert!(text.contains(message) && text.contains("Nothing was copied"), "{text}");
    }
    assert!(!std::path::Path::new("/no").exists(), "a missing source is not created");
}
