//! Work for later: a name and arguments in a row, made in the transaction of what causes it. A worker takes it, does it
//! and deletes it; what fails is tried again, ever later, and in the end left for an admin to look at.

mod queue;

use crate::db::Tx;
use crate::error::Error;
use crate::id::Id;
use crate::on;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;

pub(crate) use queue::delete_in;
pub use queue::{
    Filter, QueuedJob, Totals, claim, done, forget, purge, retry, search, settle, totals, try_later,
};

/// The arguments of one kind of job, which are stored as JSON. The function that does such a job is in `src/worker.rs`.
pub trait Arguments: Serialize + DeserializeOwned {
    /// What rows call this kind. A row may be older than the program, so the name stays.
    const NAME: &'static str;
}

/// A job that a worker has taken.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its key.
    pub id: Id,
    name: String,
    arguments: String,
    /// When it was made, in unix milliseconds.
    pub created_at: i64,
    /// Selection try this is, from 1.
    pub attempt: i64,
    /// What nobody else has while this try goes on.
    lease: Id,
}

impl Job {
    /// The arguments. `None`: the job is of another kind, or another version of the product wrote them.
    pub fn arguments<A: Arguments>(&self) -> Option<A> {
        read(&self.name, &self.arguments)
    }
}

/// How long a worker may take. What lasts longer is thought to have died with its worker.
pub const LEASE: Duration = Duration::from_secs(5 * 60);
/// The wait after a first try that failed. It doubles with each one.
const FIRST_WAIT: Duration = Duration::from_secs(10);
const MAX_WAIT: Duration = Duration::from_secs(4 * 3600);
/// With these waits a job is tried for two days.
const MAX_ATTEMPTS: i64 = 22;

/// Makes a job, if the rest of the transaction happens too; returns its key.
pub(crate) async fn add<A: Arguments>(tx: &mut Tx, now: i64, arguments: &A) -> Result<Id, Error> {
    let (id, arguments) = (Id::new(), serde_json::to_string(arguments)?);
    on!(tx.on(), tx => sqlx::query(
        "insert into jobs (id, name, arguments, created_at, run_at) values ($1, $2, $3, $4, $4)",
    )
    .bind(&id).bind(A::NAME).bind(arguments).bind(now)
    .execute(tx).await.map(drop))?;
    Ok(id)
}

/// The arguments in a row, if it is of this kind.
pub(crate) fn read<A: Arguments>(name: &str, arguments: &str) -> Option<A> {
    (name == A::NAME).then(|| serde_json::from_str(arguments).ok()).flatten()
}

/// How long to wait after this many tries; none: it was the last one.
fn wait_after(attempts: i64) -> Option<Duration> {
    let doublings = u32::try_from(attempts - 1).unwrap_or_default().min(16);
    (attempts < MAX_ATTEMPTS).then(|| (FIRST_WAIT * 2_u32.pow(doublings)).min(MAX_WAIT))
}
