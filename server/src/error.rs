//! What machines do wrong. What people do wrong is not an error: see `mistakes.rs`.

use sqlx::sqlite::SqliteError;
use tower_sessions::session_store;

/// Busy, locked, out of memory, read-only, interrupted, an I/O error, full, cannot be opened.
const SQLITE_TEMPORARY: [i32; 8] = [5, 6, 7, 8, 9, 10, 13, 14];
/// Connection lost, read-only (this node still talks to what was the primary), a transaction that was idle or open for too
/// long, transaction rolled back by others, out of resources, lock not available, shut down.
const POSTGRES_TEMPORARY: [&str; 8] = ["08", "25006", "25P03", "25P04", "40", "53", "55P03", "57"];

/// The one error of the domain. `app` turns it into what a person may see.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database refused, was too slow, or is gone.
    #[error("the database did not answer: {0}")]
    Database(#[from] sqlx::Error),
    /// What is written would be lost; the text says which file, and what to do.
    #[error("{0}")]
    DatabaseFile(String),
    /// The database takes no writes now; the text says why.
    #[error("the database is not ready: {0}")]
    NotReady(String),
    /// The browser's session data could not be read or written.
    #[error("the session store did not answer: {0}")]
    SessionData(#[from] tower_sessions::session::Error),
    /// A stored password hash cannot be read.
    #[error("a stored password hash cannot be read: {0}")]
    StoredHash(#[from] argon2::password_hash::phc::Error),
    /// Hashing a password failed.
    #[error("a password could not be hashed: {0}")]
    Hashing(#[from] argon2::password_hash::Error),
    /// Too many passwords are being checked at once.
    #[error("too many passwords are being checked at once")]
    Busy,
    /// A blocking task was cancelled or panicked.
    #[error("a task did not finish: {0}")]
    Task(#[from] tokio::task::JoinError),
    /// The arguments of a job cannot be written.
    #[error("the arguments of a job cannot be written: {0}")]
    Arguments(#[from] serde_json::Error),
    /// A secret could not be encrypted for the table that it rests in; the text says why.
    #[error("a secret could not be sealed: {0}")]
    Encryption(&'static str),
    /// A browser could not be asked for a passkey.
    #[error("a browser could not be asked for a passkey: {0}")]
    Passkeys(#[from] webauthn_rs::prelude::WebauthnError),
    /// A passkey, or what a browser is asked for one, cannot be written.
    #[error("a passkey cannot be written: {0}")]
    Passkey(serde_json::Error),
    /// The schema could not be brought up to date; the text says what to do.
    #[error("{0}")]
    Migration(String),
    /// The database was not copied; the text says why.
    #[error("{0}")]
    Copy(String),
}

impl Error {
    /// Whether waiting and asking again may help.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Busy | Self::DatabaseFile(_) | Self::NotReady(_) => true,
            // The library hands on what the database said as text only.
            Self::SessionData(tower_sessions::session::Error::Store(session_store::Error::Backend(_))) => {
                true
            }
            Self::Database(error) => is_temporary(error),
            _ => false,
        }
    }
}

/// A database that is busy, locked, restarting or out of reach, rather than a statement that is wrong.
fn is_temporary(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else {
        use sqlx::Error::{Io, PoolClosed, PoolTimedOut, Protocol, Tls, WorkerCrashed};
        return matches!(error, Io(_) | PoolClosed | PoolTimedOut | Protocol(_) | Tls(_) | WorkerCrashed);
    };
    let code = error.code().unwrap_or_default();
    match error.try_downcast_ref::<SqliteError>() {
        // The low byte is the kind; the rest says more.
        Some(_) => code.parse::<i32>().is_ok_and(|code| SQLITE_TEMPORARY.contains(&(code & 0xff))),
        None => POSTGRES_TEMPORARY.iter().any(|class| code.starts_with(class)),
    }
}
