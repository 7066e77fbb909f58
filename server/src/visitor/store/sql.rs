//! Session data in SQL, the default. A request locks the row and applies only its own changes.

use crate::db::{Db, Tx};
use crate::error::Error;
use crate::sql;
use crate::visitor::changes::{Change, changed};
use crate::visitor::lists::{is_pending, restore};
use crate::visitor::marker::{Marker, REPLACED_LIFETIME, Row};
use crate::visitor::{DAY, Data};
use serde_json::Value;
use time::OffsetDateTime;
use tower_sessions::session::{self, Id, Record};
use tower_sessions::session_store;

#[derive(Clone, Debug)]
pub(super) struct Sql {
    pub db: Db,
}

pub async fn purge_session_data(db: &Db) -> Result<(), Error> {
    // Not the library's statement: on SQLite it reads every row.
    let expired = db.unlocked("tower_sessions", "id", "expiry_date < $1");
    let delete = format!("delete from tower_sessions where {expired}");
    db.execute(sql!(&delete, OffsetDateTime::now_utc())).await.map(drop)
}

impl Sql {
    pub(super) async fn load(&self, id: Id) -> Result<Row, Error> {
        let found = self.record(id).await?;
        Ok(Row::of(found.map(|record| record.data).unwrap_or_default(), self.db.now()))
    }

    pub(super) async fn is_stored(&self, id: Id) -> Result<bool, Error> {
        Ok(self.record(id).await?.is_some())
    }

    async fn record(&self, id: Id) -> Result<Option<Record>, Error> {
        Ok(self.db.load_session_data(&id).await.map_err(session::Error::Store)?)
    }

    /// Returns the new content, or `None`, without a change, if the id was replaced.
    pub(super) async fn merge(
        &self,
        id: Id,
        changes: &[Change],
        until: OffsetDateTime,
    ) -> Result<Option<Data>, Error> {
        let mut tx = self.db.begin().await?;
        let Row::Current(data) = self.lock(&mut tx, id).await? else {
            return Ok(None);
        };
        let data = changed(data, changes);
        write(&mut tx, id, &data, Some(until)).await?;
        tx.commit().await.map(|()| Some(data))
    }

    /// Returns the values and the rest. Of two parallel requests, one gets the values.
    pub(super) async fn take(
        &self,
        id: Id,
        matches: impl Fn(&str, &Value) -> bool,
    ) -> Result<Option<(Data, Data)>, Error> {
        let mut tx = self.db.begin().await?;
        let Row::Current(data) = self.lock(&mut tx, id).await? else {
            return Ok(None);
        };
        let (taken, rest): (Data, Data) = data.into_iter().partition(|(key, value)| matches(key, value));
        if !taken.is_empty() {
            write(&mut tx, id, &rest, None).await?;
            tx.commit().await?;
        }
        Ok(Some((taken, rest)))
    }

    /// Returns the new content, or `None` if the values went to the next id.
    pub(super) async fn put_back(
        &self,
        id: Id,
        values: &Data,
        until: OffsetDateTime,
    ) -> Result<Option<Data>, Error> {
        let (mut tx, mut current_id) = (self.db.begin().await?, id);
        let mut data = loop {
            match self.lock(&mut tx, current_id).await? {
                Row::Current(data) => break data,
                Row::Replaced(marker) => match marker.next.parse() {
                    Ok(next) => current_id = next,
                    Err(_) => return Ok(None),
                },
            }
        };
        restore(&mut data, values);
        write(&mut tx, current_id, &data, None).await?;
        // Never shorter: this request may have an older id that expires sooner.
        let prolong = "update tower_sessions set expiry_date = $2 where id = $1 and expiry_date < $2";
        tx.execute(sql!(prolong, current_id.to_string(), until)).await?;
        tx.commit().await.map(|()| (current_id == id).then_some(data))
    }

    /// Returns `None` if another request was first.
    pub(super) async fn replace_in(
        &self,
        tx: &mut Tx,
        (old, new): (Id, Id),
        changes: &[Change],
        until: OffsetDateTime,
    ) -> Result<Option<Data>, Error> {
        let Row::Current(data) = self.lock(tx, old).await? else {
            return Ok(None);
        };
        let data = changed(data, changes);
        let marker = Marker { at: self.db.now(), hits: 0, next: new.to_string() };
        write(tx, old, &marker.data(), Some(OffsetDateTime::now_utc() + REPLACED_LIFETIME)).await?;
        insert(tx, new).await?;
        write(tx, new, &data, Some(until)).await?;
        Ok(Some(data))
    }

    /// Returns the number of uses, and the milliseconds since the replacement; `None` if the marker is gone.
    pub(super) async fn count_late_request(&self, id: Id) -> Result<Option<(i64, i64)>, Error> {
        let mut tx = self.db.begin().await?;
        let Row::Replaced(marker) = self.lock(&mut tx, id).await? else {
            return Ok(None);
        };
        let marker = Marker { hits: marker.hits + 1, ..marker };
        write(&mut tx, id, &marker.data(), None).await?;
        tx.commit().await.map(|()| Some((marker.hits, self.db.now() - marker.at)))
    }

    /// Inserts the row if it is missing.
    async fn lock(&self, tx: &mut Tx, id: Id) -> Result<Row, Error> {
        let wait = tx.locking("for update");
        let find = format!(
            "select case when expiry_date > $2 then data end from tower_sessions where id = $1 {wait}"
        );
        for _ in 0..2 {
            let found = tx.optional(sql!(&find, id.to_string(), OffsetDateTime::now_utc())).await?;
            if let Some((data,)) = found {
                let data: Option<Vec<u8>> = data;
                let record = data.map(|data| rmp_serde::from_slice::<Record>(&data)).transpose();
                let record = record.map_err(|error| unreadable(&error))?;
                return Ok(Row::of(record.map(|record| record.data).unwrap_or_default(), self.db.now()));
            }
            insert(tx, id).await?;
        }
        Ok(Row::Current(Data::default()))
    }
}

async fn insert(tx: &mut Tx, id: Id) -> Result<(), Error> {
    let now = OffsetDateTime::now_utc();
    let insert =
        "insert into tower_sessions (id, data, expiry_date) values ($1, $2, $3) on conflict (id) do nothing";
    tx.execute(sql!(insert, id.to_string(), encoded(id, &Data::default(), now)?, now)).await.map(drop)
}

/// Without `until`, the expiry stays.
async fn write(tx: &mut Tx, id: Id, data: &Data, until: Option<OffsetDateTime>) -> Result<(), Error> {
    let bytes = encoded(id, data, until.unwrap_or_else(|| OffsetDateTime::now_utc() + DAY))?;
    let update =
        "update tower_sessions set data = $2, has_pending = $3, expiry_date = coalesce($4, expiry_date)
         where id = $1";
    tx.execute(sql!(update, id.to_string(), bytes, data.keys().any(|key| is_pending(key)), until))
        .await
        .map(drop)
}

/// The format of the library's own store.
fn encoded(id: Id, data: &Data, expiry_date: OffsetDateTime) -> Result<Vec<u8>, Error> {
    let record = Record { id, data: data.clone(), expiry_date };
    let encoded = rmp_serde::to_vec(&record);
    Ok(encoded.map_err(|error| session::Error::Store(session_store::Error::Encode(error.to_string())))?)
}

fn unreadable(error: &rmp_serde::decode::Error) -> Error {
    session::Error::Store(session_store::Error::Decode(error.to_string())).into()
}
