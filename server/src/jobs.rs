//! Background jobs: each row is added in the transaction that causes it. A failed job is retried with growing waits,
//! and in the end kept for an admin.

mod failed;
mod queue;

use crate::db::Tx;
use crate::error::Error;
use crate::id::Id;
use crate::sql;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;

pub use failed::{delete_failed, retry};
pub(crate) use queue::delete_in;
pub use queue::{
    Filter, QueuedJob, Totals, claim, complete, correct_future_timestamps, give_up, purge, reschedule,
    search, totals,
};

/// Stored as JSON. `program/src/worker.rs` runs the job.
pub trait Arguments: Serialize + DeserializeOwned {
    /// Rows may be older than the program, so the name must not change.
    const NAME: &'static str;

    /// Whether a user waits for the job: it runs before others, and the newest first.
    fn is_urgent(&self) -> bool {
        false
    }
}

#[derive(Clone, Debug)]
pub struct Job {
    pub id: Id<Job>,
    name: String,
    arguments: String,
    /// In unix milliseconds.
    pub created_at: i64,
    /// From 1.
    pub attempt: i64,
    /// Unique for this attempt, so that only its worker can finish the job.
    lease: Id<Lease>,
}

/// Marks the key of one attempt.
enum Lease {}

impl Job {
    /// Each attempt was counted, but none ended: the job ends the program.
    pub fn is_exhausted(&self) -> bool {
        self.attempt > MAX_ATTEMPTS
    }

    /// Returns `None` if the job is of another kind, or another build wrote it.
    pub fn arguments<A: Arguments>(&self) -> Option<A> {
        read(&self.name, &self.arguments)
    }
}

/// A worker that takes longer is considered dead.
pub const LEASE: Duration = Duration::from_secs(5 * 60);
/// Doubles with each attempt.
const FIRST_WAIT: Duration = Duration::from_secs(10);
const MAX_WAIT: Duration = Duration::from_secs(4 * 3600);
/// About two days of retries.
const MAX_ATTEMPTS: i64 = 22;

pub(crate) async fn add<A: Arguments>(tx: &mut Tx, now: i64, arguments: &A) -> Result<Id<Job>, Error> {
    let (id, json) = (Id::new(), serde_json::to_string(arguments)?);
    let rank = if arguments.is_urgent() { -now } else { now };
    let insert =
        "insert into jobs (id, name, arguments, created_at, run_at, rank) values ($1, $2, $3, $4, $4, $5)";
    tx.execute(sql!(insert, id, A::NAME, json, now, rank)).await?;
    Ok(id)
}

pub(crate) fn read<A: Arguments>(name: &str, arguments: &str) -> Option<A> {
    (name == A::NAME).then(|| serde_json::from_str(arguments).ok()).flatten()
}

/// Returns `None` after the last attempt.
fn wait_after(attempts: i64) -> Option<Duration> {
    let doublings = u32::try_from(attempts - 1).unwrap_or_default().min(16);
    (attempts < MAX_ATTEMPTS).then(|| (FIRST_WAIT * 2_u32.pow(doublings)).min(MAX_WAIT))
}
