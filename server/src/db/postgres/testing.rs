//! For tests: the driver's pool, and one with few connections.

use crate::clock::Clock;
use crate::db::{Db, On};
use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;

impl Db {
    /// With fewer connections than a product has: many tests have a database open at once.
    pub async fn with_connections(options: &PgConnectOptions, connections: u32) -> Result<Self, sqlx::Error> {
        let pool = super::pool_of(options).max_connections(connections).connect_with(options.clone()).await?;
        Ok(Self { pools: On::Postgres(pool), clock: Clock::default(), readiness: Default::default() })
    }

    pub fn postgres_pool(&self) -> Option<&PgPool> {
        match &self.pools {
            On::Sqlite(_) => None,
            On::Postgres(pool) => Some(pool),
        }
    }
}
