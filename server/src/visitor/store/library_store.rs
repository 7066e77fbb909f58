//! Session data in a store of tower-sessions. Its stores only load and save, so each change is made under a lock of
//! the id.

use crate::db::Db;
use crate::error::Error;
use crate::visitor::Data;
use crate::visitor::changes::{Change, changed};
use crate::visitor::lists::restore;
use crate::visitor::marker::{Marker, REPLACED_LIFETIME, Row};
use async_trait::async_trait;
use serde_json::Value;
use std::fmt::Debug;
use std::sync::Arc;
use time::OffsetDateTime;
use tower_sessions::SessionStore;
use tower_sessions::session::{self, Id, Record};

#[derive(Clone, Debug)]
pub(super) struct Library {
    db: Db,
    records: Arc<dyn SessionStore>,
    locks: Arc<dyn Locks>,
}

/// Locks of ids. Order: a lock is taken before a transaction begins, never inside of one.
#[async_trait]
pub(super) trait Locks: Debug + Send + Sync {
    async fn lock(&self, id: Id) -> Result<Lock, Error>;
}

/// Released when it is dropped.
pub(super) type Lock = Box<dyn Debug + Send + Sync>;

/// Stored under the new id. The lock of the old id lasts until `mark_replaced`, or until this is dropped.
#[derive(Debug)]
pub(in crate::visitor) struct Moved {
    pub(super) data: Data,
    old: Id,
    old_record: Option<Record>,
    marker: Marker,
    _lock: Lock,
}

impl Library {
    pub(super) fn new(db: &Db, records: Arc<dyn SessionStore>, locks: Arc<dyn Locks>) -> Self {
        Self { db: db.clone(), records, locks }
    }

    pub(super) async fn load(&self, id: Id) -> Result<Row, Error> {
        Ok(self.row(self.record(id).await?.as_ref()))
    }

    pub(super) async fn is_stored(&self, id: Id) -> Result<bool, Error> {
        Ok(self.record(id).await?.is_some())
    }

    pub(super) async fn merge(
        &self,
        id: Id,
        changes: &[Change],
        until: OffsetDateTime,
    ) -> Result<Option<Data>, Error> {
        let _lock = self.locks.lock(id).await?;
        let record = self.record(id).await?;
        let Row::Current(data) = self.row(record.as_ref()) else {
            return Ok(None);
        };
        let data = changed(data, changes);
        self.write(record.as_ref(), id, &data, until).await?;
        Ok(Some(data))
    }

    pub(super) async fn take(
        &self,
        id: Id,
        matches: impl Fn(&str, &Value) -> bool,
    ) -> Result<Option<(Data, Data)>, Error> {
        let _lock = self.locks.lock(id).await?;
        let record = self.record(id).await?;
        let Row::Current(data) = self.row(record.as_ref()) else {
            return Ok(None);
        };
        let (taken, rest): (Data, Data) = data.into_iter().partition(|(key, value)| matches(key, value));
        if let Some(record) = record.filter(|_| !taken.is_empty()) {
            self.write(Some(&record), id, &rest, record.expiry_date).await?;
        }
        Ok(Some((taken, rest)))
    }

    pub(super) async fn put_back(
        &self,
        id: Id,
        values: &Data,
        until: OffsetDateTime,
    ) -> Result<Option<Data>, Error> {
        let mut current_id = id;
        loop {
            let _lock = self.locks.lock(current_id).await?;
            let record = self.record(current_id).await?;
            let mut data = match self.row(record.as_ref()) {
                Row::Current(data) => data,
                Row::Replaced(marker) => match marker.next.parse() {
                    Ok(next) => {
                        current_id = next;
                        continue;
                    }
                    Err(_) => return Ok(None),
                },
            };
            restore(&mut data, values);
            // Never shorter: this request may have an older id that expires sooner.
            let until = record.as_ref().map_or(until, |record| record.expiry_date.max(until));
            self.write(record.as_ref(), current_id, &data, until).await?;
            return Ok((current_id == id).then_some(data));
        }
    }

    pub(super) async fn prepare(
        &self,
        (old, new): (Id, Id),
        changes: &[Change],
        until: OffsetDateTime,
    ) -> Result<Option<Moved>, Error> {
        let lock = self.locks.lock(old).await?;
        let record = self.record(old).await?;
        let Row::Current(data) = self.row(record.as_ref()) else {
            return Ok(None);
        };
        let data = changed(data, changes);
        self.write(None, new, &data, until).await?;
        let marker = Marker { at: self.db.now(), hits: 0, next: new.to_string() };
        Ok(Some(Moved { data, old, old_record: record, marker, _lock: lock }))
    }

    /// The log-in has its new id by now, so a failure is only logged: late requests are then not recognised.
    pub(super) async fn mark_replaced(&self, moved: Moved) {
        let until = OffsetDateTime::now_utc() + REPLACED_LIFETIME;
        let data = moved.marker.data();
        if let Err(error) = self.write(moved.old_record.as_ref(), moved.old, &data, until).await {
            tracing::warn!(%error, "the session data of a replaced session id could not be marked");
        }
    }

    pub(super) async fn count_late_request(&self, id: Id) -> Result<Option<(i64, i64)>, Error> {
        let _lock = self.locks.lock(id).await?;
        let Some(record) = self.record(id).await? else {
            return Ok(None);
        };
        let Row::Replaced(marker) = self.row(Some(&record)) else {
            return Ok(None);
        };
        let marker = Marker { hits: marker.hits + 1, ..marker };
        self.write(Some(&record), id, &marker.data(), record.expiry_date).await?;
        Ok(Some((marker.hits, self.db.now() - marker.at)))
    }

    fn row(&self, record: Option<&Record>) -> Row {
        Row::of(record.map(|record| record.data.clone()).unwrap_or_default(), self.db.now())
    }

    async fn record(&self, id: Id) -> Result<Option<Record>, Error> {
        Ok(self.records.load(&id).await.map_err(session::Error::Store)?)
    }

    /// The store for Redis changes only what exists, and creates only what does not.
    async fn write(
        &self,
        old: Option<&Record>,
        id: Id,
        data: &Data,
        expiry_date: OffsetDateTime,
    ) -> Result<(), Error> {
        let mut record = Record { id, data: data.clone(), expiry_date };
        let written = match old {
            Some(_) => self.records.save(&record).await,
            None => self.records.create(&mut record).await,
        };
        Ok(written.map_err(session::Error::Store)?)
    }
}
