//! What machines do wrong. What people do wrong is not an error: see `mistakes.rs`.

/// The one error of the domain. `app` turns it into what a person may see.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database refused, was too slow, or is gone.
    #[error("the database did not answer: {0}")]
    Database(#[from] sqlx::Error),
    /// The browser's scratch pad could not be read or written.
    #[error("the session store did not answer: {0}")]
    Pad(#[from] tower_sessions::session::Error),
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
    /// The schema could not be brought up to date; the text says what to do.
    #[error("{0}")]
    Migration(String),
}

impl Error {
    /// Whether waiting and asking again may help.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Database(_) | Self::Pad(_) | Self::Busy)
    }
}
