//! From `DATABASE_URL` to an open, migrated database.

use super::postgres;
use super::{Db, On, SqlitePools, migrate};
use crate::clock::Clock;
use crate::error::Error;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::fs::DirBuilder;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;
use std::{fmt, io};

const SQLITE_READERS: u32 = 4;
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
        DatabaseUrl::Sqlite(file) => On::Sqlite(open_sqlite(file, migrate).await?),
        DatabaseUrl::Postgres(options) => On::Postgres(postgres::open(options, migrate).await?),
    };
    Ok(Db { pools, clock: Clock::default() })
}

async fn open_sqlite(file: &Path, migrate: bool) -> Result<SqlitePools, Error> {
    if let Some(folder) = file.parent() {
        create_private(folder).map_err(sqlx::Error::Io)?;
    }
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        .pragma("mmap_size", "268435456");
    if migrate {
        migrate::sqlite(options.clone()).await?;
    }
    // A file does not go away as a server does, so asking each connection whether it lives is time lost.
    let pool = SqlitePoolOptions::new().acquire_timeout(PATIENCE).test_before_acquire(false);
    let writer = pool.clone().max_connections(1).connect_with(options.clone()).await?;
    let readers = pool.max_connections(SQLITE_READERS).connect_with(options.read_only(true)).await?;
    Ok(SqlitePools { readers, writer })
}

/// A folder that nobody else on this machine can look into.
fn create_private(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
