//! Loads and saves session data with the stores of `tower-sessions-sqlx-store`, on the pools of `Db`.

use super::postgres;
use super::{Db, On, sqlite};
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Result, SessionStore};

impl Db {
    /// Returns `None` if it expired.
    pub(crate) async fn load_session_data(&self, id: &Id) -> Result<Option<Record>> {
        match self.read() {
            On::Sqlite(pool) => sqlite::session_store(pool).load(id).await,
            On::Postgres(pool) => postgres::session_store(pool).load(id).await,
        }
    }
}
