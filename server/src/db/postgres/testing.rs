//! For tests: the driver's pool.

use crate::db::{Db, On};
use sqlx::PgPool;

impl Db {
    pub fn postgres_pool(&self) -> Option<&PgPool> {
        match &self.pools {
            On::Sqlite(_) => None,
            On::Postgres(pool) => Some(pool),
        }
    }
}
