//! Throws out what has run out. A row out of time opens no door even before it is purged.

use super::Limits;
use crate::clock::millis;
use crate::db::Db;
use crate::error::Error;
use crate::on;

/// Deletes the sessions and scratch pads that are out of time; says how many sessions.
pub async fn purge(db: &Db, limits: Limits) -> Result<u64, Error> {
    let now = db.now();
    let ended = on!(db.write(), pool => sqlx::query(
        "delete from sessions
         where expires_at <= $1 or last_seen_at <= case when remember then $2 else $3 end",
    )
    .bind(now).bind(now - millis(limits.remember)).bind(now - millis(limits.idle))
    .execute(pool).await.map(|done| done.rows_affected()))?;
    crate::visitor::purge_pads(db).await?;
    Ok(ended)
}
