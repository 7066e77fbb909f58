//! Deletes ended sessions that are no longer shown. The task in `src/upkeep.rs` runs it regularly.

use crate::clock::millis;
use crate::db::Db;
use crate::error::Error;
use crate::sql;
use std::time::Duration;

/// How long an ended session is kept for lists, and to tell its browser the end reason.
pub const REMEMBERED: Duration = Duration::from_secs(7 * 86_400);

/// Deletes the sessions that ended long ago. Returns how many.
pub async fn purge(db: &Db) -> Result<u64, Error> {
    let long_ago = db.now() - millis(REMEMBERED);
    let purged = db.execute(sql!("delete from ended_sessions where ended_at <= $1", long_ago)).await?;
    Ok(purged)
}
