//! Shared parts of the migrations of both databases. Each has its own folder, with the same numbers.

use crate::error::Error;
use sqlx::migrate::{MigrateError, Migration, Migrator};
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
