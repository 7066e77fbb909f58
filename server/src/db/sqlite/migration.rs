//! Brings the schema of an SQLite file up to date, or undoes the last migration.

use super::primary_code;
use crate::db::migrate::{Change, Wait, with_line_feeds};
use crate::error::Error;
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::sync::LazyLock;

pub(in crate::db) static MIGRATIONS: LazyLock<Migrator> =
    LazyLock::new(|| with_line_feeds(sqlx::migrate!("../migrations/sqlite")));

/// One of several processes that start together migrates, and the others wait.
pub(in crate::db) async fn migrate(
    options: SqliteConnectOptions,
    migrations: &Migrator,
    change: Change,
) -> Result<(), Error> {
    // SQLite changes a column by dropping its table, which would delete the rows that refer to it.
    let options = options.foreign_keys(false);
    let mut wait = Wait::default();
    loop {
        match begin_and_run(&options, migrations, change).await {
            // While a new file gets its write-ahead log, SQLite reports this at once instead of waiting.
            Err(Error::Database(sqlx::Error::Database(error))) if primary_code(&*error) == BUSY => {
                wait.go_on("another program that writes to this SQLite file").await?;
            }
            done => return done,
        }
    }
}

const BUSY: i32 = 5;

async fn begin_and_run(
    options: &SqliteConnectOptions,
    migrations: &Migrator,
    change: Change,
) -> Result<(), Error> {
    let mut connection = options.connect().await?;
    let done = run(&mut connection, migrations, change).await;
    // Also after an error: the last connection writes the log into the file, which must have ended when this returns.
    let closed = connection.close().await;
    done?;
    Ok(closed?)
}

async fn run(connection: &mut SqliteConnection, migrations: &Migrator, change: Change) -> Result<(), Error> {
    let mut lock = connection.begin_with("begin immediate").await?;
    change.make(&mut *lock, migrations).await?;
    let broken = sqlx::query("pragma foreign_key_check").fetch_all(&mut *lock).await?.len();
    if broken > 0 {
        return Err(Error::Migration(format!(
            "After the migrations {broken} rows would refer to rows that are gone. Nothing was changed."
        )));
    }
    Ok(lock.commit().await?)
}
