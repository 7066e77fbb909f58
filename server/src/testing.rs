//! A separate database for each test, of both kinds. For tests only.
#![allow(clippy::expect_used, clippy::print_stderr, reason = "part of the tests, which may fail and say so")]

use crate::db::{self, DatabaseUrl, Db};
use crate::error::{Error, RetryAfter};
use crate::field_errors::FieldErrors;
use crate::refusal::Refusal;
use std::any::Any;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;
use tokio::sync::OnceCell;

mod device;
mod postgres;
mod tables;

pub use crate::{on_both_databases, on_sqlite};
pub use device::Device;
pub use tables::{dump, lines, row_with};

/// Runs each test on both databases: `async fn a_sentence(db: TestDb) { … }`.
#[macro_export]
macro_rules! on_both_databases {
    ($($(#[$doc:meta])* async fn $name:ident($db:ident: TestDb) $body:block)+) => {$(
        $(#[$doc])*
        mod $name {
            use super::*;

            async fn test($db: $crate::testing::TestDb) $body

            #[tokio::test]
            async fn on_sqlite() {
                test($crate::testing::TestDb::sqlite().await).await;
            }

            #[tokio::test] async fn on_postgres() { if let Some(db) = $crate::testing::TestDb::postgres().await { test(db).await } }
        }
    )+};
}

/// Runs each test on SQLite only: what it tests, like a header, cannot depend on the database.
#[macro_export]
macro_rules! on_sqlite {
    ($($(#[$doc:meta])* async fn $name:ident($db:ident: TestDb) $body:block)+) => {$(
        $(#[$doc])*
        #[tokio::test]
        async fn $name() {
            let $db = $crate::testing::TestDb::sqlite().await;
            $body
        }
    )+};
}

/// Returns the content of a migrated SQLite file: the migrations take longer than a copy.
async fn migrated_file() -> &'static [u8] {
    static FILE: OnceCell<Vec<u8>> = OnceCell::const_new();
    let migrate = async || {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("template.db");
        let url = DatabaseUrl::Sqlite(file.clone());
        db::connect(&url, true).await.expect("a migrated SQLite database").close().await;
        std::fs::read(file).expect("a closed SQLite file")
    };
    FILE.get_or_init(migrate).await
}

pub struct TestDb {
    db: Db,
    url: DatabaseUrl,
    is_address_known: Arc<AtomicBool>,
    _place: Box<dyn Any + Send + Sync>,
}

impl TestDb {
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("test.db");
        std::fs::write(&file, migrated_file().await).expect("a new SQLite file");
        let url = DatabaseUrl::Sqlite(file);
        let db = db::connect(&url, false).await.expect("a new SQLite database");
        Self { db, url, is_address_known: Arc::default(), _place: Box::new(folder) }
    }

    pub fn renamed(mut self, name: &str) -> Self {
        let file = match &mut self.url {
            DatabaseUrl::Sqlite(file) => Some(file),
            DatabaseUrl::Postgres(_) => None,
        };
        if let Some(file) = file {
            let renamed = file.with_file_name(name);
            std::fs::rename(&*file, &renamed).expect("a closed SQLite database");
            *file = renamed;
        }
        self
    }

    pub async fn another(&self) -> Self {
        match self.url {
            DatabaseUrl::Sqlite(_) => Self::sqlite().await,
            DatabaseUrl::Postgres(_) => Self::postgres().await.expect("the PostgreSQL of this one"),
        }
    }

    /// No later test uses this database: what learns its address may use it after the test.
    pub fn url(&self) -> &DatabaseUrl {
        self.is_address_known.store(true, Relaxed);
        &self.url
    }

    /// The address as in `DATABASE_URL`.
    pub fn setting(&self) -> String {
        match self.url() {
            DatabaseUrl::Sqlite(file) => format!("sqlite:{}", file.display()),
            DatabaseUrl::Postgres(options) => sqlx::ConnectOptions::to_url_lossy(&**options).to_string(),
        }
    }

    pub fn file(&self) -> Option<PathBuf> {
        match &self.url {
            DatabaseUrl::Sqlite(file) => Some(file.clone()),
            DatabaseUrl::Postgres(_) => None,
        }
    }
}

impl Deref for TestDb {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

/// Returns the field errors of a refused result.
pub fn field_errors<T>(result: Result<T, Error>) -> FieldErrors {
    match result {
        Err(Error::Invalid(errors)) => errors,
        Err(error) => panic!("not field errors: {error}"),
        Ok(_) => panic!("accepted, without a field error"),
    }
}

/// Returns the time after which an attempt over its rate limit is allowed.
pub fn retry_after<T>(result: Result<T, Error>) -> Duration {
    match result {
        Err(Error::RateLimited(RetryAfter(time))) => time,
        Err(error) => panic!("not a rate limit: {error}"),
        Ok(_) => panic!("allowed by the rate limit"),
    }
}

/// Returns why an account was not changed.
pub fn refusal<T>(result: Result<T, Error>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        Err(error) => panic!("not a refusal: {error}"),
        Ok(_) => panic!("not refused"),
    }
}
