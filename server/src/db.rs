//! The two databases behind one type: connect, read, write, transact, copy. SQL stands beside the function that needs it.

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

/// Something that exists once for each database.
#[derive(Clone, Debug)]
pub enum On<S, P> {
    /// SQLite's.
    Sqlite(S),
    /// PostgreSQL's.
    Postgres(P),
}

/// Runs one body on whichever database is there: `on!(db.read(), pool => query.fetch_one(pool).await)`.
#[macro_export]
macro_rules! on {
    ($which:expr, $name:ident => $body:expr) => {
        match $which {
            $crate::db::On::Sqlite($name) => $body,
            $crate::db::On::Postgres($name) => $body,
        }
    };
}

/// The pools of the one database in use, and the clock that dates its rows.
#[derive(Clone, Debug)]
pub struct Db {
    pools: On<SqlitePools, PgPool>,
    clock: Clock,
    readiness: Arc<Readiness>,
}

impl Db {
    /// Where to read.
    pub fn read(&self) -> On<&SqlitePool, &PgPool> {
        match &self.pools {
            On::Sqlite(pools) => On::Sqlite(&pools.readers),
            On::Postgres(pool) => On::Postgres(pool),
        }
    }

    /// Where to write one statement. If the SQLite file is not at its path any more, every statement fails.
    pub fn write(&self) -> On<&SqlitePool, &PgPool> {
        match &self.pools {
            On::Sqlite(pools) => On::Sqlite(pools.writer()),
            On::Postgres(pool) => On::Postgres(pool),
        }
    }

    /// Begins a transaction that may write.
    pub async fn begin(&self) -> Result<Tx, Error> {
        // The connection is in the `Tx` before the database hears of a transaction. sqlx's own `begin` is not safe to
        // drop halfway: it leaves the connection inside a transaction that nothing ends.
        let mut tx = Tx(match &self.pools {
            On::Sqlite(pools) => On::Sqlite((pools.present_writer()?.acquire().await?, pools.file.clone())),
            On::Postgres(pool) => On::Postgres(pool.acquire().await?),
        });
        let begin = match &self.pools {
            // A transaction that begins by reading and writes later would fail as locked, without waiting.
            On::Sqlite(_) => "begin immediate",
            // A node that vanishes inside a transaction would keep its row locks for hours. `local` suits PgBouncer.
            On::Postgres(_) => "begin; set local idle_in_transaction_session_timeout = '10s'",
        };
        on!(tx.on(), connection => connection.execute(begin).await.map(drop))?;
        Ok(tx)
    }

    /// The time now, in unix milliseconds.
    pub fn now(&self) -> i64 {
        self.clock.now()
    }

    /// The clock, for tests to move.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Closes every connection; what is in flight finishes first.
    pub async fn close(&self) {
        match &self.pools {
            On::Sqlite(pools) => pools.close().await,
            On::Postgres(pool) => pool.close().await,
        }
    }
}

/// A transaction; dropped without `commit`, it never happened. The pool rolls it back before it hands the connection out
/// again, so a `Tx` may be dropped at any moment.
pub struct Tx(On<(PoolConnection<Sqlite>, Arc<DatabaseFile>), PoolConnection<Postgres>>);

impl Tx {
    /// Where to read and write inside the transaction.
    pub fn on(&mut self) -> On<&mut SqliteConnection, &mut PgConnection> {
        match &mut self.0 {
            On::Sqlite((connection, _)) => On::Sqlite(connection),
            On::Postgres(connection) => On::Postgres(connection),
        }
    }

    /// Makes it happen.
    pub async fn commit(mut self) -> Result<(), Error> {
        let commit = match &self.0 {
            On::Sqlite(_) => "commit",
            // After a statement that failed, PostgreSQL answers `commit` with success and rolls back. `select` fails then.
            On::Postgres(_) => "select; commit",
        };
        on!(self.on(), connection => connection.execute(commit).await.map(drop))?;
        match &self.0 {
            On::Sqlite((_, file)) => file.check(),
            On::Postgres(_) => Ok(()),
        }
    }
}
