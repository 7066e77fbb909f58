//! Brings the schema up to date. One folder for each database, the same numbers in both. PostgreSQL's is run in
//! `postgres/migration.rs`.

use super::sqlite::primary_code;
use crate::error::Error;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use std::time::{Duration, Instant};

/// How often a node that waits for another one says so.
const REPORTED_EVERY: Duration = Duration::from_secs(10);
/// How long it waits at most: longer than any migration should take.
const MAX_WAIT: Duration = Duration::from_secs(3600);

pub(super) static SQLITE: Migrator = sqlx::migrate!("../migrations/sqlite");

/// Runs what has not run yet; of several nodes that start at once, one does it and the others wait.
pub(super) async fn sqlite(options: SqliteConnectOptions, migrations: &Migrator) -> Result<(), Error> {
    // Dropping a table that others refer to, as SQLite's way to change a column does, would delete their rows.
    let options = options.foreign_keys(false);
    let mut wait = Wait::default();
    loop {
        match begin_and_run(&options, migrations).await {
            // While a new file gets its write-ahead log, SQLite says so at once instead of waiting.
            Err(Error::Database(sqlx::Error::Database(error))) if primary_code(&*error) == BUSY => {
                wait.go_on("another program that writes to this SQLite file").await?;
            }
            done => return done,
        }
    }
}

const BUSY: i32 = 5;

async fn begin_and_run(options: &SqliteConnectOptions, migrations: &Migrator) -> Result<(), Error> {
    let mut connection = options.connect().await?;
    let mut lock = connection.begin_with("begin immediate").await?;
    migrations.run_direct(&mut *lock).await.map_err(explain)?;
    let broken = sqlx::query("pragma foreign_key_check").fetch_all(&mut *lock).await?.len();
    if broken > 0 {
        return Err(Error::Migration(format!(
            "After the migrations {broken} rows would refer to rows that are gone. Nothing was changed."
        )));
    }
    lock.commit().await?;
    Ok(connection.close().await?)
}

/// The wait of a node for its turn.
pub(super) struct Wait {
    began: Instant,
    reported: Instant,
}

impl Default for Wait {
    fn default() -> Self {
        Self { began: Instant::now(), reported: Instant::now() }
    }
}

impl Wait {
    /// Waits a moment longer. Every ten seconds the log says for what and since when; an hour is too long.
    pub async fn go_on(&mut self, awaited: &str) -> Result<(), Error> {
        let seconds = self.began.elapsed().as_secs();
        if self.began.elapsed() > MAX_WAIT {
            return Err(Error::Migration(format!("Waited {seconds} seconds for {awaited}, in vain.")));
        }
        if self.reported.elapsed() >= REPORTED_EVERY {
            self.reported = Instant::now();
            tracing::warn!(seconds, "waiting for {awaited}");
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        Ok(())
    }
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
