//! Checks that the write-ahead log belongs to the database file: SQLite replays a log over any file with the right
//! name. So checkpoints are made and recorded here, and a database file that has a log must be unchanged since the last
//! recorded checkpoint.

use super::{ACQUIRE_TIMEOUT, primary_code};
use crate::error::Error;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor, SqliteConnection};
use std::fs::{File, metadata, read_to_string, rename};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, UNIX_EPOCH};

/// The default limit of SQLite: 1,000 pages of 4 KiB.
const MAX_LOG_BYTES: u64 = 1000 * 4096;
/// A log without pages.
const HEADER_BYTES: u64 = 32;
const UNDER_WAY: &str = "under way";
const MIN_INTERVAL: Duration = Duration::from_secs(1);
/// Another process may be changing both the record and the file.
const RECORD_READS: u32 = 3;
/// Another process may be making a checkpoint.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(50);

/// Refuses a database file that is next to the write-ahead log of another one.
pub(super) async fn check_origin(path: &Path) -> Result<(), Error> {
    for _ in 0..TRIES {
        if metadata(beside(path, "-wal")).map_or(0, |log| log.len()) <= HEADER_BYTES {
            return Ok(());
        }
        match (read_to_string(beside(path, "-checkpoint")).as_deref(), state(path)) {
            (Ok(UNDER_WAY) | Err(_), _) => return check_content(path).await?.map_or(Ok(()), Err),
            (Ok(recorded), Ok(now)) if recorded == now => return Ok(()),
            _ => tokio::time::sleep(PAUSE).await,
        }
    }
    Err(wrong_log(path, "It was changed since that log was begun"))
}

/// For a missing record: the log of another file almost always corrupts the content. Returns why the file is refused.
/// An error says nothing about the content.
async fn check_content(path: &Path) -> Result<Option<Error>, Error> {
    const CORRUPT: i32 = 11;
    const NOT_A_DATABASE: i32 = 26;
    // Otherwise SQLite would write the log into the file when the connection closes.
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    let sound = async {
        let mut connection = options.connect().await?;
        let sound = is_sound(&mut connection).await;
        drop(connection.close().await);
        sound
    };
    match sound.await {
        Ok(true) => Ok(None),
        Ok(false) => Ok(Some(wrong_log(path, "Together they fail SQLite's integrity check"))),
        Err(sqlx::Error::Database(error)) if [CORRUPT, NOT_A_DATABASE].contains(&primary_code(&*error)) => {
            Ok(Some(wrong_log(path, error.message())))
        }
        Err(error) => Err(error.into()),
    }
}

async fn is_sound(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    let found: Vec<String> =
        sqlx::query_scalar("pragma integrity_check(1)").fetch_all(&mut *connection).await?;
    let broken = sqlx::query("pragma foreign_key_check").fetch_all(connection).await?.len();
    Ok(found == ["ok"] && broken == 0)
}

fn wrong_log(path: &Path, reason: &str) -> Error {
    let path = path.display();
    Error::DatabaseFile(format!(
        "The database {path} does not belong to the write-ahead log beside it, {path}-wal. {reason}. Nothing was changed. If \
         you restored {path} alone, delete {path}-wal and {path}-shm. If you restored the files together, delete \
         {path}-checkpoint. Then start again, and see docs/guides/restore-a-backup.md."
    ))
}

#[derive(Debug, Default)]
pub(super) struct Checkpoints {
    /// State of the database file after the last checkpoint.
    recorded: Mutex<String>,
    is_under_way: AtomicBool,
    last: Mutex<Option<Instant>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Checkpoints {
    /// A change without a recorded checkpoint, for example by `cp`.
    pub fn is_changed_by_others(&self, path: &Path) -> bool {
        let Ok(now) = state(path) else { return false };
        if *lock(&self.recorded) == now || self.is_under_way.load(Ordering::Acquire) {
            return false;
        }
        // Another process of the product may have made the checkpoint, or is making it: then the record changes too.
        !(0..RECORD_READS).any(|_| match (read_to_string(beside(path, "-checkpoint")), state(path)) {
            (Ok(record), _) if record == UNDER_WAY => true,
            (Ok(record), Ok(now)) if record == now => {
                *lock(&self.recorded) = record;
                true
            }
            _ => false,
        })
    }

    /// Returns why the file is refused, or `None` if its content is sound.
    pub async fn accept_changes(&self, path: &Path) -> Result<Option<Error>, Error> {
        let refusal = check_content(path).await?;
        if refusal.is_none() {
            self.record(path);
        }
        Ok(refusal)
    }

    pub async fn checkpoint_if_long(
        &self,
        connection: &mut SqliteConnection,
        path: &Path,
    ) -> Result<(), sqlx::Error> {
        let log = metadata(beside(path, "-wal")).map_or(0, |log| log.len());
        if log < MAX_LOG_BYTES || !self.is_due() || write_record(path, UNDER_WAY).is_err() {
            return Ok(());
        }
        self.is_under_way.store(true, Ordering::Release);
        // Does not wait for readers: the next checkpoint does the rest.
        let checkpoint = "pragma busy_timeout = 0; pragma wal_checkpoint(truncate)";
        if let Err(error) = connection.execute(checkpoint).await {
            tracing::warn!(%error, "the write-ahead log could not be written into the database file; trying again");
        }
        self.record(path);
        self.is_under_way.store(false, Ordering::Release);
        connection.execute(&*format!("pragma busy_timeout = {}", ACQUIRE_TIMEOUT.as_millis())).await.map(drop)
    }

    fn is_due(&self) -> bool {
        let mut last = lock(&self.last);
        let is_due = last.is_none_or(|last| last.elapsed() >= MIN_INTERVAL);
        if is_due {
            *last = Some(Instant::now());
        }
        is_due
    }

    pub fn record(&self, path: &Path) {
        match state(path).and_then(|state| write_record(path, &state).map(|()| state)) {
            Ok(state) => *lock(&self.recorded) = state,
            Err(error) => {
                // The next start then checks the content, even after a crash.
                tracing::warn!(%error, "the last checkpoint could not be recorded");
                drop(std::fs::remove_file(beside(path, "-checkpoint")));
            }
        }
    }
}

/// For a checkpoint that may be running: if the process is killed now, the next start checks the content.
fn mark(path: &Path) {
    if let Err(error) = write_record(path, UNDER_WAY) {
        tracing::warn!(%error, "a checkpoint could not be announced");
        drop(std::fs::remove_file(beside(path, "-checkpoint")));
    }
}

/// The mark of `mark`, while this program opens or closes the file. Until it is dropped, another program that has the file
/// open accepts every change. A future that ends by an error or a signal drops it too.
pub(super) struct Mark<'a>(&'a Path);

impl<'a> Mark<'a> {
    pub fn on(path: &'a Path) -> Self {
        mark(path);
        Self(path)
    }
}

impl Drop for Mark<'_> {
    fn drop(&mut self) {
        // The last program to close the file deletes the log.
        if metadata(beside(self.0, "-wal")).is_ok() {
            Checkpoints::default().record(self.0);
        }
    }
}

pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Returns a value that changes with every write to the database file.
fn state(path: &Path) -> io::Result<String> {
    let found = metadata(path)?;
    let written = found.modified()?.duration_since(UNIX_EPOCH).map_err(io::Error::other)?;
    Ok(format!("{} bytes, written {}", found.len(), written.as_nanos()))
}

/// Atomic: after a power failure the record is the old or the new one.
fn write_record(path: &Path, record: &str) -> io::Result<()> {
    let new = beside(path, "-checkpoint-new");
    let mut file = File::create(&new)?;
    file.write_all(record.as_bytes())?;
    file.sync_all()?;
    rename(new, beside(path, "-checkpoint"))
}
