//! One type for both databases: connect, read, write, transactions, copy. SQL is next to the function that needs it.

mod connect;
mod copy;
mod migrate;
mod postgres;
mod readiness;
mod run;
mod session_store;
mod sqlite;
mod statement;
#[cfg(feature = "testing")]
mod testing;
mod url;

use crate::clock::Clock;
use crate::error::Error;
use readiness::Readiness;
use sqlite::{DatabaseFile, SqlitePools};
use sqlx::pool::PoolConnection;
use sqlx::postgres::PgConnectOptions;
use sqlx::{Executor, Sqlite, SqliteConnection, SqlitePool};
use sqlx::{PgConnection, PgPool, Postgres};
use std::sync::Arc;

pub use connect::{connect, exists, undo_last_migration};
#[cfg(feature = "testing")]
pub use connect::{migrate_with, undo_with};
pub use copy::{Copied, copy};
pub use statement::{Bind, Row, Statement, Value};
pub use url::DatabaseUrl;

/// What exists once for each database.
#[derive(Clone, Debug)]
enum On<S, P> {
    Sqlite(S),
    Postgres(P),
}

impl<S, P> On<S, P> {
    /// With one writer at a time, SQLite needs no locks.
    fn has_row_locks(&self) -> bool {
        match self {
            On::Sqlite(_) => false,
            On::Postgres(_) => true,
        }
    }

    fn locking(&self, clause: &'static str) -> &'static str {
        if self.has_row_locks() { clause } else { "" }
    }
}

#[derive(Clone, Debug)]
pub struct Db {
    pools: On<SqlitePools, PgPool>,
    clock: Clock,
    readiness: Arc<Readiness>,
}

impl Db {
    fn read(&self) -> On<&SqlitePool, &PgPool> {
        match &self.pools {
            On::Sqlite(pools) => On::Sqlite(&pools.readers),
            On::Postgres(pool) => On::Postgres(pool),
        }
    }

    /// For single write statements. They fail if the SQLite file is no longer at its path.
    fn write(&self) -> On<&SqlitePool, &PgPool> {
        match &self.pools {
            On::Sqlite(pools) => On::Sqlite(pools.writer()),
            On::Postgres(pool) => On::Postgres(pool),
        }
    }

    /// The name of the database system.
    pub fn kind(&self) -> &'static str {
        match &self.pools {
            On::Sqlite(_) => "SQLite",
            On::Postgres(_) => "PostgreSQL",
        }
    }

    pub async fn begin(&self) -> Result<Tx, Error> {
        // The `Tx` owns the connection first: sqlx's `begin` is not cancel-safe, and could leave a transaction open.
        let mut tx = Tx(match &self.pools {
            On::Sqlite(pools) => On::Sqlite((pools.present_writer()?.acquire().await?, pools.file.clone())),
            On::Postgres(pool) => On::Postgres(pool.acquire().await?),
        });
        match tx.on() {
            On::Sqlite(connection) => connection.execute(sqlite::BEGIN).await.map(drop)?,
            On::Postgres(connection) => postgres::begin(connection).await?,
        }
        Ok(tx)
    }

    /// Returns the clause of a row lock, like `for update`, for the end of a `select`.
    pub(crate) fn locking(&self, clause: &'static str) -> &'static str {
        self.pools.locking(clause)
    }

    /// Returns a condition for a clean-up of many rows. Those that a transaction has locked are left to the next run: a
    /// request that locks several of them, in another order, and the clean-up would wait for each other.
    pub(crate) fn unlocked(&self, table: &str, key: &str, condition: &str) -> String {
        match self.pools.has_row_locks() {
            true => {
                format!("({key}) in (select {key} from {table} where {condition} for update skip locked)")
            }
            false => condition.to_owned(),
        }
    }

    /// The address of the database. `None` on SQLite.
    pub(crate) fn postgres_options(&self) -> Option<Arc<PgConnectOptions>> {
        match &self.pools {
            On::Sqlite(_) => None,
            On::Postgres(pool) => Some(pool.connect_options()),
        }
    }

    /// In unix milliseconds.
    pub fn now(&self) -> i64 {
        self.clock.now()
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    pub async fn close(&self) {
        match &self.pools {
            On::Sqlite(pools) => pools.close().await,
            On::Postgres(pool) => pool.close().await,
        }
    }
}

/// May be dropped at any time: without `commit`, the pool rolls it back before it reuses the connection.
pub struct Tx(On<(PoolConnection<Sqlite>, Arc<DatabaseFile>), PoolConnection<Postgres>>);

impl Tx {
    fn on(&mut self) -> On<&mut SqliteConnection, &mut PgConnection> {
        match &mut self.0 {
            On::Sqlite((connection, _)) => On::Sqlite(connection),
            On::Postgres(connection) => On::Postgres(connection),
        }
    }

    pub async fn commit(self) -> Result<(), Error> {
        match self.0 {
            On::Sqlite((mut connection, file)) => {
                connection.execute("commit").await?;
                file.check()
            }
            On::Postgres(mut connection) => Ok(postgres::commit(&mut connection).await?),
        }
    }

    /// Returns the clause of a row lock, like `for update`, for the end of a `select`.
    pub(crate) fn locking(&self, clause: &'static str) -> &'static str {
        self.0.locking(clause)
    }
}
