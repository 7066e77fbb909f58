//! PostgreSQL: its pool and its migrations.

mod migration;
#[cfg(feature = "testing")]
mod testing;

use super::migrate::Change;
use super::statement::{Statement, Value, bound};
use super::url::ACQUIRE_TIMEOUT;
use crate::error::Error;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgPoolOptions};
use sqlx::query::Query;
use sqlx::{
    ConnectOptions, Connection, Database, Executor, PgConnection, PgPool, Postgres, Row, TransactionManager,
};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{sleep, timeout};
use tower_sessions_sqlx_store::PostgresStore;

#[cfg(feature = "testing")]
pub(super) use migration::migrate;
pub(super) use migration::{MIGRATIONS, change_schema};
#[cfg(feature = "testing")]
use testing::statement_timeout;

const CONNECTIONS: u32 = 16;
/// A node lost inside a transaction would keep its row locks for hours. `local` works with PgBouncer.
const BEGIN: &str = "begin; set local idle_in_transaction_session_timeout = '10s'";
/// After a failed statement, PostgreSQL reports `commit` as successful but rolls back. Then `select` fails.
const COMMIT: &str = "select; commit";
const PING_TIMEOUT: Duration = Duration::from_secs(2);

/// The ping before a statement finds a connection that the network has dropped. This is for one that it drops during the
/// statement: a worker would wait for good. As long as the lease of a job, and longer than clean-up of large tables takes.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(5 * 60);

#[cfg(not(feature = "testing"))]
fn statement_timeout() -> Duration {
    STATEMENT_TIMEOUT
}

pub(super) async fn in_time<T>(
    statement: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    match timeout(statement_timeout(), statement).await {
        Ok(result) => result,
        Err(_) => Err(sqlx::Error::Io(io::ErrorKind::TimedOut.into())),
    }
}

pub(super) async fn begin(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    in_time(connection.execute(BEGIN)).await.map(drop)
}

pub(super) async fn commit(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    in_time(connection.execute(COMMIT)).await.map(drop)
}

pub(super) fn query(statement: Statement<'_>) -> Query<'_, Postgres, PgArguments> {
    bound!(statement.postgres.unwrap_or(statement.text), statement.values)
}

pub(super) fn session_store(pool: &PgPool) -> PostgresStore {
    let store = PostgresStore::new(pool.clone());
    // Both names are constants that the library accepts. The table is the one of our migrations.
    let store = store.clone().with_schema_name("public").unwrap_or(store);
    store.clone().with_table_name("tower_sessions").unwrap_or(store)
}

fn pool_of(options: &PgConnectOptions) -> PgPoolOptions {
    let (acquired, released) = (Arc::new(options.clone()), Arc::new(options.clone()));
    PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // The library's own test has no timeout, and cannot be switched off at the release.
        .test_before_acquire(false)
        .before_acquire(move |connection, _| Box::pin(answers(connection, acquired.clone())))
        .after_release(move |connection, _| Box::pin(roll_back_if_open(connection, released.clone())))
}

pub(super) async fn open(options: &PgConnectOptions, change: Option<Change>) -> Result<PgPool, Error> {
    // The pool would retry, and report only that it timed out.
    match timeout(ACQUIRE_TIMEOUT, options.connect()).await {
        Ok(Ok(connection)) => connection.close().await?,
        Ok(Err(error)) => return Err(unreachable(options, &error.to_string())),
        Err(_) => return Err(unreachable(options, "no answer in five seconds")),
    }
    let pool = pool_of(options).connect_with(options.clone()).await?;
    if let Some(change) = change {
        change_schema(options, change).await?;
    }
    Ok(pool)
}

fn unreachable(options: &PgConnectOptions, reason: &str) -> Error {
    let (host, port) = (options.get_host(), options.get_port());
    Error::NotReady(format!("PostgreSQL at {host}, port {port}: {reason}"))
}

/// Rolls back a dropped transaction, even if it was dropped during its begin. Returns false to close the connection.
async fn roll_back_if_open(
    connection: &mut PgConnection,
    options: Arc<PgConnectOptions>,
) -> Result<bool, sqlx::Error> {
    let roll_back = async {
        match is_in_transaction(connection).await? {
            true => connection.execute("rollback").await.map(drop),
            false => Ok(()),
        }
    };
    match timeout(PING_TIMEOUT, roll_back).await {
        Ok(done) => done?,
        Err(_) => replace(connection, &options).await,
    }
    // The library keeps its own transaction count.
    Ok(<Postgres as Database>::TransactionManager::get_transaction_depth(connection) == 0)
}

/// A transaction began before its current statement. A failed one rejects every statement.
async fn is_in_transaction(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    const FAILED: &str = "25P02";
    match connection.fetch_one("select now() <> statement_timestamp()").await {
        Err(sqlx::Error::Database(error)) if error.code().is_some_and(|code| code == FAILED) => Ok(true),
        answer => answer?.try_get(0),
    }
}

/// Replaces a connection that the network has dropped. It would neither answer nor fail for 15 minutes, and a pool of
/// them would block every request.
async fn answers(connection: &mut PgConnection, options: Arc<PgConnectOptions>) -> Result<bool, sqlx::Error> {
    if let Ok(answer) = timeout(PING_TIMEOUT, connection.ping()).await {
        return answer.map(|()| true);
    }
    replace(connection, &options).await;
    Ok(true)
}

/// Does not close the old connection: over TLS that also waits for an answer. Retries until a new one is open.
async fn replace(connection: &mut PgConnection, options: &PgConnectOptions) {
    loop {
        if let Ok(Ok(another)) = timeout(ACQUIRE_TIMEOUT, options.connect()).await {
            *connection = another;
            return;
        }
        sleep(PING_TIMEOUT).await;
    }
}
