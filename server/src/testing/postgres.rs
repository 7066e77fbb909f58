//! An empty PostgreSQL database for each test, if there is a server.

use super::TestDb;
use crate::config::for_tests::{is_ci, postgres_urls};
use crate::db::{self, DatabaseUrl};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor, PgConnection};
use std::str::FromStr;
use std::sync::{Arc, Weak};
use tokio::sync::{Mutex, OnceCell, Semaphore, SemaphorePermit};

/// Databases that are open at once, and connections to each: a usual server accepts 100. Twice the threads of a run, so that
/// tests which open a second database do not wait for each other for ever.
static OPEN: Semaphore = Semaphore::const_new(16);
const CONNECTIONS: u32 = 5;

struct Database {
    admin: PgConnectOptions,
    name: String,
    /// The template lives as long as a copy of it, so that a run leaves no database behind.
    _template: Option<Arc<Database>>,
    _permit: Option<SemaphorePermit<'static>>,
}

impl TestDb {
    /// Returns `None`, with a message, if there is no server and this is not CI.
    pub async fn postgres() -> Option<Self> {
        static SERVER: OnceCell<Option<PgConnectOptions>> = OnceCell::const_new();
        let Some(admin) = SERVER.get_or_init(find_server).await.clone() else {
            assert!(!is_ci(), "no PostgreSQL found: set TEST_DATABASE_URL");
            eprintln!("NOT RUN ON POSTGRESQL: no server found; set TEST_DATABASE_URL");
            return None;
        };
        let permit = OPEN.acquire().await.ok();
        let template = template(&admin).await;
        let mut database = Database::create(admin, Some(template)).await;
        database._permit = permit;
        let url = database.url();
        let db = db::connect_with(&url, CONNECTIONS).await.expect("a copy of the template");
        Some(Self { db, url, _place: Box::new(database) })
    }
}

/// Returns the migrated database that the tests copy: the migrations take longer than a copy.
async fn template(admin: &PgConnectOptions) -> Arc<Database> {
    static TEMPLATE: Mutex<Weak<Database>> = Mutex::const_new(Weak::new());
    let mut template = TEMPLATE.lock().await;
    if let Some(template) = template.upgrade() {
        return template;
    }
    let database = Arc::new(Database::create(admin.clone(), None).await);
    // A database with connections cannot be copied.
    db::connect(&database.url(), true).await.expect("a migrated database").close().await;
    *template = Arc::downgrade(&database);
    database
}

impl Database {
    async fn create(admin: PgConnectOptions, template: Option<Arc<Self>>) -> Self {
        let name = format!("test_{}", uuid::Uuid::new_v4().simple());
        let mut connection = admin.connect().await.expect("a connection to PostgreSQL");
        let create = match &template {
            Some(template) => format!("create database {name} template {}", template.name),
            None => format!("create database {name}"),
        };
        connection.execute(create.as_str()).await.expect("a new PostgreSQL database");
        // No test is about a power failure, and waiting for the disk takes most of the time.
        let fast =
            format!("set synchronous_commit = off; alter database {name} set synchronous_commit = off");
        connection.execute(fast.as_str()).await.expect("a faster PostgreSQL database");
        Self { admin, name, _template: template, _permit: None }
    }

    fn url(&self) -> DatabaseUrl {
        DatabaseUrl::Postgres(Box::new(self.admin.clone().database(&self.name)))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (admin, name) = (self.admin.clone(), self.name.clone());
        // A test's runtime cannot wait inside a drop.
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
