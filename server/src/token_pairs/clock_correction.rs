//! Corrects access tokens that were made while the clock was ahead.

use crate::clock::{SKEW, millis};
use crate::db::Db;
use crate::error::Error;
use crate::sql;

pub async fn correct_future_timestamps(db: &Db) -> Result<(), Error> {
    let now = db.now();
    let ahead = db.unlocked("token_pairs", "access_hash", "created_at > $2");
    let update = format!("update token_pairs set created_at = $1 where {ahead}");
    db.execute(sql!(&update, now, now + millis(SKEW))).await.map(drop)
}
