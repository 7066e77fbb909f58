//! Opens the database, and brings its schema up to date.

use super::postgres;
use super::url::DatabaseUrl;
use super::{Db, On, sqlite};
use crate::clock::Clock;
use crate::error::Error;

pub async fn connect(url: &DatabaseUrl, migrate: bool) -> Result<Db, Error> {
    let pools = match url {
        DatabaseUrl::Sqlite(file) => On::Sqlite(sqlite::open(file, migrate).await?),
        DatabaseUrl::Postgres(options) => On::Postgres(postgres::open(options, migrate).await?),
    };
    Ok(Db { pools, clock: Clock::default(), readiness: Default::default() })
}

/// For tests of slow and failing migrations.
#[cfg(feature = "testing")]
pub async fn migrate_with(url: &DatabaseUrl, folder: &std::path::Path) -> Result<(), Error> {
    let mut migrations = sqlx::migrate::Migrator::new(folder).await.map_err(super::migrate::explain)?;
    migrations.set_locking(false);
    match url {
        DatabaseUrl::Sqlite(file) => {
            sqlite::migrate(sqlite::options(file).create_if_missing(true), &migrations).await
        }
        DatabaseUrl::Postgres(options) => postgres::migrate(options, &migrations).await,
    }
}
