//! Session data in this process: for development, and for one node that may lose messages when it restarts.

use super::keyed_mutex::KeyedMutex;
use super::library_store::{Library, Lock, Locks};
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

#[cfg(test)]
mod tests {
    use super::{Memory, PURGE_INTERVAL};
    use time::{Duration, OffsetDateTime};
    use tower_sessions::SessionStore;
    use tower_sessions::session::{Id, Record};

    async fn save(memory: &Memory, lasts: Duration) -> Id {
        let expiry_date = OffsetDateTime::now_utc() + lasts;
        let record = Record { id: Id::default(), data: Default::default(), expiry_date };
        memory.save(&record).await.expect("the memory takes it");
        record.id
    }

    /// Loading would not show it: the library's store returns no record that has expired.
    fn stored(memory: &Memory) -> usize {
        format!("{:?}", memory.rows).matches("Record").count()
    }

    #[tokio::test]
    async fn what_has_expired_is_deleted_once_a_minute_and_the_rest_stays() {
        let memory = Memory::default();
        let lasting = save(&memory, Duration::HOUR).await;
        for _ in 0..10 {
            save(&memory, -Duration::SECOND).await;
        }
        assert_eq!(stored(&memory), 11, "at most once a minute");
        let a_minute_ago = OffsetDateTime::now_utc() - PURGE_INTERVAL;
        memory.expiry_dates.lock().expect("no panic").0 = Some(a_minute_ago);
        let last = save(&memory, Duration::HOUR).await;
        assert_eq!(stored(&memory), 2);
        assert_eq!(memory.expiry_dates.lock().expect("no panic").1.len(), 2);
        for id in [lasting, last] {
            assert!(memory.load(&id).await.expect("the memory answers").is_some());
        }
    }

    #[tokio::test]
    async fn a_record_that_was_saved_again_lives_until_its_new_expiry() {
        let memory = Memory::default();
        let id = save(&memory, Duration::HOUR).await;
        for lasts in [-Duration::SECOND, Duration::HOUR] {
            let expiry_date = OffsetDateTime::now_utc() + lasts;
            memory
                .save(&Record { id, data: Default::default(), expiry_date })
                .await
                .expect("the memory takes it");
        }
        memory.expiry_dates.lock().expect("no panic").0 = None;
        save(&memory, Duration::HOUR).await;
        assert_eq!(stored(&memory), 2);
    }
}
