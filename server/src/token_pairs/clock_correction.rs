//! Corrects access tokens that were made while the clock was ahead.

use crate::clock::{SKEW, millis};
use crate::db::Db;
use crate::error::Error;
use crate::sql;

pub async fn correct_future_timestamps(db: &Db) -> Result<(), Error> {
    let now = db.now();
    let update = "update token_pairs set created_at = $1 where created_at > $2";
    db.execute(sql!(update, now, now + millis(SKEW))).await.map(drop)
}
