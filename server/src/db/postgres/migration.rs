//! Brings PostgreSQL's schema up to date: one process migrates, the others wait. `create index concurrently` waits for
//! every transaction, so the waiting processes try the lock in short transactions, and the process that holds it keeps no
//! snapshot.

use crate::db::migrate::{Change, Wait, explain, numbers, with_line_feeds};
use crate::error::Error;
use sqlx::migrate::{Migrate, Migration, Migrator};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor, PgConnection};
use std::sync::LazyLock;
use std::time::Duration;
use tokio::time::{interval, sleep};

pub(in crate::db) static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| Migrator {
    // sqlx locks per connection, which a pooler in transaction mode cannot keep; our lock is per transaction.
    locking: false,
    ..with_line_feeds(sqlx::migrate!("../migrations/postgres"))
});

/// Any number, as long as every node uses the same.
const LOCK: i64 = 0x6d69_6772_6174_6530;
const CHECKED_EVERY: Duration = Duration::from_secs(2);

/// While a statement waits for the lock of a table, as behind a backup, all later reads of the table wait behind it.
/// Longer than `deadlock_timeout`, after which PostgreSQL stops an autovacuum that holds the lock.
const LOCK_TIMEOUT: &str = "set local lock_timeout = '2s'";
/// Meanwhile reads go on. Longer than `LOCK_TIMEOUT`, so that requests catch up.
const PAUSE: Duration = Duration::from_secs(5);

/// Hosted databases limit statements and transactions; `$1` is `true` for this transaction only. The server checks the
/// client every second, so that the migration of a killed node ends.
const WITHOUT_LIMITS: &str =
    "select set_config(name, case name when 'client_connection_check_interval' then '1000' else '0' end, $1)
     from pg_settings
     where name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout',
                    'idle_session_timeout', 'transaction_timeout', 'client_connection_check_interval')";

pub(in crate::db) async fn change_schema(options: &PgConnectOptions, change: Change) -> Result<(), Error> {
    migrate(options, &MIGRATIONS, change).await
}

pub(in crate::db) async fn migrate(
    options: &PgConnectOptions,
    migrations: &Migrator,
    change: Change,
) -> Result<(), Error> {
    let mut wait = Wait::default();
    let mut lock = loop {
        if let Some(lock) = try_lock(options).await? {
            break lock;
        }
        wait.go_on("another node that brings the schema of this database up to date").await?;
    };
    let mut connection = options.connect().await?;
    tokio::select! {
        done = run(&mut connection, migrations, change) => done?,
        // The running statement ends with its connection.
        lost = until_lost(&mut lock) => return Err(lost),
    }
    drop(lock.close().await);
    Ok(connection.close().await?)
}

/// Each attempt uses a new connection, because idle sessions may be limited too.
async fn try_lock(options: &PgConnectOptions) -> Result<Option<PgConnection>, sqlx::Error> {
    let mut lock = options.connect().await?;
    let without_limits = WITHOUT_LIMITS.replace("$1", "true");
    // In one message: the limit for idle transactions may be shorter than a round trip.
    lock.execute(&*format!("begin; {without_limits}")).await?;
    let ask = sqlx::query_scalar("select pg_try_advisory_xact_lock($1)");
    if ask.bind(LOCK).fetch_one(&mut lock).await? {
        return Ok(Some(lock));
    }
    lock.close().await?;
    Ok(None)
}

async fn until_lost(lock: &mut PgConnection) -> Error {
    let mut checks = interval(CHECKED_EVERY);
    loop {
        checks.tick().await;
        if let Err(error) = lock.ping().await {
            return Error::Migration(format!(
                "The lock that keeps other nodes from migrating this database at the same time was lost: {error}. The \
                 migration was stopped; start again."
            ));
        }
    }
}

async fn run(connection: &mut PgConnection, migrations: &Migrator, change: Change) -> Result<(), Error> {
    sqlx::query(WITHOUT_LIMITS).bind(false).execute(&mut *connection).await?;
    connection.ensure_migrations_table().await.map_err(explain)?;
    let applied = connection.list_applied_migrations().await.map_err(explain)?;
    if applied.len() < numbers(migrations).len() {
        clear_failed_indexes(connection).await?;
    }
    let migrations = with_lock_timeout(migrations);
    let (mut wait, mut applied_before) = (Wait::default(), None);
    loop {
        match change.make(&mut *connection, &migrations).await {
            Err(Error::Database(_)) => {
                let applied = connection.list_applied_migrations().await.map_err(explain)?.len();
                // Each migration may wait for an hour. Its own time does not count.
                if applied_before.replace(applied) != Some(applied) {
                    wait = Wait::default();
                }
                wait.go_on("another program, such as a backup, that uses a table which a migration changes")
                    .await?;
                sleep(PAUSE).await;
            }
            changed => return changed,
        }
    }
}

/// Without a transaction the time stays unlimited: `create index concurrently` waits for every transaction, but locks
/// out neither reads nor writes.
fn with_lock_timeout(migrations: &Migrator) -> Migrator {
    let limited = |one: &Migration| match one.no_tx {
        true => one.clone(),
        // The checksum stays that of the file.
        false => Migration { sql: format!("{LOCK_TIMEOUT};\n{}", one.sql).into(), ..one.clone() },
    };
    Migrator { migrations: migrations.iter().map(limited).collect(), ..*migrations }
}

/// An interrupted `create index concurrently` leaves an unusable index behind with its name.
async fn clear_failed_indexes(connection: &mut PgConnection) -> Result<(), Error> {
    const UNFINISHED: &str = "select c.oid::regclass::text, exists (
             select from pg_stat_progress_create_index p where p.index_relid = c.oid) as is_being_built
         from pg_index i join pg_class c on c.oid = i.indexrelid
         where not i.indisvalid and c.relnamespace = current_schema()::regnamespace";
    let mut wait = Wait::default();
    loop {
        let indexes: Vec<(String, bool)> = sqlx::query_as(UNFINISHED).fetch_all(&mut *connection).await?;
        if indexes.iter().any(|(_, is_being_built)| *is_being_built) {
            wait.go_on("an index that is being created").await?;
            continue;
        }
        for (index, _) in indexes {
            tracing::warn!(index, "dropping an index whose creation did not end");
            connection.execute(&*format!("drop index concurrently if exists {index}")).await?;
        }
        return Ok(());
    }
}
