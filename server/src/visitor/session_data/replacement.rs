//! A new session id for the browser, with the data under the old one.

use super::SessionData;
use crate::db::Tx;
use crate::error::Error;
use crate::visitor::Data;
use crate::visitor::store::Prepared;
use std::sync::PoisonError;
use time::OffsetDateTime;
use tower_sessions::session::Id;

pub(in crate::visitor) struct Replacement {
    pub id: Id,
    old: Id,
    until: OffsetDateTime,
    /// `None` if the browser never got the old id.
    prepared: Option<Prepared>,
    data: Data,
}

impl SessionData {
    /// Before the transaction. Returns `None` if another request was first.
    pub(in crate::visitor) async fn prepare(
        &self,
        until: OffsetDateTime,
    ) -> Result<Option<Replacement>, Error> {
        let state = self.state.lock().await;
        let (old, id) = (self.id(), Id::default());
        if self.is_known_late() {
            return Ok(None);
        }
        let mut replacement = Replacement { id, old, until, prepared: None, data: Data::default() };
        if !self.is_new() {
            replacement.prepared = self.store.prepare((old, id), &state.changes, until).await?;
        }
        Ok(Some(replacement).filter(|replacement| self.is_new() || replacement.prepared.is_some()))
    }

    /// Returns false if another request was first: the caller must roll back.
    pub(in crate::visitor) async fn replace_in(
        &self,
        tx: &mut Tx,
        replacement: &mut Replacement,
    ) -> Result<bool, Error> {
        let Replacement { id, old, until, prepared, data } = replacement;
        let Some(prepared) = prepared else {
            return Ok(true);
        };
        let state = self.state.lock().await;
        match self.store.replace_in(tx, ((*old, *id), prepared), &state.changes, *until).await? {
            Some(replaced) => *data = replaced,
            None => return Ok(false),
        }
        Ok(true)
    }

    /// Call it after the commit.
    pub(in crate::visitor) async fn replaced(&self, replacement: Replacement) {
        *self.id.lock().unwrap_or_else(PoisonError::into_inner) = replacement.id;
        let mut state = self.state.lock().await;
        state.is_touched = true;
        if let Some(prepared) = replacement.prepared {
            self.store.replaced(prepared, &replacement.data).await;
            state.wrote(replacement.data);
        }
    }
}
