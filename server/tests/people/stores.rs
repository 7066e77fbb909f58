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
