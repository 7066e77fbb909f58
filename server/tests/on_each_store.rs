//! Macros for tests that run with each store of session data.

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
