//! An empty PostgreSQL database for each test, if there is a server.

use super::TestDb;
use crate::config::for_tests::{is_ci, postgres_urls};
use crate::db::{self, DatabaseUrl, Db};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor, PgConnection};
use std::str::FromStr;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::{OnceCell, Semaphore, SemaphorePermit};

/// Databases that are open at once, and connections to each: a usual server accepts 100. Twice the threads of a run, so that
/// tests which open a second database do not wait for each other for ever.
static OPEN: Semaphore = Semaphore::const_new(16);
const CONNECTIONS: u32 = 5;

struct Database {
    admin: PgConnectOptions,
    name: String,
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
        let options = database.options();
        let db = Db::with_connections(&options, CONNECTIONS).await.expect("a copy of the template");
        let url = DatabaseUrl::Postgres(Box::new(options));
        Some(Self { db, url, _place: Box::new(database) })
    }
}

/// Returns the migrated database that the tests copy: the migrations take longer than a copy. It stays after the run, until a
/// later one drops it.
async fn template(admin: &PgConnectOptions) -> &'static Database {
    static TEMPLATE: OnceCell<Database> = OnceCell::const_new();
    let made = async || {
        let database = Database::create(admin.clone(), None).await;
        // A database with connections cannot be copied.
        let url = DatabaseUrl::Postgres(Box::new(database.options()));
        db::connect(&url, true).await.expect("a migrated database").close().await;
        database
    };
    TEMPLATE.get_or_init(made).await
}

/// Of runs that have ended.
async fn drop_old_templates(server: &mut PgConnection) {
    let old = "select datname from pg_database where datname like 'test\\_template\\_%'
         and split_part(datname, '_', 3)::bigint < extract(epoch from now()) - 7200";
    let old: Vec<(String,)> = sqlx::query_as(old).fetch_all(&mut *server).await.unwrap_or_default();
    for (name,) in old {
        // Another run may drop it at the same time.
        drop(server.execute(format!("drop database if exists {name}").as_str()).await);
    }
}

impl Database {
    async fn create(admin: PgConnectOptions, template: Option<&Self>) -> Self {
        let id = uuid::Uuid::new_v4().simple().to_string();
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let name = match template {
            Some(_) => format!("test_{id}"),
            None => format!("test_template_{seconds}_{id}"),
        };
        let mut connection = admin.connect().await.expect("a connection to PostgreSQL");
        let create = match template {
            Some(template) => format!("create database {name} template {}", template.name),
            None => format!("create database {name}"),
        };
        connection.execute(create.as_str()).await.expect("a new PostgreSQL database");
        // No test is about a power failure, and waiting for the disk takes most of the time.
        let fast =
            format!("set synchronous_commit = off; alter database {name} set synchronous_commit = off");
        connection.execute(fast.as_str()).await.expect("a faster PostgreSQL database");
        Self { admin, name, _permit: None }
    }

    fn options(&self) -> PgConnectOptions {
        self.admin.clone().database(&self.name)
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
        if let Ok(mut server) = options.connect().await {
            drop_old_templates(&mut server).await;
            return Some(options);
        }
    }
    None
}
