//! `DATABASE_URL`: the kind of database and its address.

use sqlx::postgres::PgConnectOptions;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// For a connection, and for a lock of SQLite.
pub(super) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Clone)]
pub enum DatabaseUrl {
    Sqlite(PathBuf),
    /// `postgres://` address.
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

/// Without user and password.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(file) => {
                write!(f, "sqlite:{}", std::path::absolute(file).as_deref().unwrap_or(file).display())
            }
            Self::Postgres(options) => f.write_str(&postgres_place(options)),
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, String> {
        match url.split_once(':') {
            Some(("sqlite", file)) => sqlite_file(file.strip_prefix("//").unwrap_or(file)),
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => postgres_address(url),
            _ if url.is_empty() => Err("set it to the database, like sqlite:/var/lib/product/app.db".into()),
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

fn postgres_address(url: &str) -> Result<DatabaseUrl, String> {
    PgConnectOptions::from_str(url)
        .map(|options| DatabaseUrl::Postgres(Box::new(options)))
        // The library's message may quote the value, which contains a password.
        .map_err(|_| "this is no PostgreSQL address, like postgres://USER:PASSWORD@HOST/NAME".into())
}

fn postgres_place(options: &PgConnectOptions) -> String {
    let (host, port) = (options.get_host(), options.get_port());
    format!("postgres://{host}:{port}/{}", options.get_database().unwrap_or_default())
}
