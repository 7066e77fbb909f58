//! From `DATABASE_URL` to an open, migrated database.

use super::postgres;
use super::{Db, On, sqlite};
use crate::clock::Clock;
use crate::error::Error;
use sqlx::postgres::PgConnectOptions;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// How long a request waits for a connection, and SQLite for a lock, before it gives up.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// Which database, and where; the scheme of `DATABASE_URL` decides.
#[derive(Clone)]
pub enum DatabaseUrl {
    /// The file of an SQLite database; it is created when missing.
    Sqlite(PathBuf),
    /// The address of a PostgreSQL database.
    Postgres(Box<PgConnectOptions>),
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(file) => write!(f, "Sqlite({})", file.display()),
            Self::Postgres(_) => f.write_str("Postgres"), // never its password: configs end up in logs
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, String> {
        match url.split_once(':') {
            Some(("sqlite", file)) => sqlite_file(file.strip_prefix("//").unwrap_or(file)),
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => postgres::address(url),
            _ => Err("begin it with sqlite: or postgres://, like sqlite:data/app.db".into()),
        }
    }
}

fn sqlite_file(file: &str) -> Result<DatabaseUrl, String> {
    match file {
        "" | ":memory:" => Err("name a file, like sqlite:data/app.db".into()),
        _ if file.contains('?') => Err("leave out everything after the file's name".into()),
        _ => Ok(DatabaseUrl::Sqlite(file.into())),
    }
}

/// Opens the database and, if `migrate` says so, brings its schema up to date.
pub async fn connect(url: &DatabaseUrl, migrate: bool) -> Result<Db, Error> {
    let pools = match url {
        DatabaseUrl::Sqlite(file) => On::Sqlite(sqlite::open(file, migrate).await?),
        DatabaseUrl::Postgres(options) => On::Postgres(postgres::open(options, migrate).await?),
    };
    Ok(Db { pools, clock: Clock::default(), readiness: Default::default() })
}

/// Runs the migrations of a folder, as a start would those of the product. For tests of slow and failing ones.
#[cfg(feature = "testing")]
pub async fn migrate_with(url: &DatabaseUrl, folder: &std::path::Path) -> Result<(), Error> {
    let migrations = sqlx::migrate::Migrator::new(folder).await.map_err(super::migrate::explain)?;
    match url {
        DatabaseUrl::Sqlite(file) => {
            super::migrate::sqlite(sqlite::options(file).create_if_missing(true), &migrations).await
        }
        DatabaseUrl::Postgres(options) => postgres::migrate(options, &migrations).await,
    }
}
