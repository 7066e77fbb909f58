//! Tests that run with each store of session data.

use server::config::for_tests::redis_url;
use server::testing::TestDb;
use server::visitor::{Store, store};
use server::{Config, Db};
use std::sync::Arc;

tokio::task_local! {
    static STORE: Arc<Store>;
}

/// The store of this test, else SQL.
pub fn current(db: &Db) -> Arc<Store> {
    STORE.try_with(Arc::clone).unwrap_or_else(|_| named(db, "sql"))
}

pub fn named(db: &Db, name: &str) -> Arc<Store> {
    let config = Config::for_tests(&[("SESSION_DATA_STORE", name), ("SESSION_DATA_REDIS_URL", &redis_url())]);
    Arc::new(store(db, &config.session_data_store, &config.session_keys))
}

/// Runs a test on SQLite with this store of session data.
pub async fn with(name: &str, test: impl AsyncFnOnce(TestDb)) {
    let db = TestDb::sqlite().await;
    STORE.scope(named(&db, name), test(db)).await;
}

/// Runs each test with each store on the server, on both databases in SQL.
macro_rules! on_each_server_store {
    ($($(#[$doc:meta])* async fn $name:ident($db:ident: TestDb) $body:block)+) => {$(
        $(#[$doc])*
        mod $name {
            #[allow(unused_imports, reason = "the test may be a call of another one")]
            use super::*;

            async fn each($db: server::testing::TestDb) $body

            server::on_both_databases! { async fn in_sql(db: TestDb) { super::each(db).await; } }

            #[tokio::test]
            async fn in_memory() {
                crate::people::stores::with("memory", each).await;
            }

            #[tokio::test]
            async fn in_redis() {
                crate::people::stores::with("redis", each).await;
            }
        }
    )+};
}

/// The same, also with the cookie.
macro_rules! on_each_store {
    ($($(#[$doc:meta])* async fn $name:ident($db:ident: TestDb) $body:block)+) => {$(
        $(#[$doc])*
        mod $name {
            use super::*;

            async fn each_store($db: server::testing::TestDb) $body

            on_each_server_store! { async fn on_the_server(db: TestDb) { super::each_store(db).await; } }

            #[tokio::test]
            async fn in_a_cookie() {
                crate::people::stores::with("cookie", each_store).await;
            }
        }
    )+};
}

pub(crate) use {on_each_server_store, on_each_store};
