//! An empty PostgreSQL database for each test, if there is a server: one that an earlier test has used, or a new one.

use super::TestDb;
use crate::config::for_tests::{is_ci, postgres_urls};
use crate::db::{self, DatabaseUrl, Db};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor, PgConnection};
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::sync::{OnceCell, Semaphore, SemaphorePermit};

/// Databases that are open at once, and connections to each: a usual server accepts 100. Twice the threads of a run, so that
/// tests which open a second database do not wait for each other for ever.
static OPEN: Semaphore = Semaphore::const_new(16);
const CONNECTIONS: u32 = 5;
/// Names of databases that earlier tests used, and that are empty again. A new one costs a test most of its time.
static EMPTY: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Ends what the test left open.
const END_OTHERS: &str = "select pg_terminate_backend(pid, 5000) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()";
/// A value that every change of the schema changes, and the size in bytes.
const SCHEMA_AND_SIZE: &str = "select sum(xmin::text::bigint)::text, pg_database_size(current_database())
     from (select xmin from pg_class union all select xmin from pg_attribute union all select xmin from pg_constraint
           union all select xmin from pg_trigger union all select xmin from pg_proc
           union all select xmin from _sqlx_migrations) rows_of_schema";
/// Deletes all rows, without triggers and foreign keys.
const DELETE: &str = "do $$ declare name text; begin
         perform set_config('session_replication_role', 'replica', true);
         for name in select format('%I', relname) from pg_class where relkind = 'r'
             and relnamespace = 'public'::regnamespace and relname <> '_sqlx_migrations' loop
             execute 'delete from ' || name;
         end loop;
     end $$";
/// In bytes: a test with more rows leaves pages that slow later tests down.
const LARGE: i64 = 12_000_000;

struct Template {
    name: String,
    schema: String,
}

struct Database {
    admin: PgConnectOptions,
    name: String,
    schema: &'static str,
    is_address_known: Arc<AtomicBool>,
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
        let unused = EMPTY.lock().ok().and_then(|mut empty| empty.pop());
        let name = match unused {
            Some(name) => name,
            None => create(&admin, &format!("template {}", template.name)).await,
        };
        let is_address_known = Arc::<AtomicBool>::default();
        let schema = &template.schema;
        let database =
            Database { admin, name, schema, is_address_known: is_address_known.clone(), _permit: permit };
        let options = database.options();
        let db = Db::with_connections(&options, CONNECTIONS).await.expect("a copy of the template");
        let url = DatabaseUrl::Postgres(Box::new(options));
        Some(Self { db, url, is_address_known, _place: Box::new(database) })
    }
}

/// Returns the migrated database that the tests copy: the migrations take longer than a copy.
async fn template(admin: &PgConnectOptions) -> &'static Template {
    static TEMPLATE: OnceCell<Template> = OnceCell::const_new();
    let made = async || {
        let name = create(admin, "").await;
        let url = DatabaseUrl::Postgres(Box::new(admin.clone().database(&name)));
        // A database with connections cannot be copied.
        db::connect(&url, true).await.expect("a migrated database").close().await;
        let mut connection = admin.clone().database(&name).connect().await.expect("a connection");
        let (schema, _) = schema_and_size(&mut connection).await.expect("the schema of the template");
        connection.close().await.expect("no connection to the template");
        Template { name, schema }
    };
    TEMPLATE.get_or_init(made).await
}

/// Creates a database, and returns its name. What is left after a run is dropped by one that starts two hours later.
async fn create(admin: &PgConnectOptions, from: &str) -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let name = format!("test_{seconds}_{}", uuid::Uuid::new_v4().simple());
    let mut connection = admin.connect().await.expect("a connection to PostgreSQL");
    connection.execute(format!("create database {name} {from}").as_str()).await.expect("a new database");
    // No test is about a power failure, and waiting for the disk takes most of the time.
    let fast = format!("set synchronous_commit = off; alter database {name} set synchronous_commit = off");
    connection.execute(fast.as_str()).await.expect("a faster PostgreSQL database");
    name
}

async fn schema_and_size(database: &mut PgConnection) -> Result<(String, i64), sqlx::Error> {
    sqlx::query_as(SCHEMA_AND_SIZE).fetch_one(database).await
}

/// Drops the databases of runs that have ended.
async fn drop_old(server: &mut PgConnection) {
    let old = "select datname from pg_database
         where substring(datname from '^test_([0-9]{10})_')::bigint < extract(epoch from now()) - 7200";
    let old: Vec<(String,)> = sqlx::query_as(old).fetch_all(&mut *server).await.unwrap_or_default();
    for (name,) in old {
        // Another run may drop it at the same time.
        drop(server.execute(format!("drop database if exists {name}").as_str()).await);
    }
}

impl Database {
    fn options(&self) -> PgConnectOptions {
        self.admin.clone().database(&self.name)
    }
}

/// Empties a database for a later test. Returns false if the test changed the schema, or wrote much.
async fn is_emptied(database: &PgConnectOptions, schema: &str) -> Result<bool, sqlx::Error> {
    let mut connection = database.connect().await?;
    connection.execute(END_OTHERS).await?;
    let (left, size) = schema_and_size(&mut connection).await?;
    if left != schema || size > LARGE {
        return Ok(false);
    }
    connection.execute(DELETE).await?;
    connection.close().await?;
    Ok(true)
}

async fn drop_database(admin: &PgConnectOptions, name: &str) -> Result<(), sqlx::Error> {
    let mut server = admin.connect().await?;
    server.execute(format!("drop database if exists {name} with (force)").as_str()).await.map(drop)
}

impl Drop for Database {
    fn drop(&mut self) {
        let (admin, name, schema) = (self.admin.clone(), self.name.clone(), self.schema);
        let (options, is_address_known) = (self.options(), self.is_address_known.load(Relaxed));
        // A test's runtime cannot wait inside a drop.
        let ending = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
            if !is_address_known && runtime.block_on(is_emptied(&options, schema)).unwrap_or_default() {
                EMPTY.lock().ok()?.push(name);
                return Some(());
            }
            runtime.block_on(drop_database(&admin, &name)).ok()
        });
        drop(ending.join());
    }
}

async fn find_server() -> Option<PgConnectOptions> {
    for url in postgres_urls() {
        let options = PgConnectOptions::from_str(&url).expect("an address of PostgreSQL");
        if let Ok(mut server) = options.connect().await {
            drop_old(&mut server).await;
            return Some(options);
        }
    }
    None
}
