//! Rate limits in the memory of one node, for requests that cost about as much as a query.

use super::buckets::{API_TOKEN, Bucket, METER_FROM, REFRESH};
use super::network::network_name;
use crate::clock::millis;
use crate::db::Db;
use crate::error::{Error, RetryAfter};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub const API_REQUESTS_AT_ONCE: u32 = API_TOKEN.capacity;

/// In clients: bounds the memory.
const MOST: usize = 10_000;

/// Clones count together.
#[derive(Clone, Debug, Default)]
pub struct InMemory {
    /// In unix milliseconds, by bucket and client.
    empty_at: Arc<Mutex<HashMap<(&'static str, String), i64>>>,
}

/// What a client may still do, after its request was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    pub limit: u32,
    pub remaining: u32,
    /// Until all of `limit` remain.
    pub full_in: Duration,
    /// Set if the request is refused.
    pub retry_after: Option<RetryAfter>,
}

impl InMemory {
    pub fn password_strength(&self, db: &Db, ip: &str) -> Result<(), Error> {
        let quota = self.count(db.now(), METER_FROM, network_name(ip));
        quota.retry_after.map_or(Ok(()), |wait| Err(Error::RateLimited(wait)))
    }

    /// `token` is the id of a token, or of the session of a client.
    pub fn api(&self, db: &Db, token: &str) -> Quota {
        self.count(db.now(), API_TOKEN, token.to_owned())
    }

    /// Refreshes of one client, each of which writes.
    pub fn refresh(&self, db: &Db, session: &str) -> Result<(), Error> {
        let quota = self.count(db.now(), REFRESH, session.to_owned());
        quota.retry_after.map_or(Ok(()), |wait| Err(Error::RateLimited(wait)))
    }

    fn count(&self, now: i64, bucket: Bucket, client: String) -> Quota {
        let mut buckets = self.empty_at.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST {
            buckets.retain(|_, empty_at| *empty_at > now);
        }
        if buckets.len() >= MOST {
            buckets.clear();
        }
        let empty_at = buckets.entry((bucket.name, client)).or_insert(now);
        // A clock that was ahead filled it; it is full at most.
        let level = (*empty_at).clamp(now, now + bucket.full());
        let wait = level - bucket.room() - now;
        *empty_at = if wait > 0 { level } else { level + millis(bucket.refill) };
        let (filled, one) = (*empty_at - now, millis(bucket.refill));
        Quota {
            limit: bucket.capacity,
            remaining: u32::try_from((bucket.full() - filled) / one).unwrap_or(0),
            full_in: Duration::from_millis(filled.unsigned_abs()),
            retry_after: (wait > 0).then(|| RetryAfter(Duration::from_millis(wait.unsigned_abs()))),
        }
    }
}
