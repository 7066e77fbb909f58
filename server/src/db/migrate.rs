//! Brings the schema up to date. One folder for each database, the same numbers in both. PostgreSQL's is run in
//! `postgres.rs`.

use super::connect::PATIENCE;
use crate::error::Error;
use sqlx::error::DatabaseError;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};
use std::time::{Duration, Instant};

pub(super) static SQLITE: Migrator = sqlx::migrate!("../migrations/sqlite");

/// Runs what has not run yet; of several nodes that start at once, one does it and the others wait.
pub(super) async fn sqlite(options: SqliteConnectOptions) -> Result<(), Error> {
    // Dropping a table that others refer to, as SQLite's way to change a column does, would delete their rows.
    let mut connection = open(options.foreign_keys(false)).await?;
    let mut lock = connection.begin_with("begin immediate").await?;
    SQLITE.run_direct(&mut *lock).await.map_err(explain)?;
    let broken = sqlx::query("pragma foreign_key_check").fetch_all(&mut *lock).await?.len();
    if broken > 0 {
        return Err(Error::Migration(format!(
            "After the migrations {broken} rows would refer to rows that are gone. Nothing was changed."
        )));
    }
    lock.commit().await?;
    Ok(connection.close().await?)
}

/// While a new file gets its write-ahead log, SQLite tells others at once that it is busy instead of letting them wait.
async fn open(options: SqliteConnectOptions) -> Result<SqliteConnection, sqlx::Error> {
    let end = Instant::now() + PATIENCE;
    loop {
        match options.connect().await {
            Err(error) if is_busy(&error) && Instant::now() < end => {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            opened => return opened,
        }
    }
}

fn is_busy(error: &sqlx::Error) -> bool {
    const BUSY: i32 = 5; // in the low byte; the rest says more
    let code = error.as_database_error().and_then(DatabaseError::code);
    code.is_some_and(|code| code.parse::<i32>().is_ok_and(|code| code & 0xff == BUSY))
}

pub(super) fn explain(error: MigrateError) -> Error {
    Error::Migration(match error {
        MigrateError::VersionMismatch(number) => format!(
            "Migration {number} was changed after it had run on this database. Put it back as it was and \
             write what you want to change as a new migration."
        ),
        MigrateError::VersionMissing(number) => format!(
            "This database has run migration {number}, which this build does not know. Start a build that \
             has it, or restore a copy of the database from before."
        ),
        other => format!("The schema could not be brought up to date: {other}"),
    })
}
