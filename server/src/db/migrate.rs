//! Brings the schema up to date. One folder for each database, the same numbers in both. PostgreSQL's is run in
//! `postgres.rs`.

use crate::error::Error;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

pub(super) static SQLITE: Migrator = sqlx::migrate!("../migrations/sqlite");

/// Runs what has not run yet; of several nodes that start at once, one does it and the others wait.
pub(super) async fn sqlite(options: SqliteConnectOptions) -> Result<(), Error> {
    // Dropping a table that others refer to, as SQLite's way to change a column does, would delete their rows.
    let mut connection = options.foreign_keys(false).connect().await?;
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
