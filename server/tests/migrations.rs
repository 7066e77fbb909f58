//! Migrations at the start: they run once, and a changed migration is refused.

use crate::people::person;
use server::db::{DatabaseUrl, connect};
use server::testing::TestDb;
use server::users::{self, Sort};
use server::{Db, Error, on_both_databases, sql};

/// Drops every table, as in a new database.
pub async fn emptied(db: &TestDb) -> DatabaseUrl {
    match db.file() {
        Some(file) => DatabaseUrl::Sqlite(file.with_file_name("folder/fresh.db")),
        None => {
            for sql in ["drop schema public cascade", "create schema public"] {
                write(db, sql).await;
            }
            db.url().clone()
        }
    }
}

pub async fn write(db: &Db, sql: &str) {
    db.execute(sql!(sql)).await.unwrap();
}

pub async fn count(db: &Db, table: &str) -> Result<i64, Error> {
    let count = format!("select count(*) from {table}");
    db.row(sql!(&count)).await.map(|(count,)| count)
}

async fn refusal(url: &DatabaseUrl) -> String {
    match connect(url, true).await {
        Err(Error::Migration(text)) => text,
        other => panic!("not refused: {other:?}"),
    }
}

on_both_databases! {
    async fn of_twenty_starts_at_once_on_a_new_database_one_migrates(db: TestDb) {
        let url = emptied(&db).await;
        let starting: Vec<_> = (0..20).map(|_| {
            let url = url.clone();
            tokio::spawn(async move { connect(&url, true).await })
        }).collect();
        let mut started = Vec::new();
        for one in starting {
            started.push(one.await.unwrap().expect("a connection"));
        }
        assert_eq!(count(&started[0], "_sqlx_migrations").await.unwrap(), count(&started[19], "_sqlx_migrations").await.unwrap());
        person(&started[7], "ada@example.com").await;
        assert_eq!(users::search(&started[19], "ada", users::Filter::All, Sort::Name, 1).await.unwrap().total, 1);
        for one in started {
            one.close().await;
        }
    }

    async fn a_build_from_files_with_crlf_has_the_same_migrations(db: TestDb) {
        let kind = if db.file().is_some() { "sqlite" } else { "postgres" };
        let migrations = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations").join(kind);
        let copy = tempfile::tempdir().unwrap();
        for file in std::fs::read_dir(migrations).unwrap() {
            let file = file.unwrap();
            let text = std::fs::read_to_string(file.path()).unwrap().replace('\n', "\r\n");
            std::fs::write(copy.path().join(file.file_name()), text).unwrap();
        }
        let url = emptied(&db).await;
        if let Some(file) = db.file() {
            std::fs::create_dir(file.with_file_name("folder")).unwrap();
        }
        server::db::migrate_with(&url, copy.path()).await.unwrap();
        connect(&url, true).await.expect("no migration that was changed").close().await;
    }

    async fn starting_again_changes_nothing(db: TestDb) {
        person(&db, "ada@example.com").await;
        let before = count(&db, "_sqlx_migrations").await.unwrap();
        let again = connect(db.url(), true).await.unwrap();
        assert_eq!(count(&again, "_sqlx_migrations").await.unwrap(), before);
        assert_eq!(count(&again, "users").await.unwrap(), 1);
        again.close().await;
    }

    async fn a_changed_migration_is_refused_with_its_number_and_what_to_do(db: TestDb) {
        person(&db, "ada@example.com").await;
        let other = match db.file() {
            Some(_) => "update _sqlx_migrations set checksum = x'00' where version = 2",
            None => "update _sqlx_migrations set checksum = '\\x00' where version = 2",
        };
        write(&db, other).await;
        let text = refusal(db.url()).await;
        assert!(text.contains("Migration 2 was changed") && text.contains("new migration"), "{text}");
        assert_eq!(count(&db, "users").await.unwrap(), 1, "no row is lost");
    }

    async fn a_database_from_a_newer_build_is_refused_with_what_to_do(db: TestDb) {
        write(&db, "update _sqlx_migrations set version = 9999 where version = 2").await;
        let text = refusal(db.url()).await;
        assert!(text.contains("9999") && text.contains("does not know"), "{text}");
    }

    async fn an_interrupted_migration_is_reported(db: TestDb) {
        write(&db, "update _sqlx_migrations set success = false where version = 2").await;
        let text = refusal(db.url()).await;
        assert!(text.contains('2') && text.contains("could not be brought up to date"), "{text}");
    }

    async fn with_migrations_off_the_schema_is_unchanged(db: TestDb) {
        let url = emptied(&db).await;
        let bare = connect(&url, false).await.unwrap();
        assert!(count(&bare, "users").await.is_err());
        assert!(count(&bare, "_sqlx_migrations").await.is_err());
        bare.close().await;
        let migrated = connect(&url, true).await.unwrap();
        assert_eq!(count(&migrated, "users").await.unwrap(), 0);
        migrated.close().await;
    }

    async fn with_migrations_off_a_newer_schema_is_accepted(db: TestDb) {
        write(&db, "update _sqlx_migrations set version = 9999 where version = 2").await;
        let db = connect(db.url(), false).await.unwrap();
        person(&db, "ada@example.com").await;
        db.close().await;
    }
}

#[tokio::test]
async fn every_sqlite_table_is_strict() {
    let db = TestDb::sqlite().await;
    let lax = "select name from pragma_table_list where schema = 'main' and type = 'table' and strict = 0
         and name not like 'sqlite\\_%' escape '\\' and name not like '\\_sqlx%' escape '\\'";
    let lax: Vec<(String,)> = db.rows(sql!(lax)).await.unwrap();
    assert!(lax.is_empty(), "not STRICT: {lax:?}");
}
