//! Shared parts of the migrations of both databases. Each has its own folder, with the same numbers.

use crate::error::Error;
use sqlx::migrate::{Migrate, MigrateError, Migration, Migrator};
use std::time::{Duration, Instant};

const REPORTED_EVERY: Duration = Duration::from_secs(10);
const MAX_WAIT: Duration = Duration::from_secs(3600);

/// A checkout with CRLF must not change the checksums.
pub(super) fn with_line_feeds(migrator: Migrator) -> Migrator {
    let same = |one: &Migration| {
        let sql = one.sql.replace("\r\n", "\n").into();
        Migration::new(one.version, one.description.clone(), one.migration_type, sql, one.no_tx)
    };
    Migrator { migrations: migrator.iter().map(same).collect(), ..migrator }
}

/// Without the ways back.
pub(super) fn numbers(migrations: &Migrator) -> Vec<i64> {
    let there = migrations.iter().filter(|one| one.migration_type.is_up_migration());
    there.map(|one| one.version).collect()
}

#[derive(Clone, Copy)]
pub(super) enum Change {
    BringUpToDate,
    UndoLast,
}

impl Change {
    pub async fn make<C: Migrate>(self, connection: &mut C, migrations: &Migrator) -> Result<(), Error> {
        match self {
            Self::BringUpToDate => migrations.run_direct(connection).await.map_err(explain),
            Self::UndoLast => undo_last(connection, migrations).await,
        }
    }
}

/// Ignores the checksum: a developer undoes a migration to change it, often in the other order.
async fn undo_last<C: Migrate>(connection: &mut C, migrations: &Migrator) -> Result<(), Error> {
    connection.ensure_migrations_table().await.map_err(explain)?;
    let applied = connection.list_applied_migrations().await.map_err(explain)?;
    let Some(number) = applied.last().map(|last| last.version) else {
        return Err(Error::Migration("This database has no migration to undo.".into()));
    };
    if !numbers(migrations).contains(&number) {
        return Err(explain(MigrateError::VersionMissing(number)));
    }
    let is_way_back = |one: &&Migration| one.version == number && one.migration_type.is_down_migration();
    let way_back = migrations.iter().find(is_way_back).ok_or_else(|| {
        Error::Migration(format!(
            "Migration {number} has no way back. Write one for each database, into a file with the name of the migration \
             and the ending .down.sql."
        ))
    })?;
    connection.revert(way_back).await.map_err(|error| {
        in_words(error, |error| {
            format!("Migration {number} could not be undone, and nothing was changed: {error}")
        })
    })?;
    tracing::info!("undid migration {number}, {}", way_back.description);
    Ok(())
}

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

/// Whether PostgreSQL's `lock_timeout` ended a statement.
fn is_lock_timeout(error: &sqlx::Error) -> bool {
    const LOCK_NOT_AVAILABLE: &str = "55P03";
    matches!(error, sqlx::Error::Database(error) if error.code().is_some_and(|code| code == LOCK_NOT_AVAILABLE))
}

/// An error of the database only for a lock that was not available: the migration is tried again.
fn in_words(error: MigrateError, explain: impl FnOnce(MigrateError) -> String) -> Error {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)
            if is_lock_timeout(&error) =>
        {
            Error::Database(error)
        }
        error => Error::Migration(explain(error)),
    }
}

pub(super) fn explain(error: MigrateError) -> Error {
    in_words(error, |error| match error {
        MigrateError::VersionMismatch(number) => format!(
            "Migration {number} was changed after it had run on this database. Put it back as it was and \
             write what you want to change as a new migration. In development, `migrate undo` undoes the last one, \
             so that it runs again as it is now."
        ),
        MigrateError::VersionMissing(number) => format!(
            "This database has run migration {number}, which this build does not know. Start a build that \
             has it, or restore a copy of the database from before."
        ),
        other => format!("The schema could not be brought up to date: {other}"),
    })
}
