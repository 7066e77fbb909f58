//! Reads and writes session data in the store of `SESSION_DATA_STORE` (docs/decisions/0024). The log-ins are in SQL with
//! each store.

mod cookie;
mod cookie_value;
mod keyed_mutex;
mod library_store;
mod memory;
mod redis;
mod setting;
mod sql;

use super::Data;
use super::changes::Change;
use super::marker::Row;
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::keys::Keys;
use cookie::Cookie;
use library_store::{Library, Moved};
use serde_json::Value;
use sql::Sql;
use std::sync::Arc;
use time::OffsetDateTime;
use tower_sessions::session::Id;

pub use setting::{RedisAddress, SessionDataStore};
pub use sql::purge_session_data;

#[derive(Clone, Debug)]
pub struct Store(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Sql(Sql),
    Library(Library),
    Cookie(Cookie),
}

/// Connects to Redis in the background.
pub fn store(db: &Db, setting: &SessionDataStore, keys: &Keys) -> Store {
    Store(match setting {
        SessionDataStore::Sql => Kind::Sql(Sql { db: db.clone() }),
        SessionDataStore::Memory => Kind::Library(memory::library(db)),
        SessionDataStore::Redis(address) => Kind::Library(redis::library(db, address)),
        SessionDataStore::Cookie => Kind::Cookie(Cookie::new(Sql { db: db.clone() }, keys)),
    })
}

/// What a change of the session id needs before its transaction begins.
#[derive(Debug)]
pub(super) enum Prepared {
    InTransaction,
    Moved(Box<Moved>),
}

impl Store {
    /// The store of one request. `cookie` is the value of the browser's cookie with session data.
    pub fn of_request(store: &Arc<Self>, id: Option<Id>, cookie: Option<&str>) -> Arc<Self> {
        match &store.0 {
            Kind::Cookie(store) => Arc::new(Self(Kind::Cookie(store.opened(id, cookie)))),
            Kind::Sql(_) | Kind::Library(_) => store.clone(),
        }
    }

    /// The new value for the browser's cookie with session data, empty if it must be removed. `None` if it stays.
    pub(super) fn changed_cookie(&self, id: Id, until: OffsetDateTime) -> Result<Option<String>, Error> {
        match &self.0 {
            Kind::Cookie(store) => store.changed_value(id, until),
            Kind::Sql(_) | Kind::Library(_) => Ok(None),
        }
    }

    /// The browser gets another id, with nothing of this one.
    pub(super) fn start_anew(&self) {
        if let Kind::Cookie(store) = &self.0 {
            store.replaced(&Data::default());
        }
    }

    pub(super) async fn load(&self, id: Id) -> Result<Row, Error> {
        match &self.0 {
            Kind::Sql(store) => store.load(id).await,
            Kind::Library(store) => store.load(id).await,
            Kind::Cookie(store) => store.load(id).await,
        }
    }

    pub(super) async fn is_stored(&self, id: Id) -> Result<bool, Error> {
        match &self.0 {
            Kind::Sql(store) => store.is_stored(id).await,
            Kind::Library(store) => store.is_stored(id).await,
            Kind::Cookie(store) => store.is_stored(id).await,
        }
    }

    /// Whether these changes take up room on the server.
    pub(super) fn needs_room(&self, changes: &[Change]) -> bool {
        match &self.0 {
            Kind::Sql(_) | Kind::Library(_) => true,
            Kind::Cookie(store) => store.needs_row(changes),
        }
    }

    /// Whether a page of a logged-in user must look for messages and forms. `in_sql` is what `sessions::find` reported.
    pub(super) fn may_have_pending(&self, in_sql: bool) -> bool {
        match &self.0 {
            Kind::Sql(_) => in_sql,
            Kind::Library(_) => true,
            Kind::Cookie(store) => in_sql || store.has_pending(),
        }
    }

    /// Returns the new content, or `None`, without a change, if the id was replaced.
    pub(super) async fn merge(
        &self,
        id: Id,
        changes: &[Change],
        until: OffsetDateTime,
    ) -> Result<Option<Data>, Error> {
        match &self.0 {
            Kind::Sql(store) => store.merge(id, changes, until).await,
            Kind::Library(store) => store.merge(id, changes, until).await,
            Kind::Cookie(store) => store.merge(id, changes, until).await,
        }
    }

    /// Returns the values and the rest, or `None` if the id was replaced.
    pub(super) async fn take(
        &self,
        id: Id,
        matches: impl Fn(&str, &Value) -> bool,
    ) -> Result<Option<(Data, Data)>, Error> {
        match &self.0 {
            Kind::Sql(store) => store.take(id, matches).await,
            Kind::Library(store) => store.take(id, matches).await,
            Kind::Cookie(store) => store.take(id, matches).await,
        }
    }

    /// Returns the new content, or `None` if the values went to the next id.
    pub(super) async fn put_back(
        &self,
        id: Id,
        values: &Data,
        until: OffsetDateTime,
    ) -> Result<Option<Data>, Error> {
        match &self.0 {
            Kind::Sql(store) => store.put_back(id, values, until).await,
            Kind::Library(store) => store.put_back(id, values, until).await,
            Kind::Cookie(store) => store.put_back(id, values, until).await,
        }
    }

    /// Before the transaction: a store outside of SQL must not make the only writer of SQLite wait. Returns `None` if
    /// another request was first.
    pub(super) async fn prepare(
        &self,
        ids: (Id, Id),
        changes: &[Change],
        until: OffsetDateTime,
    ) -> Result<Option<Prepared>, Error> {
        match &self.0 {
            Kind::Sql(_) | Kind::Cookie(_) => Ok(Some(Prepared::InTransaction)),
            Kind::Library(store) => {
                Ok(store.prepare(ids, changes, until).await?.map(|moved| Prepared::Moved(Box::new(moved))))
            }
        }
    }

    /// Returns `None` if another request was first.
    pub(super) async fn replace_in(
        &self,
        tx: &mut Tx,
        (ids, prepared): ((Id, Id), &Prepared),
        changes: &[Change],
        until: OffsetDateTime,
    ) -> Result<Option<Data>, Error> {
        match (&self.0, prepared) {
            (_, Prepared::Moved(moved)) => Ok(Some(moved.data.clone())),
            (Kind::Sql(store), _) => store.replace_in(tx, ids, changes, until).await,
            (Kind::Cookie(store), _) => store.replace_in(tx, ids, changes, until).await,
            (Kind::Library(_), Prepared::InTransaction) => Ok(None),
        }
    }

    /// After the commit.
    pub(super) async fn replaced(&self, prepared: Prepared, data: &Data) {
        match (&self.0, prepared) {
            (Kind::Library(store), Prepared::Moved(moved)) => store.mark_replaced(*moved).await,
            (Kind::Cookie(store), _) => store.replaced(data),
            _ => {}
        }
    }

    /// Returns the number of uses, and the milliseconds since the replacement; `None` if the marker is gone.
    pub(super) async fn count_late_request(&self, id: Id) -> Result<Option<(i64, i64)>, Error> {
        match &self.0 {
            Kind::Sql(store) => store.count_late_request(id).await,
            Kind::Library(store) => store.count_late_request(id).await,
            Kind::Cookie(store) => store.count_late_request(id).await,
        }
    }
}
