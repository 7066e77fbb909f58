//! Throws out what nobody will ask for any more. The task in `src/upkeep.rs` runs it again and again.

use crate::clock::millis;
use crate::db::Db;
use crate::error::Error;
use crate::on;
use std::time::Duration;

/// How long lists show that a session ended, and its browser is told why.
pub const REMEMBERED: Duration = Duration::from_secs(7 * 86_400);

/// Deletes the sessions that ended long ago; returns how many.
pub async fn purge(db: &Db) -> Result<u64, Error> {
    let long_ago = db.now() - millis(REMEMBERED);
    let purged = on!(db.write(), pool => sqlx::query("delete from ended_sessions where ended_at <= $1")
        .bind(long_ago)
        .execute(pool).await.map(|done| done.rows_affected()))?;
    Ok(purged)
}
