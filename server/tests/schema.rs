//! The two schemas are equal, with types that decode alike.

use server::testing::TestDb;
use sqlx::{PgPool, SqlitePool};
use std::collections::BTreeSet;

/// PostgreSQL types for each of SQLite's types.
const TYPES: [(&str, &[&str]); 4] = [
    ("INTEGER", &["bigint", "boolean"]),
    ("TEXT", &["text"]),
    ("BLOB", &["bytea"]),
    ("REAL", &["double precision"]),
];
/// The library's column: it stores a time as text on SQLite.
const LIBRARYS: (&str, &str) = ("tower_sessions", "expiry_date");

type Column = (String, String, String, bool, bool);
type Index = (String, bool, String);
type ForeignKey = (String, String, String, String, String);

async fn sqlite() -> (TestDb, SqlitePool) {
    let db = TestDb::sqlite().await;
    let pool = db.sqlite_pools().unwrap().0.clone();
    (db, pool)
}

async fn postgres() -> Option<(TestDb, PgPool)> {
    let db = TestDb::postgres().await?;
    let pool = db.postgres_pool().unwrap().clone();
    Some((db, pool))
}

/// Table, column, type, whether it is not null, whether it has a default.
async fn sqlite_columns(pool: &SqlitePool) -> Vec<Column> {
    sqlx::query_as(
        "select t.name, c.name, c.type, c.\"notnull\" = 1, c.dflt_value is not null
         from pragma_table_list t join pragma_table_info(t.name) c
         where t.type = 'table' and t.schema = 'main' and t.name not like 'sqlite\\_%' escape '\\'
           and t.name not like '\\_sqlx%' escape '\\'
         order by t.name, c.name",
    )
    .fetch_all(pool)
    .await
    .unwrap()
}

async fn postgres_columns(pool: &PgPool) -> Vec<Column> {
    sqlx::query_as(
        "select table_name::text collate \"C\", column_name::text collate \"C\", data_type::text,
                is_nullable = 'NO', column_default is not null
         from information_schema.columns
         where table_schema not in ('pg_catalog', 'information_schema') and table_name not like '\\_sqlx%'
         order by 1, 2",
    )
    .fetch_all(pool)
    .await
    .unwrap()
}

/// Table, whether it is unique, its columns in order: primary keys and unique constraints included.
async fn sqlite_indexes(pool: &SqlitePool) -> BTreeSet<Index> {
    let indexes = sqlx::query_as(
        "select t.name, i.\"unique\" = 1,
                (select group_concat(k.name, ', ') from (select name from pragma_index_info(i.name) order by seqno) k)
         from pragma_table_list t join pragma_index_list(t.name) i
         where t.type = 'table' and t.schema = 'main' and t.name not like '\\_sqlx%' escape '\\'",
    );
    indexes.fetch_all(pool).await.unwrap().into_iter().collect()
}

async fn postgres_indexes(pool: &PgPool) -> BTreeSet<Index> {
    let indexes = sqlx::query_as(
        "select c.relname::text, i.indisunique, string_agg(a.attname::text, ', ' order by k.place)
         from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
              cross join lateral unnest(i.indkey) with ordinality k (number, place)
              join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
         where n.nspname = 'public' and c.relname not like '\\_sqlx%'
         group by i.indexrelid, c.relname, i.indisunique",
    );
    indexes.fetch_all(pool).await.unwrap().into_iter().collect()
}

/// Table, column, referenced table and column, and the action when that row is deleted.
async fn sqlite_foreign_keys(pool: &SqlitePool) -> BTreeSet<ForeignKey> {
    let keys = sqlx::query_as(
        "select t.name, k.\"from\", k.\"table\", k.\"to\", lower(k.on_delete)
         from pragma_table_list t join pragma_foreign_key_list(t.name) k where t.schema = 'main'",
    );
    keys.fetch_all(pool).await.unwrap().into_iter().collect()
}

async fn postgres_foreign_keys(pool: &PgPool) -> BTreeSet<ForeignKey> {
    let keys = sqlx::query_as(
        "select k.table_name::text, k.column_name::text, u.table_name::text, u.column_name::text, lower(r.delete_rule::text)
         from information_schema.referential_constraints r
              join information_schema.key_column_usage k on k.constraint_name = r.constraint_name
              join information_schema.constraint_column_usage u on u.constraint_name = r.constraint_name",
    );
    keys.fetch_all(pool).await.unwrap().into_iter().collect()
}

#[tokio::test]
async fn both_databases_have_the_same_columns_of_matching_types() {
    let (_sqlite, sqlite) = sqlite().await;
    let Some((_postgres, postgres)) = postgres().await else { return };
    let (here, there) = (sqlite_columns(&sqlite).await, postgres_columns(&postgres).await);
    let names = |columns: &[Column]| -> Vec<String> {
        columns
            .iter()
            .map(|(table, column, _, not_null, default)| format!("{table}.{column} {not_null} {default}"))
            .collect()
    };
    assert_eq!(names(&here), names(&there), "columns, whether they may be null, whether they have defaults");
    assert!(here.len() > 10, "{here:?}");
    for ((table, column, sqlites, ..), (_, _, postgress, ..)) in here.iter().zip(&there) {
        let fits = TYPES.iter().any(|(one, others)| one == sqlites && others.contains(&postgress.as_str()));
        let is_librarys = (table.as_str(), column.as_str()) == LIBRARYS;
        assert!(fits || is_librarys, "{table}.{column}: {sqlites} and {postgress}");
    }
}

#[tokio::test]
async fn both_databases_have_the_same_indexes() {
    let (_sqlite, sqlite) = sqlite().await;
    let Some((_postgres, postgres)) = postgres().await else { return };
    let here = sqlite_indexes(&sqlite).await;
    assert_eq!(here, postgres_indexes(&postgres).await);
    assert!(here.contains(&("sessions".into(), true, "key_hash".into())), "{here:?}");
    assert!(here.contains(&("users".into(), true, "email_key".into())), "{here:?}");
}

#[tokio::test]
async fn both_databases_have_the_same_foreign_keys_and_each_has_an_index() {
    let (_sqlite, sqlite) = sqlite().await;
    let Some((_postgres, postgres)) = postgres().await else { return };
    let here = sqlite_foreign_keys(&sqlite).await;
    assert_eq!(here, postgres_foreign_keys(&postgres).await);
    let indexes = sqlite_indexes(&sqlite).await;
    for (table, column, _, _, on_delete) in here {
        assert_eq!(on_delete, "cascade", "{table}.{column}");
        let has_index = indexes
            .iter()
            .any(|(on, _, columns)| *on == table && columns.split(", ").next() == Some(&column));
        assert!(has_index, "deleting the row that {table}.{column} names would read the whole table");
    }
}

/// An account that starts empty gets a new row, and rows that refer to the old one are deleted: `users/recovery.rs`.
#[tokio::test]
async fn deleting_a_user_deletes_the_rows_of_every_table() {
    const KEPT: [&str; 1] = ["ended_sessions"]; // a week, so that browsers can show the reason
    let (_sqlite, sqlite) = sqlite().await;
    let keys = sqlite_foreign_keys(&sqlite).await;
    let columns = sqlite_columns(&sqlite).await;
    let of_people: Vec<_> = columns.iter().filter(|(_, column, ..)| column == "user_id").collect();
    assert!(of_people.len() > 5, "{of_people:?}");
    for (table, column, ..) in of_people {
        let goes = |key: &ForeignKey| (&key.0, &key.1, key.2.as_str()) == (table, column, "users");
        assert!(keys.iter().any(goes) || KEPT.contains(&table.as_str()), "{table} keeps rows without a user");
    }
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |folder: &str| {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations").join(folder);
        let mut names: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
    assert!(!names("sqlite").is_empty());
}
