//! SQLite: its file and its pools.

mod file;
mod migration;
mod write_ahead_log;

use super::migrate::Change;
use super::statement::{Statement, Value, bound};
use super::url::ACQUIRE_TIMEOUT;
use crate::error::Error;
use sqlx::error::DatabaseError;
use sqlx::query::Query;
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{
    ConnectOptions, Connection, Database, Executor, Sqlite, SqliteConnection, SqlitePool, TransactionManager,
};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::Mutex;
use tower_sessions_sqlx_store::SqliteStore;

pub(in crate::db) use file::DatabaseFile;
pub(in crate::db) use migration::{MIGRATIONS, migrate};

const READERS: u32 = 4;

/// A transaction that begins with a read and writes later would fail as locked, without waiting.
pub(super) const BEGIN: &str = "begin immediate";

pub(super) fn query(statement: Statement<'_>) -> Query<'_, Sqlite, SqliteArguments<'_>> {
    bound!(statement.text, statement.values)
}

pub(super) fn session_store(pool: &SqlitePool) -> SqliteStore {
    SqliteStore::new(pool.clone())
}

/// One writing connection: writes queue instead of failing as locked.
#[derive(Clone, Debug)]
pub(super) struct SqlitePools {
    pub readers: SqlitePool,
    writer: SqlitePool,
    /// A closed pool: every request fails at once.
    refusing: SqlitePool,
    /// The write-ahead log must stay the same file: it is deleted when the last connection closes.
    keeper: Arc<Mutex<Option<SqliteConnection>>>,
    pub file: Arc<DatabaseFile>,
    /// Locked while the content is checked, after another program wrote to the file.
    changes: Arc<Mutex<()>>,
}

impl SqlitePools {
    /// A pool that rejects everything if the file is gone.
    pub fn writer(&self) -> &SqlitePool {
        self.present_writer().unwrap_or(&self.refusing)
    }

    /// Returns an error if writes would be lost: the file is no longer at its path or was overwritten.
    pub fn present_writer(&self) -> Result<&SqlitePool, Error> {
        self.file.check()?;
        if self.file.checkpoints.is_changed_by_others(&self.file.path) {
            self.check_changes();
            let path = self.file.path.display();
            return Err(Error::DatabaseFile(format!(
                "Another program wrote into {path}: it is being checked."
            )));
        }
        Ok(&self.writer)
    }

    /// In the background. Nothing is written until the check finds the content sound.
    fn check_changes(&self) {
        let Ok(checking) = self.changes.clone().try_lock_owned() else { return };
        let file = self.file.clone();
        tracing::warn!("another program wrote into {}: checking its content", file.path.display());
        tokio::spawn(async move {
            let _checking = checking;
            match file.checkpoints.accept_changes(&file.path).await {
                Ok(None) => {}
                Ok(Some(reason)) => file.refuse(reason),
                Err(error) => {
                    tracing::error!(%error, "the content of {} could not be checked", file.path.display())
                }
            }
        });
    }

    pub async fn close(&self) {
        for pool in [&self.readers, &self.writer] {
            // sqlx misses a connection that is returned while the pool closes. The second call closes it.
            pool.close().await;
            pool.close().await;
        }
        if let Some(keeper) = self.keeper.lock().await.take() {
            // Closing the last connection writes the log into the file and deletes the log.
            let _mark = write_ahead_log::Mark::on(&self.file.path);
            drop(keeper.close().await);
        }
    }
}

pub(super) async fn open(path: &Path, change: Option<Change>) -> Result<SqlitePools, Error> {
    open_writable(path, change).await.map_err(|error| match error {
        Error::Database(sqlx::Error::Database(error)) if is_unwritable(&*error) => {
            file::unusable(path, error.message())
        }
        error => error,
    })
}

async fn open_writable(path: &Path, change: Option<Change>) -> Result<SqlitePools, Error> {
    file::create(path)?;
    write_ahead_log::check_origin(path).await?;
    // Closing the last connection writes the log into the file.
    let mark = write_ahead_log::Mark::on(path);
    let options = options(path);
    let keeper = migrate_and_connect(&options, change).await?;
    let file = Arc::new(DatabaseFile::open(path)?);
    file.checkpoints.record(path);
    drop(mark);
    let pools = pools(options, keeper, file).await?;
    match pools.writer.execute("begin immediate; rollback").await {
        Err(sqlx::Error::Database(error)) if is_unwritable(&*error) => {
            Err(sqlx::Error::Database(error).into())
        }
        _ => Ok(pools),
    }
}

async fn migrate_and_connect(
    options: &SqliteConnectOptions,
    change: Option<Change>,
) -> Result<SqliteConnection, Error> {
    if let Some(change) = change {
        migrate(options.clone(), &MIGRATIONS, change).await?;
    }
    let mut connection = options.connect().await?;
    // The first read creates the other two files.
    sqlx::query("select count(*) from sqlite_schema").execute(&mut connection).await?;
    Ok(connection)
}

pub(super) fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .busy_timeout(ACQUIRE_TIMEOUT)
        .pragma("mmap_size", "268435456")
        // `after_write` makes and records the checkpoints.
        .pragma("wal_autocheckpoint", "0")
}

async fn pools(
    options: SqliteConnectOptions,
    keeper: SqliteConnection,
    file: Arc<DatabaseFile>,
) -> Result<SqlitePools, Error> {
    let (connected, written) = (file.clone(), file.clone());
    // Testing each connection of a file wastes time.
    let pool = SqlitePoolOptions::new()
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        // Another file in its place has an unknown schema.
        .after_connect(move |_, _| Box::pin(std::future::ready(connected.is_present().map_err(sqlx::Error::Io))));
    let writer = pool
        .clone()
        .max_connections(1)
        .after_release(move |connection, _| Box::pin(after_write(connection, written.clone())))
        .connect_with(options.clone())
        .await?;
    let refusing = SqlitePoolOptions::new().connect_lazy_with(options.clone());
    refusing.close().await;
    let readers = pool.max_connections(READERS).connect_with(options.read_only(true)).await?;
    Ok(SqlitePools {
        readers,
        writer,
        refusing,
        keeper: Arc::new(Mutex::new(Some(keeper))),
        file,
        changes: Arc::default(),
    })
}

/// Runs when a writing connection is returned. Returns false to close and replace it.
async fn after_write(
    connection: &mut SqliteConnection,
    file: Arc<DatabaseFile>,
) -> Result<bool, sqlx::Error> {
    // Rolls back a dropped transaction, even if it was dropped during its begin.
    let is_settled = match connection.execute("rollback").await {
        Ok(_) => true,
        Err(sqlx::Error::Database(error)) => error.message().contains("no transaction is active"),
        Err(error) => return Err(error),
    };
    // The library keeps its own count: after a full disk, SQLite ends a transaction without its knowledge.
    let depth = <Sqlite as Database>::TransactionManager::get_transaction_depth(connection);
    if !is_settled || depth > 0 {
        return Ok(false);
    }
    if file.check().is_ok() && !file.checkpoints.is_changed_by_others(&file.path) {
        file.checkpoints.checkpoint_if_long(connection, &file.path).await?;
    }
    Ok(true)
}

/// Waiting does not help. A full disk is not included: it may have space later.
fn is_unwritable(error: &dyn DatabaseError) -> bool {
    [3, 8, 14].contains(&primary_code(error))
}

/// The low byte is the kind of the error.
pub(super) fn primary_code(error: &dyn DatabaseError) -> i32 {
    error.code().and_then(|code| code.parse::<i32>().ok()).unwrap_or_default() & 0xff
}
