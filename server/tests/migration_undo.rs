//! Each migration has a way back, which restores the schema that was there before it.

use crate::migrations::{count, emptied, write};
use crate::people::person;
use server::db::{connect, migrate_with, undo_last_migration, undo_with};
use server::testing::lines;
use server::{Db, Error, on_both_databases, sql};
use std::path::{Path, PathBuf};

/// Tables, columns, indexes, constraints, triggers and functions, in SQLite and in PostgreSQL.
const SCHEMA: [&str; 2] = [
    "select type || ' ' || name || ': ' || coalesce(sql, '') from sqlite_schema
     where tbl_name not like '\\_sqlx%' escape '\\' order by 1",
    "select concat_ws(' ', table_name, column_name, data_type, collation_name, is_nullable, column_default)
     from information_schema.columns where table_schema = 'public' and table_name not like '\\_sqlx%'
     union all
     select indexdef from pg_indexes where schemaname = 'public' and tablename not like '\\_sqlx%'
     union all
     select concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) from pg_constraint
     where connamespace = 'public'::regnamespace and conrelid::regclass::text not like '\\_sqlx%'
     union all
     select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
     union all
     select pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace
     order by 1",
];

async fn schema(db: &Db) -> Vec<String> {
    let schema = sql!(
        sqlite: SCHEMA[0],
        postgres: SCHEMA[1],
    );
    lines(db, schema).await
}

/// The product's migrations in order, without their ways back.
fn migrations(kind: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations").join(kind);
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> = files.filter(|file| !file.to_string_lossy().ends_with(".down.sql")).collect();
    files.sort();
    files
}

async fn last(db: &Db) -> String {
    lines(db, sql!("select cast(max(version) as text) from _sqlx_migrations")).await.remove(0)
}

fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::Migration(text)) => text,
        other => panic!("not refused: {other:?}"),
    }
}

on_both_databases! {
    async fn each_way_back_restores_the_schema_before_its_migration_and_all_run_again(db: TestDb) {
        let url = emptied(&db).await;
        let open = connect(&url, false).await.unwrap();
        let (folder, mut schemas) = (tempfile::tempdir().unwrap(), vec![schema(&open).await]);
        for file in migrations(if db.file().is_some() { "sqlite" } else { "postgres" }) {
            std::fs::copy(&file, folder.path().join(file.file_name().unwrap())).unwrap();
            migrate_with(&url, folder.path()).await.unwrap();
            schemas.push(schema(&open).await);
        }
        assert!(schemas.len() > 10 && schemas[0].is_empty(), "{schemas:?}");
        for before in schemas.iter().rev().skip(1) {
            undo_last_migration(&url).await.unwrap().close().await;
            assert_eq!(&schema(&open).await, before);
        }
        let text = refusal(undo_last_migration(&url).await);
        assert!(text.contains("no migration to undo"), "{text}");
        connect(&url, true).await.unwrap().close().await;
        assert_eq!(&schema(&open).await, schemas.last().unwrap());
        open.close().await;
    }

    async fn an_undone_migration_deletes_no_row_of_another_table(db: TestDb) {
        let folder = tempfile::tempdir().unwrap();
        let id = person(&db, "ada@example.com").await.id;
        for (name, sql) in [
            ("9000_parts.sql", "create table parts (user_id text primary key references users (id) on delete cascade)"),
            ("9000_parts.down.sql", "drop table parts"),
        ] {
            std::fs::write(folder.path().join(name), sql).unwrap();
        }
        for file in migrations(if db.file().is_some() { "sqlite" } else { "postgres" }) {
            std::fs::copy(&file, folder.path().join(file.file_name().unwrap())).unwrap();
        }
        migrate_with(db.url(), folder.path()).await.unwrap();
        write(&db, &format!("insert into parts values ('{id}')")).await;
        undo_with(db.url(), folder.path()).await.unwrap();
        assert!(count(&db, "parts").await.is_err());
        assert_eq!(count(&db, "users").await.unwrap(), 1);
        migrate_with(db.url(), folder.path()).await.unwrap();
        assert_eq!(count(&db, "parts").await.unwrap(), 0);
    }

    async fn a_migration_that_cannot_be_undone_is_reported_and_changes_nothing(db: TestDb) {
        let (before, ran) = (schema(&db).await, last(&db).await);
        let folder = tempfile::tempdir().unwrap();
        let newest = migrations(if db.file().is_some() { "sqlite" } else { "postgres" }).pop().unwrap();
        std::fs::copy(&newest, folder.path().join(newest.file_name().unwrap())).unwrap();
        let text = refusal(undo_with(db.url(), folder.path()).await);
        assert!(text.contains(&format!("{ran} has no way back")) && text.contains(".down.sql"), "{text}");

        let way_back = folder.path().join(newest.with_extension("down.sql").file_name().unwrap());
        std::fs::write(way_back, "drop table rate_limits; drop table no_such_table").unwrap();
        let text = refusal(undo_with(db.url(), folder.path()).await);
        assert!(text.contains(&format!("{ran} could not be undone")) && text.contains("no_such_table"), "{text}");

        write(&db, &format!("update _sqlx_migrations set version = 9999 where version = {ran}")).await;
        let text = refusal(undo_last_migration(db.url()).await);
        assert!(text.contains("9999") && text.contains("does not know"), "{text}");
        assert_eq!((schema(&db).await, last(&db).await), (before, "9999".into()));
    }

    async fn a_migration_that_was_changed_after_it_ran_can_be_undone_and_run_again(db: TestDb) {
        let changed = match db.file() {
            Some(_) => "update _sqlx_migrations set checksum = x'00' where version = (select max(version) from _sqlx_migrations)",
            None => "update _sqlx_migrations set checksum = '\\x00' where version = (select max(version) from _sqlx_migrations)",
        };
        write(&db, changed).await;
        let text = refusal(connect(db.url(), true).await);
        assert!(text.contains("migrate undo"), "{text}");
        undo_last_migration(db.url()).await.unwrap().close().await;
        connect(db.url(), true).await.expect("the migration as it is now").close().await;
    }
}
