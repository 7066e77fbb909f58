//! Messages, refused forms and the return path in an encrypted cookie of the browser. Values that work once, and the
//! marker of a replaced id, stay in SQL: a browser can send an old value of the cookie again.

use super::cookie_value::{decrypt_value, encrypt_value};
use super::sql::Sql;
use crate::db::Tx;
use crate::error::Error;
use crate::keys::Keys;
use crate::visitor::changes::{Change, changed};
use crate::visitor::lists::{is_in, is_pending, tidy};
use crate::visitor::marker::Row;
use crate::visitor::{DAY, Data, FORM, RETURN_TO};
use serde_json::Value;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use time::OffsetDateTime;
use tower_sessions::session::Id;

#[derive(Clone, Debug)]
pub(super) struct Cookie {
    rows: Sql,
    keys: Keys,
    content: Arc<Mutex<Content>>,
}

#[derive(Debug, Default)]
struct Content {
    data: Data,
    /// As the browser sent it.
    sent: Data,
    is_sent: bool,
    is_changed: bool,
}

fn is_of_cookie(key: &str) -> bool {
    is_pending(key) || key == RETURN_TO
}

impl Cookie {
    pub(super) fn new(rows: Sql, keys: &Keys) -> Self {
        Self { rows, keys: keys.clone(), content: Arc::default() }
    }

    /// The store of one request, with the content of its cookie.
    pub(super) fn opened(&self, id: Option<Id>, value: Option<&str>) -> Self {
        let now = self.rows.db.now();
        let data = id
            .zip(value)
            .and_then(|(id, value)| decrypt_value(&self.keys, id, value, now))
            .unwrap_or_default();
        let content = Content { sent: data.clone(), data, is_sent: value.is_some(), is_changed: false };
        Self { content: Arc::new(Mutex::new(content)), ..self.clone() }
    }

    /// Empty if the cookie must be removed.
    pub(super) fn changed_value(&self, id: Id, until: OffsetDateTime) -> Result<Option<String>, Error> {
        let content = self.content();
        if !content.is_changed || (content.data.is_empty() && !content.is_sent) {
            return Ok(None);
        }
        if content.data.is_empty() {
            return Ok(Some(String::new()));
        }
        // At most a day: until then, a copy of the cookie shows its messages again.
        let lasts = (until - OffsetDateTime::now_utc()).min(DAY).whole_milliseconds();
        let until = self.rows.db.now() + i64::try_from(lasts).unwrap_or_default();
        encrypt_value(&self.keys, id, &content.data, until)
    }

    pub(super) async fn load(&self, id: Id) -> Result<Row, Error> {
        Ok(match self.rows.load(id).await? {
            Row::Current(row) => Row::Current(self.with(row)),
            replaced => replaced,
        })
    }

    pub(super) async fn is_stored(&self, id: Id) -> Result<bool, Error> {
        self.rows.is_stored(id).await
    }

    pub(super) fn needs_row(&self, changes: &[Change]) -> bool {
        changes.iter().any(|change| matches!(change, Change::Set(key, _) if !is_of_cookie(key)))
    }

    pub(super) fn has_pending(&self) -> bool {
        self.content().data.keys().any(|key| is_pending(key))
    }

    /// Fails, without a change, if a form of this request is too large for a cookie.
    pub(super) async fn merge(
        &self,
        id: Id,
        changes: &[Change],
        until: OffsetDateTime,
    ) -> Result<Option<Data>, Error> {
        let (mut data, of_row) = self.applied(changes);
        self.fit(&mut data, changes)?;
        // Only a value inserts a row: rate limits count no others.
        let is_written = self.needs_row(changes) || (!of_row.is_empty() && self.rows.is_stored(id).await?);
        let row = match is_written {
            true => self.rows.merge(id, &of_row, until).await?,
            false => current(self.rows.load(id).await?),
        };
        Ok(row.map(|row| {
            self.change(data);
            self.with(row)
        }))
    }

    pub(super) async fn take(
        &self,
        id: Id,
        matches: impl Fn(&str, &Value) -> bool,
    ) -> Result<Option<(Data, Data)>, Error> {
        let Row::Current(row) = self.rows.load(id).await? else {
            return Ok(None);
        };
        let (mut taken, mut rest) = (Data::default(), row);
        if rest.iter().any(|(key, value)| matches(key, value)) {
            match self.rows.take(id, &matches).await? {
                Some(of_row) => (taken, rest) = of_row,
                None => return Ok(None),
            }
        }
        let all = std::mem::take(&mut self.content().data);
        let (of_cookie, others): (Data, Data) = all.into_iter().partition(|(key, value)| matches(key, value));
        self.content().is_changed |= !of_cookie.is_empty();
        rest.extend(others.clone());
        self.content().data = others;
        taken.extend(of_cookie);
        Ok(Some((taken, rest)))
    }

    /// What the browser sent is put back into its cookie, other values into the row: that is stored even if the response
    /// does not arrive, and leads to the next id.
    pub(super) async fn put_back(
        &self,
        id: Id,
        values: &Data,
        until: OffsetDateTime,
    ) -> Result<Option<Data>, Error> {
        let Row::Current(row) = self.rows.load(id).await? else {
            return self.rows.put_back(id, values, until).await;
        };
        let is_sent = |key: &String| self.content().sent.contains_key(key);
        let (of_cookie, of_row): (Data, Data) = values.clone().into_iter().partition(|(key, _)| is_sent(key));
        let row = match of_row.is_empty() {
            false => self.rows.put_back(id, &of_row, until).await?,
            true => Some(row),
        };
        let mut data = self.content().data.clone();
        data.extend(of_cookie);
        tidy(&mut data);
        self.fit(&mut data, &[])?;
        self.change(data);
        Ok(row.map(|row| self.with(row)))
    }

    pub(super) async fn replace_in(
        &self,
        tx: &mut Tx,
        ids: (Id, Id),
        changes: &[Change],
        until: OffsetDateTime,
    ) -> Result<Option<Data>, Error> {
        let (mut data, of_row) = self.applied(changes);
        self.fit(&mut data, changes)?;
        let row = self.rows.replace_in(tx, ids, &of_row, until).await?;
        Ok(row.map(|mut row| {
            row.extend(data);
            row
        }))
    }

    /// The cookie is written for the new id.
    pub(super) fn replaced(&self, data: &Data) {
        let of_cookie = data.iter().filter(|(key, _)| is_of_cookie(key));
        self.change(of_cookie.map(|(key, value)| (key.clone(), value.clone())).collect());
    }

    pub(super) async fn count_late_request(&self, id: Id) -> Result<Option<(i64, i64)>, Error> {
        self.rows.count_late_request(id).await
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, data: Data) {
        let mut content = self.content();
        content.is_changed = true;
        content.data = data;
    }

    fn with(&self, mut row: Data) -> Data {
        row.extend(self.content().data.clone());
        row
    }

    /// Returns the changed content of the cookie, and the changes of the row. A row has messages too: see `put_back`.
    fn applied(&self, changes: &[Change]) -> (Data, Vec<Change>) {
        let those = |of_cookie: bool| -> Vec<Change> {
            let is_one = |change: &&Change| match change {
                Change::Set(key, _) => is_of_cookie(key) == of_cookie,
                Change::Remove(..) | Change::Clear(_) => true,
            };
            changes.iter().filter(is_one).cloned().collect()
        };
        (changed(self.content().data.clone(), &those(true)), those(false))
    }

    /// Drops the return path, then the oldest messages and forms, until the rest fits, but no form of this request.
    fn fit(&self, data: &mut Data, changes: &[Change]) -> Result<(), Error> {
        let is_new =
            |key: &str| changes.iter().any(|change| matches!(change, Change::Set(new, _) if new == key));
        while !data.is_empty() && encrypt_value(&self.keys, Id::default(), data, i64::MAX)?.is_none() {
            let droppable = data.keys().filter(|key| !(is_new(key) && is_in(FORM, key)));
            let oldest = droppable.min_by_key(|key| (is_new(key), key.split_once('.').map(|(_, time)| time)));
            let Some(oldest) = oldest.cloned() else {
                return Err(Error::TooLargeForCookie);
            };
            tracing::info!("an older message, form or return path was dropped from a full cookie");
            data.remove(&oldest);
        }
        Ok(())
    }
}

fn current(row: Row) -> Option<Data> {
    match row {
        Row::Current(data) => Some(data),
        Row::Replaced(_) => None,
    }
}
