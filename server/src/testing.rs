//! A database of one's own for each test, on both kinds. For tests only.
#![allow(clippy::expect_used, clippy::print_stderr, reason = "part of the tests, which may fail and say so")]

use crate::config::for_tests::{is_ci, postgres_urls};
use crate::db::{self, DatabaseUrl, Db};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor, PgConnection};
use std::ops::Deref;
use std::path::PathBuf;
use std::str::FromStr;
use tokio::sync::OnceCell;

pub use crate::on_both_databases;

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

            #[tokio::test]
            async fn on_postgres() {
                if let Some(db) = $crate::testing::TestDb::postgres().await {
                    test(db).await;
                }
            }
        }
    )+};
}

/// An empty, migrated database that goes away with its test.
pub struct TestDb {
    db: Db,
    url: DatabaseUrl,
    place: Place,
}

enum Place {
    Folder(tempfile::TempDir),
    Server { admin: Box<PgConnectOptions>, name: String },
}

impl TestDb {
    /// A new SQLite file.
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = DatabaseUrl::Sqlite(folder.path().join("test.db"));
        let db = db::connect(&url, true).await.expect("a new SQLite database");
        Self { db, url, place: Place::Folder(folder) }
    }

    /// A new PostgreSQL database; `None`, loudly, where there is no server and this is not CI.
    pub async fn postgres() -> Option<Self> {
        static SERVER: OnceCell<Option<PgConnectOptions>> = OnceCell::const_new();
        let Some(admin) = SERVER.get_or_init(find_server).await.clone() else {
            assert!(!is_ci(), "no PostgreSQL found: set TEST_DATABASE_URL");
            eprintln!("NOT RUN ON POSTGRESQL: no server found; set TEST_DATABASE_URL");
            return None;
        };
        let name = format!("test_{}", uuid::Uuid::new_v4().simple());
        let mut connection = admin.connect().await.expect("a connection to PostgreSQL");
        let create = format!("create database {name}");
        connection.execute(create.as_str()).await.expect("a new PostgreSQL database");
        let url = DatabaseUrl::Postgres(Box::new(admin.clone().database(&name)));
        let db = db::connect(&url, true).await.expect("a new PostgreSQL database");
        Some(Self { db, url, place: Place::Server { admin: Box::new(admin), name } })
    }

    /// Where it is, for a second process or pool.
    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// The SQLite file, if it is one.
    pub fn file(&self) -> Option<PathBuf> {
        match &self.place {
            Place::Folder(folder) => Some(folder.path().join("test.db")),
            Place::Server { .. } => None,
        }
    }
}

impl Deref for TestDb {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let Place::Server { admin, name } = &self.place else {
            return;
        };
        let (admin, name) = (admin.clone(), name.clone());
        // A test's runtime cannot wait inside a drop, so another one does.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
            runtime.block_on(async {
                let mut connection = PgConnection::connect_with(&admin).await.ok()?;
                let drop_it = format!("drop database if exists {name} with (force)");
                connection.execute(drop_it.as_str()).await.ok()
            })
        });
        drop(dropping.join());
    }
}

async fn find_server() -> Option<PgConnectOptions> {
    for url in postgres_urls() {
        let options = PgConnectOptions::from_str(&url).expect("an address of PostgreSQL");
        if options.connect().await.is_ok() {
            return Some(options);
        }
    }
    None
}
