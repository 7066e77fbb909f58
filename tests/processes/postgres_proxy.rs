//! The network between the product and PostgreSQL.

use super::proxy::Proxy;
use server::db::DatabaseUrl;
use server::testing::TestDb;
use sqlx::ConnectOptions;

impl Proxy {
    /// A working network. `None` if the database is not on a network.
    pub async fn before(db: &TestDb) -> Option<Self> {
        let DatabaseUrl::Postgres(options) = db.url() else { return None };
        let server = (options.get_host().to_owned(), options.get_port());
        let through = |port| options.clone().host("127.0.0.1").port(port).to_url_lossy().to_string();
        Some(Self::before_server(server, through).await)
    }
}
