//! `ADMIN_SESSION=separate`: the key of the admin area. It is in the row of the session, so it ends with the session.

use super::Login;
use crate::clock::is_within;
use crate::db::Db;
use crate::encryption::hash_secret;
use crate::error::Error;
use crate::sql;
use std::time::Duration;

impl Login {
    /// Whether the browser got this key, and used it within `idle`.
    pub(crate) fn has_admin_key(&self, db: &Db, key: &str, idle: Duration) -> bool {
        let is_in_time = self.admin_seen_at.is_some_and(|seen| is_within(db.now(), seen, idle));
        is_in_time && self.admin_key_hash.as_ref().is_some_and(|hash| *hash == hash_secret(key))
    }
}

/// An earlier key becomes invalid.
pub(crate) async fn open_admin_area(db: &Db, login: &Login, key: &str) -> Result<(), Error> {
    let update = "update sessions set admin_key_hash = $2, admin_seen_at = $3 where id = $1";
    db.execute(sql!(update, login.session_id, hash_secret(key), db.now())).await.map(drop)
}

/// The first of parallel requests writes.
pub(crate) async fn touch_admin_area(db: &Db, login: &Login, interval: Duration) -> Result<(), Error> {
    let (now, seen) = (db.now(), login.admin_seen_at.unwrap_or_default());
    if is_within(now, seen, interval) {
        return Ok(());
    }
    let update = "update sessions set admin_seen_at = $2 where id = $1 and admin_seen_at = $3";
    db.execute(sql!(update, login.session_id, now, seen)).await.map(drop)
}
