//! The error type of the domain: expected failures, which get an answer, and technical errors, which are logged.

use crate::field_errors::FieldErrors;
use crate::refusal::Refusal;
use crate::sign_on_failure::SignOnFailure;
use sqlx::sqlite::SqliteError;
use std::time::Duration;
use tower_sessions::session_store;

/// Busy, locked, out of memory, read-only, interrupted, an I/O error, damaged, full, cannot be opened, not a database.
/// A damaged file is an error of the machine, as a full disk is: it ends when an admin restores the file.
const SQLITE_TEMPORARY: [i32; 10] = [5, 6, 7, 8, 9, 10, 11, 13, 14, 26];
/// Connection lost, read-only (this node still uses the old primary), transaction idle or open for too long, log-in refused,
/// no such database, rolled back because of others, out of resources, accepts no connections, lock not available,
/// shutdown.
const POSTGRES_TEMPORARY: [&str; 11] =
    ["08", "25006", "25P03", "25P04", "28", "3D000", "40", "53", "55000", "55P03", "57"];

/// Time until the next attempt is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryAfter(pub Duration);

/// `app` turns it into what a user may see.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("invalid input:\n{0}")]
    Invalid(#[from] FieldErrors),
    #[error("a rate limit was exceeded")]
    RateLimited(RetryAfter),
    #[error("{0}")]
    Refused(#[from] Refusal),
    #[error("{0}")]
    SignOn(#[from] SignOnFailure),
    /// An email could not be sent now: the mail server is unreachable, busy, or refuses the log-in. The text is for
    /// admins, also in the next two.
    #[error("{0}")]
    Mail(String),
    /// The mail server refused this email for good.
    #[error("{0}")]
    EmailRefused(String),
    /// The mail server refused the recipient's address for good.
    #[error("{0}")]
    AddressRefused(String),
    /// Another version of the program queued it.
    #[error("this version of the program does not know this kind of job")]
    UnknownJob,
    #[error("the program ended during each attempt")]
    Exhausted,
    #[error("the database did not answer: {0}")]
    Database(#[source] sqlx::Error),
    /// The row that a new one refers to was deleted meanwhile, or other rows refer to the one that is to be deleted.
    #[error("a foreign key was violated: {0}")]
    ForeignKey(#[source] sqlx::Error),
    /// Writes would be lost. The text names the file, and says what to do.
    #[error("{0}")]
    DatabaseFile(String),
    #[error("the database is not ready: {0}")]
    NotReady(String),
    #[error("the session store did not answer: {0}")]
    SessionData(#[from] tower_sessions::session::Error),
    /// A refused form cannot be kept, because the session data is in a cookie.
    #[error("the input of a form is too large for the cookie with session data")]
    TooLargeForCookie,
    #[error("a stored password hash cannot be read: {0}")]
    StoredHash(#[from] argon2::password_hash::phc::Error),
    #[error("a password could not be hashed: {0}")]
    Hashing(#[from] argon2::password_hash::Error),
    #[error("too many passwords are being checked at once")]
    Busy,
    #[error("a task did not finish: {0}")]
    Task(#[from] tokio::task::JoinError),
    #[error("the arguments of a job cannot be written: {0}")]
    Arguments(#[from] serde_json::Error),
    #[error("a secret could not be encrypted or decrypted: {0}")]
    Encryption(&'static str),
    #[error("a browser could not be asked for a passkey: {0}")]
    Passkeys(#[from] webauthn_rs::prelude::WebauthnError),
    #[error("a passkey cannot be written: {0}")]
    Passkey(serde_json::Error),
    /// A push that cannot be sent.
    #[error("{0}")]
    Live(&'static str),
    #[error("the bus of live tabs did not answer: {0}")]
    Bus(String),
    #[error("{0}")]
    Migration(String),
    #[error("{0}")]
    Copy(String),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match is_foreign_key(&error) {
            true => Self::ForeignKey(error),
            false => Self::Database(error),
        }
    }
}

impl Error {
    /// Returns whether another row has the same value in a unique index.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(error)) if error.is_unique_violation())
    }

    /// Returns whether another attempt of a job would fail in the same way.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::EmailRefused(_) | Self::AddressRefused(_) | Self::Exhausted)
    }

    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Busy | Self::DatabaseFile(_) | Self::NotReady(_) | Self::Bus(_) => true,
            // The library returns the database error as text only.
            Self::SessionData(tower_sessions::session::Error::Store(session_store::Error::Backend(_))) => {
                true
            }
            Self::Database(error) => is_temporary(error),
            _ => false,
        }
    }
}

/// For `on delete restrict`, SQLite reports a trigger with this message, and PostgreSQL 18 has a code of its own.
fn is_foreign_key(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else { return false };
    error.is_foreign_key_violation()
        || match error.code().as_deref() {
            Some("1811") => error.message() == "FOREIGN KEY constraint failed",
            code => code == Some("23001"),
        }
}

fn is_temporary(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else {
        use sqlx::Error::{Io, PoolClosed, PoolTimedOut, Protocol, Tls, WorkerCrashed};
        return matches!(error, Io(_) | PoolClosed | PoolTimedOut | Protocol(_) | Tls(_) | WorkerCrashed);
    };
    let code = error.code().unwrap_or_default();
    match error.try_downcast_ref::<SqliteError>() {
        // The low byte is the kind of the error.
        Some(_) => code.parse::<i32>().is_ok_and(|code| SQLITE_TEMPORARY.contains(&(code & 0xff))),
        None => POSTGRES_TEMPORARY.iter().any(|class| code.starts_with(class)),
    }
}
