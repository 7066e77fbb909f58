//! A rate limit in the memory of one node, for requests that cost less than a query.

use super::buckets::METER_FROM;
use super::network::network_name;
use crate::clock::millis;
use crate::db::Db;
use crate::error::{Error, RetryAfter};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// In networks: bounds the memory.
const MOST: usize = 10_000;

/// Clones count together.
#[derive(Clone, Debug, Default)]
pub struct InMemory {
    /// In unix milliseconds, by network.
    empty_at: Arc<Mutex<HashMap<String, i64>>>,
}

impl InMemory {
    pub fn password_strength(&self, db: &Db, ip: &str) -> Result<(), Error> {
        let (now, bucket) = (db.now(), METER_FROM);
        let mut buckets = self.empty_at.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST {
            buckets.retain(|_, empty_at| *empty_at > now);
        }
        if buckets.len() >= MOST {
            buckets.clear();
        }
        let empty_at = buckets.entry(network_name(ip)).or_insert(now);
        // A clock that was ahead filled it; it is full at most.
        let level = (*empty_at).clamp(now, now + bucket.full());
        let wait = level - bucket.room() - now;
        if wait > 0 {
            *empty_at = level;
            return Err(Error::RateLimited(RetryAfter(Duration::from_millis(wait.unsigned_abs()))));
        }
        *empty_at = level + millis(bucket.refill);
        Ok(())
    }
}
