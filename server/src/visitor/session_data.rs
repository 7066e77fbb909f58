//! The session data of one request: what it has read, and its changes. Only the changes are written.

mod replacement;

use super::Data;
use super::changes::{Change, Predicate, State};
use super::lists;
use super::marker::Row;
use super::store::Store;
use crate::error::Error;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use time::OffsetDateTime;
use tower_sessions::session::Id;

#[derive(Debug)]
pub struct SessionData {
    store: Arc<Store>,
    id: Mutex<Id>,
    is_new: AtomicBool,
    is_late: AtomicBool,
    is_client_gone: Arc<AtomicBool>,
    state: tokio::sync::Mutex<State>,
}

impl SessionData {
    pub fn new(presented: Option<Id>, store: Arc<Store>) -> Self {
        let (is_new, is_late) = (AtomicBool::new(presented.is_none()), AtomicBool::new(false));
        Self {
            store,
            id: Mutex::new(presented.unwrap_or_default()),
            is_new,
            is_late,
            is_client_gone: Arc::default(),
            state: Default::default(),
        }
    }

    pub(super) fn id(&self) -> Id {
        *self.id.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_new(&self) -> bool {
        self.is_new.load(Ordering::Relaxed)
    }

    pub(super) fn is_known_late(&self) -> bool {
        self.is_late.load(Ordering::Relaxed)
    }

    pub(super) fn set_late(&self) {
        self.is_late.store(true, Ordering::Relaxed);
    }

    pub(super) async fn is_late(&self) -> Result<bool, Error> {
        self.seen(|_| ()).await?;
        Ok(self.is_known_late())
    }

    pub(super) fn client_gone(&self) -> Arc<AtomicBool> {
        self.is_client_gone.clone()
    }

    /// True also for an empty row.
    pub(super) async fn is_stored(&self) -> Result<bool, Error> {
        self.store.is_stored(self.id()).await
    }

    pub(super) async fn count_late_request(&self) -> Result<Option<(i64, i64)>, Error> {
        self.store.count_late_request(self.id()).await
    }

    /// Whether the changes take up room on the server.
    pub(super) async fn needs_room(&self) -> bool {
        let state = self.state.lock().await;
        !state.changes.is_empty() && self.store.needs_room(&state.changes)
    }

    pub(super) fn may_have_pending(&self, in_sql: bool) -> bool {
        self.store.may_have_pending(in_sql)
    }

    pub(super) fn changed_cookie(&self, until: OffsetDateTime) -> Result<Option<String>, Error> {
        self.store.changed_cookie(self.id(), until)
    }

    pub(super) async fn start_anew(&self) {
        self.store.start_anew();
        *self.state.lock().await = State::default();
        *self.id.lock().unwrap_or_else(PoisonError::into_inner) = Id::default();
        self.is_new.store(true, Ordering::Relaxed);
        self.is_late.store(false, Ordering::Relaxed);
    }

    /// Reads the session data, loaded at the first call, with the changes of this request.
    pub(super) async fn seen<T>(&self, look: impl FnOnce(&Data) -> T) -> Result<T, Error> {
        let mut state = self.state.lock().await;
        let state = &mut *state;
        if state.seen.is_none() {
            let mut data = self.load().await?;
            state.changes.iter().for_each(|change| change.apply(&mut data));
            state.seen = Some(data);
        }
        Ok(look(state.seen.get_or_insert_default()))
    }

    async fn load(&self) -> Result<Data, Error> {
        if self.is_new() || self.is_known_late() {
            return Ok(Data::default());
        }
        Ok(match self.store.load(self.id()).await? {
            Row::Current(data) => data,
            Row::Replaced(_) => {
                self.set_late();
                Data::default()
            }
        })
    }

    async fn change(&self, change: Change) {
        let mut state = self.state.lock().await;
        if let Some(seen) = &mut state.seen {
            change.apply(seen);
        }
        state.changes.push(change);
    }

    /// Returns `None` also if another build wrote another format.
    pub(super) async fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Error> {
        let value = self.seen(|data| data.get(key).cloned()).await?;
        Ok(value.and_then(|value| serde_json::from_value(value).ok()))
    }

    pub(super) async fn insert(&self, key: impl Into<String>, value: Value) {
        self.change(Change::Set(key.into(), value)).await;
    }

    /// Keeps a value that another request has written since.
    pub(super) async fn remove(&self, key: &str) -> Result<(), Error> {
        if let Some(seen) = self.seen(|data| data.get(key).cloned()).await? {
            self.change(Change::Remove(key.to_owned(), seen)).await;
        }
        Ok(())
    }

    /// Includes values that other requests have added since.
    pub(super) async fn clear(&self, matches: Predicate) {
        self.change(Change::Clear(matches)).await;
    }

    /// Removes values from the store at once, and returns them: of two parallel requests, one gets them.
    pub(super) async fn take(&self, matches: impl Fn(&str, &Value) -> bool) -> Result<Vec<Value>, Error> {
        let mut state = self.state.lock().await;
        // The user would not see them, and the browser's next page may be requesting them now.
        if self.is_new() || self.is_known_late() || self.is_client_gone.load(Ordering::Relaxed) {
            return Ok(Vec::new());
        }
        let Some((taken, mut rest)) = self.store.take(self.id(), matches).await? else {
            self.set_late();
            state.seen = Some(Data::default());
            return Ok(Vec::new());
        };
        state.changes.iter().for_each(|change| change.apply(&mut rest));
        state.seen = Some(rest);
        state.is_touched |= !taken.is_empty();
        let mut taken: Vec<_> = taken.into_iter().collect();
        taken.sort_by(|(one, _), (other, _)| one.cmp(other));
        let values = taken.iter().map(|(_, value)| value.clone()).collect();
        state.taken.extend(taken.into_iter().filter(|(key, _)| lists::is_shown_once(key)));
        Ok(values)
    }

    pub(super) async fn put_back(&self, until: OffsetDateTime) -> Result<(), Error> {
        let mut state = self.state.lock().await;
        if !state.taken.is_empty() {
            let seen = self.store.put_back(self.id(), &state.taken, until).await?;
            state.seen = seen;
            // Last: a request that is stopped before, at its time limit, puts them back again.
            state.taken.clear();
        }
        Ok(())
    }

    /// Forgets the changes of this request.
    pub(super) async fn discard(&self) {
        let mut state = self.state.lock().await;
        state.changes.clear();
        state.seen = Some(Data::default());
    }

    pub(super) async fn is_touched(&self) -> bool {
        let state = self.state.lock().await;
        state.is_touched || !state.changes.is_empty()
    }

    /// If the id was replaced, writes only what is shown once, to the new id, and only if the request was logged in.
    pub(super) async fn save(&self, until: OffsetDateTime, was_logged_in: bool) -> Result<(), Error> {
        let mut state = self.state.lock().await;
        if state.changes.is_empty() {
            return Ok(());
        }
        if !self.is_known_late()
            && let Some(data) = self.store.merge(self.id(), &state.changes, until).await?
        {
            state.wrote(data);
            return Ok(());
        }
        self.set_late();
        let values = state.new_one_time_values();
        state.changes.clear();
        if was_logged_in && !values.is_empty() {
            self.store.put_back(self.id(), &values, until).await?;
            state.one_time_values.extend(values);
        }
        Ok(())
    }

    /// Returns false if the id was replaced.
    pub(super) async fn store_one_time_values(
        &self,
        id: &str,
        values: &Data,
        until: OffsetDateTime,
    ) -> Result<bool, Error> {
        let Ok(id) = id.parse() else {
            return Ok(false);
        };
        if let Row::Replaced(_) = self.store.load(id).await? {
            return Ok(false);
        }
        Ok(values.is_empty() || self.store.put_back(id, values, until).await?.is_some())
    }

    pub(super) async fn one_time_values(&self) -> Data {
        self.state.lock().await.one_time_values.clone()
    }
}
