//! Corrects tokens that were made while the clock was ahead: none is valid for longer than its owner chose.

use crate::clock::{SKEW, millis};
use crate::db::Db;
use crate::error::Error;
use crate::sql;

pub async fn correct_future_timestamps(db: &Db) -> Result<(), Error> {
    let ahead = db.unlocked("api_tokens", "id", "created_at > $2");
    let update = format!(
        "update api_tokens set created_at = $1, expires_at = expires_at - (created_at - $1) where {ahead}"
    );
    let now = db.now();
    db.execute(sql!(&update, now, now + millis(SKEW))).await.map(drop)
}
