//! One type for both databases: connect, read, write, transactions, copy. SQL is next to the function that needs it.

mod connect;
mod copy;
mod migrate;
mod postgres;
mod readiness;
mod sqlite;
mod url;

use crate::clock::Clock;
use crate::error::Error;
use readiness::Readiness;
use sqlite::{DatabaseFile, SqlitePools};
use sqlx::pool::PoolConnection;
use sqlx::{Executor, Sqlite, SqliteConnection, SqlitePool};
use sqlx::{PgConnection, PgPool, Postgres};
use std::sync::Arc;

pub use connect::connect;
#[cfg(feature = "testing")]
pub use connect::migrate_with;
pub use copy::{Copied, copy};
pub use url::DatabaseUrl;

/// A value for one of the two databases.
#[derive(Clone, Debug)]
pub enum On<S, P> {
    /// SQLite.
    Sqlite(S),
    /// PostgreSQL.
    Postgres(P),
}

/// Runs one body on the database in use: `on!(db.read(), pool => query.fetch_one(pool).await)`.
#[macro_export]
macro_rules! on {
    ($which:expr, $name:ident => $body:expr) => {
        match $which {
            $crate::db::On::Sqlite($name) => $body,
            $crate::db::On::Postgres($name) => $body,
        }
    };
}

/// The pools of the database in use, and the clock for its timestamps.
#[derive(Clone, Debug)]
pub struct Db {
    pools: On<SqlitePools, PgPool>,
    clock: Clock,
    readiness: Arc<Readiness>,
}

impl Db {
    /// Returns the pool for reads.
    pub fn read(&self) -> On<&SqlitePool, &PgPool> {
        match &self.pools {
            On::Sqlite(pools) => On::Sqlite(&pools.readers),
            On::Postgres(pool) => On::Postgres(pool),
        }
    }

    /// Returns the pool for single write statements. Every statement fails if the SQLite file is no longer at its path.
    pub fn write(&self) -> On<&SqlitePool, &PgPool> {
        match &self.pools {
            On::Sqlite(pools) => On::Sqlite(pools.writer()),
            On::Postgres(pool) => On::Postgres(pool),
        }
    }

    /// Begins a transaction that may write.
    pub async fn begin(&self) -> Result<Tx, Error> {
        // The connection is in the `Tx` before the transaction begins. sqlx's own `begin` is not cancel-safe: it can
        // leave the connection inside a transaction that is never ended.
        let mut tx = Tx(match &self.pools {
            On::Sqlite(pools) => On::Sqlite((pools.present_writer()?.acquire().await?, pools.file.clone())),
            On::Postgres(pool) => On::Postgres(pool.acquire().await?),
        });
        let begin = match &self.pools {
            // A transaction that begins with a read and writes later would fail as locked, without waiting.
            On::Sqlite(_) => "begin immediate",
            // A node lost inside a transaction would keep its row locks for hours. `local` works with PgBouncer.
            On::Postgres(_) => "begin; set local idle_in_transaction_session_timeout = '10s'",
        };
        on!(tx.on(), connection => connection.execute(begin).await.map(drop))?;
        Ok(tx)
    }

    /// Returns the current time, in unix milliseconds.
    pub fn now(&self) -> i64 {
        self.clock.now()
    }

    /// Returns the clock, so that tests can move it.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Closes every connection after running statements finish.
    pub async fn close(&self) {
        match &self.pools {
            On::Sqlite(pools) => pools.close().await,
            On::Postgres(pool) => pool.close().await,
        }
    }
}

/// A transaction. If it is dropped without `commit`, the pool rolls it back before it reuses the connection. So a `Tx`
/// may be dropped at any time.
pub struct Tx(On<(PoolConnection<Sqlite>, Arc<DatabaseFile>), PoolConnection<Postgres>>);

impl Tx {
    /// Returns the connection for reads and writes inside the transaction.
    pub fn on(&mut self) -> On<&mut SqliteConnection, &mut PgConnection> {
        match &mut self.0 {
            On::Sqlite((connection, _)) => On::Sqlite(connection),
            On::Postgres(connection) => On::Postgres(connection),
        }
    }

    /// Commits the transaction.
    pub async fn commit(mut self) -> Result<(), Error> {
        let commit = match &self.0 {
            On::Sqlite(_) => "commit",
            // After a failed statement, PostgreSQL reports `commit` as successful but rolls back. Then `select` fails.
            On::Postgres(_) => "select; commit",
        };
        on!(self.on(), connection => connection.execute(commit).await.map(drop))?;
        match &self.0 {
            On::Sqlite((_, file)) => file.check(),
            On::Postgres(_) => Ok(()),
        }
    }
}
