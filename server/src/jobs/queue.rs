//! The job queue: one worker at a time takes a job, in any number of processes.

use super::{Arguments, Job, LEASE, MAX_WAIT, read, wait_after};
use crate::clock::{SKEW, millis};
use crate::db::{Db, Tx};
use crate::error::Error;
use crate::id::Id;
use crate::pagination::{self, Page};
use crate::sql;
use std::time::Duration;

const MAX_ERROR_LENGTH: usize = 500;

const GIVEN_UP: Duration = Duration::from_secs(30 * 86_400);

/// For a product without a worker: the row would keep an email address forever.
const MAX_AGE: Duration = Duration::from_secs(7 * 86_400);

/// Takes the first of the jobs that are due. A time too far ahead was written by a wrong clock and is ignored.
pub async fn claim(db: &Db) -> Result<Option<Job>, Error> {
    // A parallel worker takes the next job instead of waiting.
    let wait = db.locking("for update skip locked");
    let claim = format!(
        "update jobs set lease = $1, leased_until = $2, attempts = attempts + 1
         where id = (
           select id from jobs
           where failed_at is null and (run_at <= $3 or run_at = created_at or run_at > $4)
             and (leased_until is null or leased_until <= $3 or leased_until > $5)
           order by rank, id limit 1 {wait}
         )
         returning id, name, arguments, created_at, attempts"
    );
    let (lease, now) = (Id::new(), db.now());
    // SQLite commits only after the last row: with `fetch_one`, a full disk would send the same email repeatedly.
    let rows: Vec<(Id<Job>, String, String, i64, i64)> = db
        .returning(sql!(
            &claim,
            lease,
            now + millis(LEASE),
            now,
            now + millis(MAX_WAIT + SKEW),
            now + millis(LEASE + SKEW)
        ))
        .await?;
    Ok(rows.into_iter().next().map(|(id, name, arguments, created_at, attempt)| Job {
        id,
        name,
        arguments,
        created_at,
        attempt,
        lease,
    }))
}

pub async fn complete(db: &Db, job: &Job) -> Result<(), Error> {
    db.execute(sql!("delete from jobs where id = $1 and lease = $2", job.id, job.lease)).await.map(drop)
}

/// Returns whether the job will be retried.
pub async fn reschedule(db: &Db, job: &Job, error: &str) -> Result<bool, Error> {
    fail(db, job, error, wait_after(job.attempt)).await
}

/// For an error that another attempt would repeat.
pub async fn give_up(db: &Db, job: &Job, error: &str) -> Result<(), Error> {
    fail(db, job, error, None).await.map(drop)
}

async fn fail(db: &Db, job: &Job, error: &str, wait: Option<Duration>) -> Result<bool, Error> {
    let now = db.now();
    let failed_at = if wait.is_none() { Some(now) } else { None };
    let error: String = error.chars().filter(|c| *c != '\0').take(MAX_ERROR_LENGTH).collect();
    let update = "update jobs set lease = null, leased_until = null, run_at = $3, failed_at = $4, error = $5
         where id = $1 and lease = $2";
    db.execute(sql!(update, job.id, job.lease, now + wait.map_or(0, millis), failed_at, error)).await?;
    Ok(wait.is_some())
}

/// The arguments are private: only the module of a kind of job reads them.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct QueuedJob {
    pub id: Id<Job>,
    pub name: String,
    /// In unix milliseconds.
    pub created_at: i64,
    /// Earliest next attempt, in unix milliseconds.
    pub run_at: i64,
    pub attempts: i64,
    /// End of the retries, in unix milliseconds.
    pub failed_at: Option<i64>,
    /// Technical; empty before the first attempt has failed.
    pub error: String,
    arguments: String,
}

impl QueuedJob {
    /// Returns `None` if the job is of another kind, or another build wrote it.
    pub(crate) fn arguments<A: Arguments>(&self) -> Option<A> {
        read(&self.name, &self.arguments)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Totals {
    /// Includes running jobs.
    pub waiting: i64,
    pub failed: i64,
}

pub async fn totals(db: &Db) -> Result<Totals, Error> {
    db.row(sql!("select count(*) - count(failed_at) as waiting, count(failed_at) as failed from jobs")).await
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Next one first.
    Waiting,
    /// Last one first.
    Failed,
}

pub async fn search(db: &Db, filter: Filter, number: i64) -> Result<Page<QueuedJob>, Error> {
    let (which, order) = match filter {
        Filter::Waiting => ("failed_at is null", "run_at, id"),
        Filter::Failed => ("failed_at is not null", "failed_at desc, id desc"),
    };
    let count = format!("select count(*) from jobs where {which}");
    let list = format!(
        "select id, name, created_at, run_at, attempts, failed_at, error, arguments from jobs
         where {which} order by {order} limit $1 offset $2"
    );
    pagination::page(db, number, sql!(&count), &list).await
}

pub async fn purge(db: &Db) -> Result<(), Error> {
    const OLD: &str = "failed_at <= $1 or (failed_at is null and created_at <= $2 and run_at <= $2)";
    let delete = format!("delete from jobs where {}", db.unlocked("jobs", "id", OLD));
    let now = db.now();
    db.execute(sql!(&delete, now - millis(GIVEN_UP), now - millis(MAX_AGE))).await.map(drop)
}

/// For jobs from a time when the clock was ahead: their retention begins now.
pub async fn correct_future_timestamps(db: &Db) -> Result<(), Error> {
    let now = db.now();
    const CREATED: &str = "run_at = case when run_at = created_at then $1 else run_at end, created_at = $1,
           rank = case when rank < 0 then -$1 else $1 end";
    for (correction, wrong) in [(CREATED, "created_at > $2"), ("failed_at = $1", "failed_at > $2")] {
        let update = format!("update jobs set {correction} where {}", db.unlocked("jobs", "id", wrong));
        db.execute(sql!(&update, now, now + millis(SKEW))).await?;
    }
    Ok(())
}

/// Includes leased and failed jobs. `should_delete` gets the name and the arguments of a row.
pub(crate) async fn delete_in(tx: &mut Tx, should_delete: impl Fn(&str, &str) -> bool) -> Result<(), Error> {
    let all = "select id, name, arguments from jobs order by id";
    let jobs: Vec<(Id<Job>, String, String)> = tx.rows(sql!(all)).await?;
    for (id, ..) in jobs.into_iter().filter(|(_, name, arguments)| should_delete(name, arguments)) {
        tx.execute(sql!("delete from jobs where id = $1", id)).await?;
    }
    Ok(())
}
