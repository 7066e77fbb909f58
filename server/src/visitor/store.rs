//! The rows of the session data. A request locks the row, changes what it changed itself, and leaves the rest as other
//! requests left it. An id that was replaced keeps a row for a while that says so: docs/decisions/0020.

use super::changes::Change;
use super::lists::{is_waiting, tidy};
use super::marker::{Marker, REPLACED_LASTS, Row};
use super::{DAY, Data};
use crate::db::{Db, On, Tx};
use crate::error::Error;
use crate::on;
use serde_json::Value;
use time::OffsetDateTime;
use tower_sessions::session::{self, Id, Record};
use tower_sessions::session_store;
use tower_sessions::{ExpiredDeletion, SessionStore};
use tower_sessions_sqlx_store::{PostgresStore, SqliteStore};

/// The store of all session data.
#[derive(Clone, Debug)]
pub struct Store {
    db: Db,
    library: On<SqliteStore, PostgresStore>,
}

/// The store of all session data.
pub fn store(db: &Db) -> Store {
    let library = match db.read() {
        On::Sqlite(pool) => On::Sqlite(SqliteStore::new(Clone::clone(pool))),
        On::Postgres(pool) => On::Postgres(postgres_store(Clone::clone(pool))),
    };
    Store { db: db.clone(), library }
}

fn postgres_store(pool: sqlx::PgPool) -> PostgresStore {
    let store = PostgresStore::new(pool);
    // Both names are constants that the library accepts; the table is the one of our migrations.
    let store = store.clone().with_schema_name("public").unwrap_or(store);
    store.clone().with_table_name("tower_sessions").unwrap_or(store)
}

/// Deletes the session data that is out of time.
pub async fn purge_pads(db: &Db) -> Result<(), Error> {
    let done = match db.write() {
        On::Sqlite(pool) => SqliteStore::new(Clone::clone(pool)).delete_expired().await,
        On::Postgres(pool) => postgres_store(Clone::clone(pool)).delete_expired().await,
    };
    Ok(done.map_err(session::Error::Store)?)
}

impl Store {
    /// What the row of this id holds now.
    pub(super) async fn load(&self, id: Id) -> Result<Row, Error> {
        let found = on!(&self.library, store => store.load(&id).await).map_err(session::Error::Store)?;
        Ok(Row::of(found.map(|record| record.data).unwrap_or_default(), self.db.now()))
    }

    /// Whether there is a row of this id, be it empty.
    pub(super) async fn is_stored(&self, id: Id) -> Result<bool, Error> {
        let found = on!(&self.library, store => store.load(&id).await).map_err(session::Error::Store)?;
        Ok(found.is_some())
    }

    /// Makes the changes of a request and returns what the row holds then. None: the id was replaced, and nothing was
    /// changed.
    pub(super) async fn merge(
        &self,
        id: Id,
        changes: &[Change],
        until: OffsetDateTime,
    ) -> Result<Option<Data>, Error> {
        let mut tx = self.db.begin().await?;
        let Row::Current(mut data) = self.lock(&mut tx, id).await? else {
            return Ok(None);
        };
        changes.iter().for_each(|change| change.apply(&mut data));
        tidy(&mut data);
        write(&mut tx, id, &data, Some(until)).await?;
        tx.commit().await.map(|()| Some(data))
    }

    /// Takes values out of the row: of two requests at once, one gets them. Returns them and what is left.
    pub(super) async fn take(
        &self,
        id: Id,
        wants: impl Fn(&str, &Value) -> bool,
    ) -> Result<Option<(Data, Data)>, Error> {
        let mut tx = self.db.begin().await?;
        let Row::Current(data) = self.lock(&mut tx, id).await? else {
            return Ok(None);
        };
        let (taken, left): (Data, Data) = data.into_iter().partition(|(key, value)| wants(key, value));
        if !taken.is_empty() {
            write(&mut tx, id, &left, None).await?;
            tx.commit().await?;
        }
        Ok(Some((taken, left)))
    }

    /// Puts values back that were taken and not shown, where the browser is now. Returns what the row holds then; `None`
    /// if the id was replaced, and the values went to the one after it.
    pub(super) async fn put_back(
        &self,
        id: Id,
        values: &Data,
        until: OffsetDateTime,
    ) -> Result<Option<Data>, Error> {
        let (mut tx, mut now) = (self.db.begin().await?, id);
        let mut data = loop {
            match self.lock(&mut tx, now).await? {
                Row::Current(data) => break data,
                Row::Replaced(marker) => match marker.next.parse() {
                    Ok(next) => now = next,
                    Err(_) => return Ok(None),
                },
            }
        };
        for (key, value) in values {
            data.entry(key.clone()).or_insert_with(|| value.clone());
        }
        tidy(&mut data);
        write(&mut tx, now, &data, None).await?;
        // Never shorter: the request that puts back may come with an older id that lasts an hour only.
        let prolong = "update tower_sessions set expiry_date = $2 where id = $1 and expiry_date < $2";
        on!(tx.on(), tx => sqlx::query(prolong).bind(now.to_string()).bind(until).execute(tx).await.map(drop))?;
        tx.commit().await.map(|()| (now == id).then_some(data))
    }

    /// Moves what the row holds, changed, to a new id inside a change, and leaves a marker. None: another request was
    /// first.
    pub(super) async fn replace_in(
        &self,
        tx: &mut Tx,
        (old, new): (Id, Id),
        changes: &[Change],
        until: OffsetDateTime,
    ) -> Result<Option<Data>, Error> {
        let Row::Current(mut data) = self.lock(tx, old).await? else {
            return Ok(None);
        };
        changes.iter().for_each(|change| change.apply(&mut data));
        tidy(&mut data);
        let marker = Marker { at: self.db.now(), hits: 0, next: new.to_string() };
        write(tx, old, &marker.data(), Some(OffsetDateTime::now_utc() + REPLACED_LASTS)).await?;
        insert(tx, new).await?;
        write(tx, new, &data, Some(until)).await?;
        Ok(Some(data))
    }

    /// Counts that a replaced id was used again; returns how often it was, and for how many milliseconds it has been
    /// replaced. None: it is not known any more that it was.
    pub(super) async fn hit(&self, id: Id) -> Result<Option<(i64, i64)>, Error> {
        let mut tx = self.db.begin().await?;
        let Row::Replaced(marker) = self.lock(&mut tx, id).await? else {
            return Ok(None);
        };
        let marker = Marker { hits: marker.hits + 1, ..marker };
        write(&mut tx, id, &marker.data(), None).await?;
        tx.commit().await.map(|()| Some((marker.hits, self.db.now() - marker.at)))
    }

    /// What the row holds, for this transaction alone until it ends. A row that was not there is then.
    async fn lock(&self, tx: &mut Tx, id: Id) -> Result<Row, Error> {
        let wait = match tx.on() {
            On::Sqlite(_) => "", // has one writer at a time
            On::Postgres(_) => "for update",
        };
        let find = format!(
            "select case when expiry_date > $2 then data end from tower_sessions where id = $1 {wait}"
        );
        for _ in 0..2 {
            let found: Option<Option<Vec<u8>>> = on!(tx.on(), tx => sqlx::query_scalar(&find)
                .bind(id.to_string()).bind(OffsetDateTime::now_utc())
                .fetch_optional(tx).await)?;
            if let Some(found) = found {
                let record = found.map(|data| rmp_serde::from_slice::<Record>(&data)).transpose();
                let record = record.map_err(|error| unreadable(&error))?;
                return Ok(Row::of(record.map(|record| record.data).unwrap_or_default(), self.db.now()));
            }
            insert(tx, id).await?;
        }
        Ok(Row::Current(Data::default()))
    }
}

/// An empty row, if there is none, so that it can be locked.
async fn insert(tx: &mut Tx, id: Id) -> Result<(), Error> {
    let now = OffsetDateTime::now_utc();
    let insert =
        "insert into tower_sessions (id, data, expiry_date) values ($1, $2, $3) on conflict (id) do nothing";
    Ok(on!(tx.on(), tx => sqlx::query(insert)
        .bind(id.to_string()).bind(encoded(id, &Data::default(), now)?).bind(now)
        .execute(tx).await.map(drop))?)
}

/// Writes a row that is locked. Without a new end it keeps the one that it has.
async fn write(tx: &mut Tx, id: Id, data: &Data, until: Option<OffsetDateTime>) -> Result<(), Error> {
    let bytes = encoded(id, data, until.unwrap_or_else(|| OffsetDateTime::now_utc() + DAY))?;
    let update = "update tower_sessions set data = $2, waits = $3, expiry_date = coalesce($4, expiry_date)
         where id = $1";
    Ok(on!(tx.on(), tx => sqlx::query(update)
        .bind(id.to_string()).bind(bytes).bind(data.keys().any(|key| is_waiting(key))).bind(until)
        .execute(tx).await.map(drop))?)
}

/// As the library's own store writes it.
fn encoded(id: Id, data: &Data, expiry_date: OffsetDateTime) -> Result<Vec<u8>, Error> {
    let record = Record { id, data: data.clone(), expiry_date };
    let encoded = rmp_serde::to_vec(&record);
    Ok(encoded.map_err(|error| session::Error::Store(session_store::Error::Encode(error.to_string())))?)
}

fn unreadable(error: &rmp_serde::decode::Error) -> Error {
    session::Error::Store(session_store::Error::Decode(error.to_string())).into()
}
