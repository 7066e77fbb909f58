//! One attempt: it fills its buckets, and a right one empties them again.

use super::buckets::Bucket;
use crate::clock::{day, millis};
use crate::daily_counts::{self, Count};
use crate::db::{Db, Tx};
use crate::error::{Error, RetryAfter};
use crate::sql;
use std::time::Duration;

#[derive(Debug)]
pub struct Attempt {
    buckets: Vec<(Bucket, Vec<u8>)>,
    /// The day and the statistic in which it counts as failed until it is refunded.
    failed: Option<(i64, Count)>,
}

impl Attempt {
    pub(super) fn of(buckets: Vec<(Bucket, Vec<u8>)>) -> Self {
        Self { buckets, failed: None }
    }
}

/// For an attempt that was right, or no guess.
pub async fn refund(db: &Db, attempt: Attempt) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    for (bucket, key) in attempt.buckets {
        let update = "update rate_limits set empty_at = empty_at - $2 where key_hash = $1";
        tx.execute(sql!(update, key, millis(bucket.refill))).await?;
    }
    if let Some((day, what)) = attempt.failed {
        daily_counts::add_in(&mut tx, day, what, -1).await?;
    }
    tx.commit().await
}

/// An attempt counts in all of its buckets, or in none if one is full.
pub(super) async fn count(db: &Db, buckets: Vec<(Bucket, Vec<u8>)>) -> Result<Attempt, Error> {
    fill_all(db, Attempt::of(buckets)).await
}

/// Counts the attempt as failed before it is checked: known and unknown addresses cause the same writes.
pub(super) async fn count_log_in(
    db: &Db,
    what: Count,
    buckets: Vec<(Bucket, Vec<u8>)>,
) -> Result<Attempt, Error> {
    fill_all(db, Attempt { failed: Some((day(db.now()), what)), ..Attempt::of(buckets) }).await
}

async fn fill_all(db: &Db, attempt: Attempt) -> Result<Attempt, Error> {
    let Attempt { buckets, failed } = &attempt;
    let mut tx = db.begin().await?;
    let now = db.now();
    for (bucket, key) in buckets {
        if !fill(&mut tx, now, *bucket, key).await? {
            let empty_at = empty_at(&mut tx, key).await?.unwrap_or(now);
            drop(tx); // undoes what this attempt has filled
            let full = now + bucket.full();
            if empty_at > full {
                drain_from_now(db, now, buckets).await?;
            }
            let wait = (empty_at.min(full) - bucket.room() - now).max(0).unsigned_abs();
            let wait = Duration::from_millis(wait);
            tracing::warn!(bucket = bucket.name, ?wait, "tried too often");
            return Err(Error::RateLimited(RetryAfter(wait)));
        }
    }
    // Last, because all log-ins lock this row.
    if let Some((day, what)) = *failed {
        daily_counts::add_in(&mut tx, day, what, 1).await?;
    }
    tx.commit().await?;
    Ok(attempt)
}

/// One statement, so that parallel attempts cannot exceed the capacity.
async fn fill(tx: &mut Tx, now: i64, bucket: Bucket, key: &[u8]) -> Result<bool, Error> {
    const FILL: &str = "insert into rate_limits (key_hash, empty_at) values ($1, $2 + $3)
         on conflict (key_hash) do update
         set empty_at = case when rate_limits.empty_at > $2 then rate_limits.empty_at else $2 end + $3
         where rate_limits.empty_at <= $2 + $4";
    Ok(tx.execute(sql!(FILL, key, now, millis(bucket.refill), bucket.room())).await? > 0)
}

async fn empty_at(tx: &mut Tx, key: &[u8]) -> Result<Option<i64>, Error> {
    let found = tx.optional(sql!("select empty_at from rate_limits where key_hash = $1", key)).await?;
    Ok(found.map(|(empty_at,)| empty_at))
}

/// Lowers buckets that were filled while the clock was ahead.
async fn drain_from_now(db: &Db, now: i64, buckets: &[(Bucket, Vec<u8>)]) -> Result<(), Error> {
    let update = "update rate_limits set empty_at = $2 where key_hash = $1 and empty_at > $2";
    for (bucket, key) in buckets {
        db.execute(sql!(update, key, now + bucket.full())).await?;
    }
    Ok(())
}
