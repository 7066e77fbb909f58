//! A new session id for the browser, with the data under the old one.

use super::SessionData;
use crate::db::Tx;
use crate::error::Error;
use crate::visitor::changes::Replaced;
use std::sync::PoisonError;
use time::OffsetDateTime;
use tower_sessions::session::Id;

impl SessionData {
    /// Returns `None` if another request was first: the caller must roll back.
    pub(in crate::visitor) async fn replace_in(
        &self,
        tx: &mut Tx,
        until: OffsetDateTime,
    ) -> Result<Option<Replaced>, Error> {
        let state = self.state.lock().await;
        let ids = (self.id(), Id::default());
        if self.is_known_late() {
            return Ok(None);
        }
        if self.is_new() {
            return Ok(Some(Replaced { id: ids.1, data: None })); // the browser never got the old one
        }
        let data = self.store.replace_in(tx, ids, &state.changes, until).await?;
        Ok(data.map(|data| Replaced { id: ids.1, data: Some(data) }))
    }

    /// Call it after the commit.
    pub(in crate::visitor) async fn replaced(&self, replaced: Replaced) {
        *self.id.lock().unwrap_or_else(PoisonError::into_inner) = replaced.id;
        let mut state = self.state.lock().await;
        state.is_touched = true;
        if let Some(data) = replaced.data {
            state.wrote(data);
        }
    }
}
