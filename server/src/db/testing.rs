//! For tests: the driver's pools, and several statements at once.

use super::{Db, On};
use sqlx::SqlitePool;

impl Db {
    pub fn sqlite_pools(&self) -> Option<(&SqlitePool, &SqlitePool)> {
        match &self.pools {
            On::Sqlite(pools) => Some((&pools.readers, pools.writer())),
            On::Postgres(_) => None,
        }
    }

    /// Runs statements without values.
    pub async fn script(&self, sql: &str) -> Result<(), sqlx::Error> {
        match self.write() {
            On::Sqlite(pool) => sqlx::raw_sql(sql).execute(pool).await.map(drop),
            On::Postgres(pool) => sqlx::raw_sql(sql).execute(pool).await.map(drop),
        }
    }
}
