//! A mutex for each session id, in this process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};
use tower_sessions::session::Id;

type Mutexes = HashMap<Id, Arc<AsyncMutex<()>>>;

#[derive(Clone, Debug, Default)]
pub(super) struct KeyedMutex(Arc<Mutex<Mutexes>>);

#[derive(Debug)]
pub(super) struct Guard {
    all: KeyedMutex,
    id: Id,
    locked: Option<OwnedMutexGuard<()>>,
}

impl KeyedMutex {
    pub(super) async fn guard(&self, id: Id) -> Guard {
        let mutex = self.mutexes().entry(id).or_default().clone();
        // Made before the wait, so that a request that is cancelled while it waits leaves nothing.
        let mut guard = Guard { all: self.clone(), id, locked: None };
        guard.locked = Some(mutex.lock_owned().await);
        guard
    }

    fn mutexes(&self) -> MutexGuard<'_, Mutexes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.locked = None;
        let mut mutexes = self.all.mutexes();
        if mutexes.get(&self.id).is_some_and(|mutex| Arc::strong_count(mutex) == 1) {
            mutexes.remove(&self.id); // no other request waits for it
        }
    }
}
