//! The two databases behind one type: connect, read, write, transact, copy. SQL stands beside the function that needs it.

mod connect;
mod copy;
mod migrate;
mod postgres;

use crate::clock::Clock;
use crate::error::Error;
use sqlx::{PgConnection, PgPool, Postgres};
use sqlx::{Sqlite, SqliteConnection, SqlitePool, Transaction};
use std::time::Duration;

pub use connect::{DatabaseUrl, connect};
pub use copy::{Copied, copy};

/// How long whoever looks after the product waits to hear whether the database answers.
const SHORT: Duration = Duration::from_secs(2);

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
}

/// SQLite has many readers beside one writer; a single writing connection queues instead of failing as locked.
#[derive(Clone, Debug)]
struct SqlitePools {
    readers: SqlitePool,
    writer: SqlitePool,
}

impl Db {
    /// Where to read.
    pub fn read(&self) -> On<&SqlitePool, &PgPool> {
        match &self.pools {
            On::Sqlite(pools) => On::Sqlite(&pools.readers),
            On::Postgres(pool) => On::Postgres(pool),
        }
    }

    /// Where to write one statement.
    pub fn write(&self) -> On<&SqlitePool, &PgPool> {
        match &self.pools {
            On::Sqlite(pools) => On::Sqlite(&pools.writer),
            On::Postgres(pool) => On::Postgres(pool),
        }
    }

    /// Begins a transaction that may write.
    pub async fn begin(&self) -> Result<Tx, Error> {
        Ok(Tx(match self.write() {
            // A transaction that begins by reading and writes later would fail as locked, without waiting.
            On::Sqlite(pool) => On::Sqlite(pool.begin_with("begin immediate").await?),
            On::Postgres(pool) => On::Postgres(pool.begin().await?),
        }))
    }

    /// Asks the database for as little as can be, and does not wait long for it.
    pub async fn answers(&self) -> Result<(), Error> {
        let asking =
            async { on!(self.read(), pool => sqlx::query("select 1").execute(pool).await.map(drop)) };
        match tokio::time::timeout(SHORT, asking).await {
            Ok(answer) => Ok(answer?),
            Err(_) => Err(sqlx::Error::PoolTimedOut.into()),
        }
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
        on!(self.read(), pool => pool.close().await);
        on!(self.write(), pool => pool.close().await);
    }
}

/// A transaction; dropped without `commit`, it never happened.
pub struct Tx(On<Transaction<'static, Sqlite>, Transaction<'static, Postgres>>);

impl Tx {
    /// Where to read and write inside the transaction.
    pub fn on(&mut self) -> On<&mut SqliteConnection, &mut PgConnection> {
        match &mut self.0 {
            On::Sqlite(tx) => On::Sqlite(tx),
            On::Postgres(tx) => On::Postgres(tx),
        }
    }

    /// Makes it happen.
    pub async fn commit(self) -> Result<(), Error> {
        Ok(on!(self.0, tx => tx.commit().await)?)
    }
}
