//! Where scratch pads are stored, and how a changed one is kept and told to the browser.

use super::{FLASH, FORM, LOGIN_MARK, LoginMark, Visitor};
use crate::db::{Db, On};
use crate::error::Error;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::time::Duration;
use time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{ExpiredDeletion, Result as StoreResult};
use tower_sessions::{Expiry, SessionStore};
use tower_sessions_sqlx_store::{PostgresStore, SqliteStore};

/// How long the pad of somebody who is not logged in lasts after its last change: strangers could fill the table.
const STRANGERS: time::Duration = time::Duration::hours(1);
/// How long the form of somebody without a cookie can be sent, and a pad outlives its log-in, to say that it ended.
const DAY: time::Duration = time::Duration::days(1);

/// What the browser must be told about its pad.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PadCookie {
    /// The browser's session id.
    pub id: String,
    /// Whether something waits for the next page, so that other pages need not look.
    pub has_mail: bool,
    /// Whether the browser is logged in under this id, or was: nobody else need be looked for in `sessions`.
    pub is_known: bool,
    /// How long the cookie lasts; `None`: until the browser's window closes.
    pub max_age: Option<Duration>,
}

impl Visitor {
    /// Stores the pad if this request changed it, and says what its cookie must hold then.
    pub async fn save(&self) -> Result<Option<PadCookie>, Error> {
        if !self.pad.is_modified() || self.pad.is_empty().await {
            return Ok(self.cookie_of_token());
        }
        let now = OffsetDateTime::now_utc();
        let mark: Option<LoginMark> = self.read(LOGIN_MARK).await?;
        let is_known = self.is_known.load(Ordering::Relaxed);
        let longest = self.limits.absolute.max(self.limits.remember);
        let lasts = now + if is_known { DAY + longest } else { STRANGERS };
        self.pad.set_expiry(Some(Expiry::AtDateTime(lasts)));
        self.pad.save().await?;
        let Some(id) = self.pad.id() else { return Ok(None) };
        let has_mail =
            self.pad.get_value(FLASH).await?.is_some() || self.pad.get_value(FORM).await?.is_some();
        let max_age = mark
            .filter(|(ends, _)| *ends > 0)
            .map(|(ends, _)| Duration::from_secs((ends - now.unix_timestamp()).max(0).unsigned_abs()));
        Ok(Some(PadCookie { id: id.to_string(), has_mail, is_known, max_age }))
    }

    /// The cookie that makes the token of a page's forms valid, for a browser that came without one. It names a pad
    /// that is not stored: looking at a form writes nothing.
    fn cookie_of_token(&self) -> Option<PadCookie> {
        let id = self.pad.id().filter(|_| self.arrival.is_new && self.form_token.get().is_some())?;
        Some(PadCookie {
            id: id.to_string(),
            has_mail: false,
            is_known: false,
            max_age: Some(DAY.unsigned_abs()),
        })
    }

    /// What the pad holds under a key. What another build wrote there in another shape is nothing, and goes.
    pub(super) async fn read<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Error> {
        match self.pad.get(key).await {
            Err(tower_sessions::session::Error::SerdeJson(_)) => {
                self.pad.remove_value(key).await?;
                Ok(None)
            }
            found => Ok(found?),
        }
    }

    /// Makes `save` tell the browser its cookie again, though nothing in the pad changed.
    pub fn reissue_cookie(&self) {
        self.pad.set_expiry(self.pad.expiry());
    }
}

/// The library's store for whichever database is there.
#[derive(Clone, Debug)]
pub struct Store {
    readers: On<SqliteStore, PostgresStore>,
    writer: On<SqliteStore, PostgresStore>,
}

/// The store of all pads.
pub fn store(db: &Db) -> Store {
    let on = |pool| match pool {
        On::Sqlite(pool) => On::Sqlite(SqliteStore::new(Clone::clone(pool))),
        On::Postgres(pool) => On::Postgres(postgres_store(Clone::clone(pool))),
    };
    Store { readers: on(db.read()), writer: on(db.write()) }
}

fn postgres_store(pool: sqlx::PgPool) -> PostgresStore {
    let store = PostgresStore::new(pool);
    // Both names are constants that the library accepts; the table is the one of our migrations.
    let store = store.clone().with_schema_name("public").unwrap_or(store);
    store.clone().with_table_name("tower_sessions").unwrap_or(store)
}

/// Deletes the pads that are out of time.
pub(crate) async fn purge_pads(db: &Db) -> Result<(), Error> {
    let done = match store(db).writer {
        On::Sqlite(store) => store.delete_expired().await,
        On::Postgres(store) => store.delete_expired().await,
    };
    Ok(done.map_err(tower_sessions::session::Error::Store)?)
}

#[async_trait::async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> StoreResult<()> {
        crate::on!(&self.writer, store => store.create(record).await)
    }

    async fn save(&self, record: &Record) -> StoreResult<()> {
        crate::on!(&self.writer, store => store.save(record).await)
    }

    /// A pad that is gone is an empty one. With a new id in its place, which is what the library makes of it,
    /// the browser would lose its log-in along with a message.
    async fn load(&self, id: &Id) -> StoreResult<Option<Record>> {
        let found = crate::on!(&self.readers, store => store.load(id).await)?;
        let empty = || Record { id: *id, data: HashMap::new(), expiry_date: OffsetDateTime::now_utc() + DAY };
        Ok(Some(found.unwrap_or_else(empty)))
    }

    async fn delete(&self, id: &Id) -> StoreResult<()> {
        crate::on!(&self.writer, store => store.delete(id).await)
    }
}
