//! Deletes ended sessions that are no longer shown.

use crate::clock::millis;
use crate::db::Db;
use crate::error::Error;
use crate::sql;
use std::time::Duration;

pub const REMEMBERED: Duration = Duration::from_secs(7 * 86_400);

pub async fn purge(db: &Db) -> Result<u64, Error> {
    let long_ago = db.now() - millis(REMEMBERED);
    let old = db.unlocked("ended_sessions", "id", "ended_at <= $1");
    let delete = format!("delete from ended_sessions where {old}");
    db.execute(sql!(&delete, long_ago)).await
}
