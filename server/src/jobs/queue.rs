//! The rows: taken by one worker at a time, on however many processes, and looked at by admins.

use super::{Job, LEASE, MAX_WAIT, wait_after};
use crate::clock::{SKEW, millis};
use crate::db::{Db, On, Tx};
use crate::error::Error;
use crate::id::Id;
use crate::on;
use crate::pagination::{self, Page};
use std::time::Duration;

/// What went wrong is cut here; servers tell long stories.
const MAX_ERROR_LENGTH: usize = 500;

/// How long a job that was given up waits for an admin to look at it.
const GIVEN_UP: Duration = Duration::from_secs(30 * 86_400);

/// How long a job is kept that no worker takes. Retries end earlier, so this is the queue of a product without a worker.
/// A mail that is a week old is worthless, and its row would keep a name and an address for ever.
const MAX_AGE: Duration = Duration::from_secs(7 * 86_400);

/// Takes the job that has been due longest, if there is one. A time that is further ahead than any wait or lease was written
/// by a clock that was ahead, and is ignored. A new job is due at once.
pub async fn claim(db: &Db) -> Result<Option<Job>, Error> {
    // Of two workers at the same moment the second one takes the next job instead of waiting for the first.
    let wait = match db.write() {
        On::Sqlite(_) => "",
        On::Postgres(_) => "for update skip locked",
    };
    let claim = format!(
        "update jobs set lease = $1, leased_until = $2, attempts = attempts + 1
         where id = (
           select id from jobs
           where failed_at is null and (run_at <= $3 or run_at = created_at or run_at > $4)
             and (leased_until is null or leased_until <= $3 or leased_until > $5)
           order by run_at, id limit 1 {wait}
         )
         returning id, name, arguments, created_at, attempts"
    );
    let (lease, now) = (Id::new(), db.now());
    // All rows, though it is one at most: after the first one alone SQLite has not committed yet, and where the disk is full it
    // never would. The same mail would then be sent again and again.
    let rows: Vec<(Id, String, String, i64, i64)> = on!(db.write(), pool => sqlx::query_as(&claim)
        .bind(&lease).bind(now + millis(LEASE)).bind(now)
        .bind(now + millis(MAX_WAIT + SKEW)).bind(now + millis(LEASE + SKEW))
        .fetch_all(pool).await)?;
    Ok(rows.into_iter().next().map(|(id, name, arguments, created_at, attempt)| Job {
        id,
        name,
        arguments,
        created_at,
        attempt,
        lease,
    }))
}

/// Deletes a job that is done.
pub async fn done(db: &Db, job: &Job) -> Result<(), Error> {
    Ok(on!(db.write(), pool => sqlx::query("delete from jobs where id = $1 and lease = $2")
        .bind(&job.id).bind(&job.lease)
        .execute(pool).await.map(drop))?)
}

/// Puts a job back that failed, for later, or for an admin after the last try. Says whether it will be tried again.
pub async fn try_later(db: &Db, job: &Job, error: &str) -> Result<bool, Error> {
    let now = db.now();
    let wait = wait_after(job.attempt);
    let failed_at = if wait.is_none() { Some(now) } else { None };
    let error: String = error.chars().filter(|c| *c != '\0').take(MAX_ERROR_LENGTH).collect();
    on!(db.write(), pool => sqlx::query(
        "update jobs set lease = null, leased_until = null, run_at = $3, failed_at = $4, error = $5
         where id = $1 and lease = $2",
    )
    .bind(&job.id).bind(&job.lease).bind(now + wait.map_or(0, millis)).bind(failed_at).bind(error)
    .execute(pool).await.map(drop))?;
    Ok(wait.is_some())
}

/// A job as admins see it: its arguments are nobody's business.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct QueuedJob {
    /// Its key.
    pub id: Id,
    /// What kind of work it is.
    pub name: String,
    /// When it was made, in unix milliseconds.
    pub created_at: i64,
    /// When it may be tried next, in unix milliseconds.
    pub run_at: i64,
    /// How often it was tried.
    pub attempts: i64,
    /// Since when nobody tries any more, in unix milliseconds.
    pub failed_at: Option<i64>,
    /// What went wrong the last time, or empty.
    pub error: String,
}

/// How many jobs there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Totals {
    /// Those that wait or are being done.
    pub waiting: i64,
    /// Those that are not tried any more.
    pub failed: i64,
}

/// How many jobs wait, and how many were given up.
pub async fn totals(db: &Db) -> Result<Totals, Error> {
    Ok(on!(db.read(), pool => sqlx::query_as(
        "select count(*) - count(failed_at) as waiting, count(failed_at) as failed from jobs",
    )
    .fetch_one(pool).await)?)
}

/// Selection jobs to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Those that will be tried, the next one first.
    Waiting,
    /// Those that will not, the last one first.
    Failed,
}

/// One page of the jobs there are.
pub async fn search(db: &Db, filter: Filter, number: i64) -> Result<Page<QueuedJob>, Error> {
    let (which, order) = match filter {
        Filter::Waiting => ("failed_at is null", "run_at, id"),
        Filter::Failed => ("failed_at is not null", "failed_at desc, id desc"),
    };
    let count = format!("select count(*) from jobs where $1 = $1 and {which}");
    let list = format!(
        "select id, name, created_at, run_at, attempts, failed_at, error from jobs
         where $1 = $1 and {which} order by {order} limit $2 offset $3"
    );
    pagination::search(db, "", number, &count, &list).await
}

/// Deletes the jobs that were given up long ago, and those that no worker took for `MAX_AGE`.
pub async fn purge(db: &Db) -> Result<(), Error> {
    let old = "delete from jobs where failed_at <= $1 or (failed_at is null and created_at <= $2)";
    let now = db.now();
    Ok(on!(db.write(), pool => sqlx::query(old)
        .bind(now - millis(GIVEN_UP)).bind(now - millis(MAX_AGE))
        .execute(pool).await.map(drop))?)
}

/// Counts the time of what was made or given up while the clock was ahead from now on.
pub async fn settle(db: &Db) -> Result<(), Error> {
    let now = db.now();
    for statement in [
        "update jobs set run_at = case when run_at = created_at then $1 else run_at end, created_at = $1
         where created_at > $2",
        "update jobs set failed_at = $1 where failed_at > $2",
    ] {
        on!(db.write(), pool => sqlx::query(statement)
            .bind(now).bind(now + millis(SKEW))
            .execute(pool).await.map(drop))?;
    }
    Ok(())
}

/// Deletes the jobs for which `doomed` returns true, also leased ones and those that were given up. Its arguments are the
/// name and the arguments of the row.
pub(crate) async fn delete_in(tx: &mut Tx, doomed: impl Fn(&str, &str) -> bool) -> Result<(), Error> {
    let all = "select id, name, arguments from jobs order by id";
    let jobs: Vec<(Id, String, String)> = on!(tx.on(), tx => sqlx::query_as(all).fetch_all(tx).await)?;
    for (id, ..) in jobs.into_iter().filter(|(_, name, arguments)| doomed(name, arguments)) {
        on!(tx.on(), tx => sqlx::query("delete from jobs where id = $1").bind(id).execute(tx).await.map(drop))?;
    }
    Ok(())
}

/// Lets a job that was given up be tried from the beginning; says whether there was one.
pub async fn retry(db: &Db, id: &Id) -> Result<bool, Error> {
    Ok(on!(db.write(), pool => sqlx::query(
        "update jobs set failed_at = null, attempts = 0, run_at = $2 where id = $1 and failed_at is not null",
    )
    .bind(id).bind(db.now())
    .execute(pool).await.map(|done| done.rows_affected() > 0))?)
}

/// Deletes a job that was given up; says whether there was one.
pub async fn forget(db: &Db, id: &Id) -> Result<bool, Error> {
    Ok(on!(db.write(), pool => sqlx::query("delete from jobs where id = $1 and failed_at is not null")
        .bind(id)
        .execute(pool).await.map(|done| done.rows_affected() > 0))?)
}
