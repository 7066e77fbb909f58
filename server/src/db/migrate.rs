//! Brings the schema up to date. One folder for each database, the same numbers in both.

use crate::error::Error;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, PgPool};

static SQLITE: Migrator = sqlx::migrate!("../migrations/sqlite");
static POSTGRES: Migrator = Migrator {
    // sqlx locks for a whole connection, which a pooler in transaction mode cannot keep; `run` locks by transaction.
    locking: false,
    ..sqlx::migrate!("../migrations/postgres")
};

/// Any number will do, as long as every node of the product takes the same.
const LOCK: i64 = 0x6d69_6772_6174_6530;

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

/// The same on PostgreSQL.
pub(super) async fn postgres(pool: &PgPool) -> Result<(), Error> {
    let mut lock = pool.begin().await?;
    sqlx::query("select pg_advisory_xact_lock($1)").bind(LOCK).execute(&mut *lock).await?;
    let done = POSTGRES.run(pool).await.map_err(explain);
    lock.rollback().await?;
    done
}

fn explain(error: MigrateError) -> Error {
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
