//! Work for later: a name and arguments in a row, made in the transaction of what causes it. A worker takes it, does it
//! and deletes it; what fails is tried again, ever later, and in the end left for an admin to look at.

mod queue;

use crate::db::Tx;
use crate::error::Error;
use crate::id::Id;
use crate::letters::Letter;
use crate::on;
use serde::{Deserialize, Serialize};
use std::time::Duration;

pub(crate) use queue::delete_in;
pub use queue::{
    Filter, QueuedJob, Totals, claim, done, forget, purge, retry, search, settle, totals, try_later,
};

/// What there is to do. A new kind of work is a variant here, and its arm in `src/worker.rs`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", content = "arguments", rename_all = "kebab-case")]
pub enum Work {
    /// Send a mail.
    Mail(Letter),
}

/// A job that a worker has taken.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its key.
    pub id: Id,
    /// What there is to do; none: an older version of the product named it, and nobody knows any more.
    pub work: Option<Work>,
    /// When it was made, in unix milliseconds.
    pub created_at: i64,
    /// Which try this is, from 1.
    pub attempt: i64,
    /// What nobody else has while this try goes on.
    lease: Id,
}

/// How long a worker may take. What lasts longer is thought to have died with its worker.
pub const LEASE: Duration = Duration::from_secs(5 * 60);
/// The wait after a first try that failed. It doubles with each one.
const FIRST_WAIT: Duration = Duration::from_secs(10);
const LONGEST_WAIT: Duration = Duration::from_secs(4 * 3600);
/// With these waits a job is tried for two days.
const MOST_ATTEMPTS: i64 = 22;

/// Makes a job, if the rest of the transaction happens too; returns its key.
pub(crate) async fn add(tx: &mut Tx, now: i64, work: &Work) -> Result<Id, Error> {
    let (id, (name, arguments)) = (Id::new(), written(work)?);
    on!(tx.on(), tx => sqlx::query(
        "insert into jobs (id, name, arguments, created_at, run_at) values ($1, $2, $3, $4, $4)",
    )
    .bind(&id).bind(name).bind(arguments).bind(now)
    .execute(tx).await.map(drop))?;
    Ok(id)
}

/// The name and the arguments as they stand in the row.
fn written(work: &Work) -> Result<(String, String), Error> {
    let mut json = serde_json::to_value(work)?;
    let name = json["name"].as_str().unwrap_or_default().to_owned();
    Ok((name, json["arguments"].take().to_string()))
}

fn read(name: &str, arguments: &str) -> Option<Work> {
    let arguments: serde_json::Value = serde_json::from_str(arguments).ok()?;
    serde_json::from_value(serde_json::json!({ "name": name, "arguments": arguments })).ok()
}

/// How long to wait after this many tries; none: it was the last one.
fn wait_after(attempts: i64) -> Option<Duration> {
    let doublings = u32::try_from(attempts - 1).unwrap_or_default().min(16);
    (attempts < MOST_ATTEMPTS).then(|| (FIRST_WAIT * 2_u32.pow(doublings)).min(LONGEST_WAIT))
}
