//! Opens the database, and brings its schema up to date.

use super::migrate::{Change, numbers};
use super::postgres;
use super::url::DatabaseUrl;
use super::{Db, On, sqlite};
use crate::clock::Clock;
use crate::error::Error;
use crate::sql;

pub async fn connect(url: &DatabaseUrl, migrate: bool) -> Result<Db, Error> {
    open(url, migrate.then_some(Change::BringUpToDate)).await
}

/// Deletes what the last migration added, with its data.
pub async fn undo_last_migration(url: &DatabaseUrl) -> Result<Db, Error> {
    open(url, Some(Change::UndoLast)).await
}

async fn open(url: &DatabaseUrl, change: Option<Change>) -> Result<Db, Error> {
    let pools = match url {
        DatabaseUrl::Sqlite(file) => On::Sqlite(sqlite::open(file, change).await?),
        DatabaseUrl::Postgres(options) => On::Postgres(postgres::open(options, change).await?),
    };
    Ok(Db { pools, clock: Clock::default(), readiness: Default::default() })
}

/// Whether the database has the product's tables. Creates nothing.
pub async fn exists(url: &DatabaseUrl) -> Result<bool, Error> {
    if let DatabaseUrl::Sqlite(file) = url
        && !file.exists()
    {
        return Ok(false);
    }
    let db = connect(url, false).await?;
    let exists = db.has_table("users").await?;
    db.close().await;
    Ok(exists)
}

impl Db {
    /// Refuses a schema without a migration of this build: pages would fail. A newer schema is accepted.
    pub async fn check_migrations(&self) -> Result<(), Error> {
        let known = match &self.pools {
            On::Sqlite(_) => numbers(&sqlite::MIGRATIONS),
            On::Postgres(_) => numbers(&postgres::MIGRATIONS),
        };
        let ran: Vec<(i64,)> = match self.has_table("_sqlx_migrations").await? {
            true => self.rows(sql!("select version from _sqlx_migrations where success")).await?,
            false => Vec::new(),
        };
        match known.into_iter().find(|number| !ran.contains(&(*number,))) {
            None => Ok(()),
            Some(missing) => Err(Error::Migration(format!(
                "Migration {missing} of this build has not run on this database, and DATABASE_MIGRATE=false. \
                 Run `migrate` first, then start again."
            ))),
        }
    }

    async fn has_table(&self, name: &str) -> Result<bool, Error> {
        let (tables,): (i64,) = self
            .row(sql!(
                sqlite: "select count(*) from sqlite_schema where name = $1",
                postgres: "select count(*) from pg_tables where schemaname = current_schema() and tablename = $1",
                name,
            ))
            .await?;
        Ok(tables > 0)
    }
}

/// For tests of slow and failing migrations.
#[cfg(feature = "testing")]
pub async fn migrate_with(url: &DatabaseUrl, folder: &std::path::Path) -> Result<(), Error> {
    change_with(url, folder, Change::BringUpToDate).await
}

#[cfg(feature = "testing")]
pub async fn undo_with(url: &DatabaseUrl, folder: &std::path::Path) -> Result<(), Error> {
    change_with(url, folder, Change::UndoLast).await
}

#[cfg(feature = "testing")]
async fn change_with(url: &DatabaseUrl, folder: &std::path::Path, change: Change) -> Result<(), Error> {
    let migrations = sqlx::migrate::Migrator::new(folder).await.map_err(super::migrate::explain)?;
    let mut migrations = super::migrate::with_line_feeds(migrations);
    migrations.set_locking(false);
    match url {
        DatabaseUrl::Sqlite(file) => {
            sqlite::migrate(sqlite::options(file).create_if_missing(true), &migrations, change).await
        }
        DatabaseUrl::Postgres(options) => postgres::migrate(options, &migrations, change).await,
    }
}
