//! PostgreSQL, as far as it is not SQLite: its address, its pool, and how its schema is brought up to date.

use super::connect::{DatabaseUrl, PATIENCE};
use super::migrate::explain;
use crate::error::Error;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, PgConnection, PgPool};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{sleep, timeout};

static MIGRATIONS: Migrator = Migrator {
    // sqlx locks for a whole connection, which a pooler in transaction mode cannot keep; `run` locks by transaction.
    locking: false,
    ..sqlx::migrate!("../migrations/postgres")
};

/// Any number will do, as long as every node of the product takes the same.
const LOCK: i64 = 0x6d69_6772_6174_6530;
const CONNECTIONS: u32 = 16;
/// How long a connection may take to show that it lives.
const SILENCE: Duration = Duration::from_secs(2);

/// Reads what begins with `postgres://`.
pub(super) fn address(url: &str) -> Result<DatabaseUrl, String> {
    PgConnectOptions::from_str(url)
        .map(|options| DatabaseUrl::Postgres(Box::new(options)))
        // The library's message may quote the value, which holds a password.
        .map_err(|_| "this is no PostgreSQL address, like postgres://USER:PASSWORD@HOST/NAME".into())
}

/// Opens it and, if `migrate` says so, brings its schema up to date.
pub(super) async fn open(options: &PgConnectOptions, migrate: bool) -> Result<PgPool, Error> {
    let (acquired, released) = (Arc::new(options.clone()), Arc::new(options.clone()));
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(PATIENCE)
        // The library's own test waits for ever, and at the release there is no switch for it.
        .test_before_acquire(false)
        .before_acquire(move |connection, _| Box::pin(answers(connection, acquired.clone())))
        .after_release(move |connection, _| Box::pin(answers(connection, released.clone())));
    let pool = pool.connect_with(options.clone()).await?;
    if migrate {
        bring_up_to_date(&pool).await?;
    }
    Ok(pool)
}

/// Tests a connection. One that the network has forgotten gives neither an answer nor an error; with enough of them in
/// the pool nobody would get another until the system gives them up, a quarter of an hour later. So it is replaced.
async fn answers(connection: &mut PgConnection, options: Arc<PgConnectOptions>) -> Result<bool, sqlx::Error> {
    if let Ok(answer) = timeout(SILENCE, connection.ping()).await {
        return answer.map(|()| true);
    }
    // Not closed, which over TLS waits for it as well. While there is no other, its place is of no use to anybody.
    loop {
        if let Ok(Ok(another)) = timeout(PATIENCE, options.connect()).await {
            *connection = another;
            return Ok(true);
        }
        sleep(SILENCE).await;
    }
}

/// Runs what has not run yet; of several nodes that start at once, one does it and the others wait.
pub(super) async fn bring_up_to_date(pool: &PgPool) -> Result<(), Error> {
    let mut lock = pool.begin().await?;
    sqlx::query("select pg_advisory_xact_lock($1)").bind(LOCK).execute(&mut *lock).await?;
    let done = MIGRATIONS.run(pool).await.map_err(explain);
    lock.rollback().await?;
    done
}
