//! Session data in this process: for development, and for one node that may lose messages when it restarts.

use super::keyed_mutex::KeyedMutex;
use super::library::{Library, Lock, Locks};
use crate::db::Db;
use crate::error::Error;
use async_trait::async_trait;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use time::{Duration, OffsetDateTime};
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store;
use tower_sessions::{MemoryStore, SessionStore};

pub(super) fn library(db: &Db) -> Library {
    Library::new(db, Arc::new(Memory::default()), Arc::new(KeyedMutex::default()))
}

#[async_trait]
impl Locks for KeyedMutex {
    async fn lock(&self, id: Id) -> Result<Lock, Error> {
        Ok(Box::new(self.guard(id).await))
    }
}

const PURGE_INTERVAL: Duration = Duration::minutes(1);

/// The library's store never deletes what has expired.
#[derive(Debug, Default)]
struct Memory {
    rows: MemoryStore,
    expiry_dates: Mutex<(Option<OffsetDateTime>, HashMap<Id, OffsetDateTime>)>,
}

impl Memory {
    /// Remembers when the record expires. Returns those that have expired, at most once a minute.
    fn expired(&self, record: &Record) -> Vec<Id> {
        let mut state = self.expiry_dates.lock().unwrap_or_else(PoisonError::into_inner);
        let (purged_at, expiry_dates) = &mut *state;
        expiry_dates.insert(record.id, record.expiry_date);
        let now = OffsetDateTime::now_utc();
        if purged_at.is_some_and(|at| (at..at + PURGE_INTERVAL).contains(&now)) {
            return Vec::new();
        }
        *purged_at = Some(now);
        expiry_dates.extract_if(|_, expiry_date| *expiry_date < now).map(|(id, _)| id).collect()
    }
}

#[async_trait]
impl SessionStore for Memory {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        self.save(record).await
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        self.rows.save(record).await?;
        for id in self.expired(record) {
            self.rows.delete(&id).await?;
        }
        Ok(())
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        self.rows.load(id).await
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        self.rows.delete(id).await
    }
}
