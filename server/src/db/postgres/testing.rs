//! For tests: the driver's pool, and one with few connections; another limit for statements.

use crate::clock::Clock;
use crate::db::{Db, On};
use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;
use std::sync::Mutex;
use std::time::Duration;

static STATEMENT_TIMEOUT: Mutex<Duration> = Mutex::new(super::STATEMENT_TIMEOUT);

pub(super) fn statement_timeout() -> Duration {
    STATEMENT_TIMEOUT.lock().map_or(super::STATEMENT_TIMEOUT, |limit| *limit)
}

impl Db {
    /// For all databases of the test program: for tests that run alone.
    pub fn limit_statements(limit: Duration) {
        if let Ok(mut current) = STATEMENT_TIMEOUT.lock() {
            *current = limit;
        }
    }

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
