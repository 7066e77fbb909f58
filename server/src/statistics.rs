//! Statistics for admins: totals, and what happened on each of the last days. Days are in UTC.

use crate::clock::{beginning, day, millis};
use crate::daily_counts::Count;
use crate::db::Db;
use crate::error::Error;
use crate::sessions::{IS_CLIENT, Limits};
use crate::sql;

/// Older days are deleted.
pub const KEPT_DAYS: i64 = 90;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// The beginning of the day, in unix milliseconds.
    pub at: i64,
    /// Without accounts that were deleted since.
    pub sign_ups: i64,
    /// Without users who were deleted since.
    pub active_users: i64,
    /// Wrong passwords, codes and passkeys, without attempts that a rate limit refused.
    pub failed_log_ins: i64,
}

/// Day, sign-ups, active users, failed log-ins.
type Row = (i64, i64, i64, i64);

const DAYS: &str = "select created_at / 86400000 as day, count(*), cast(0 as bigint), cast(0 as bigint)
     from users where created_at >= $3 and created_at < $4 group by 1
     union all
     select day, 0, count(*), 0 from active_days where day >= $1 and day < $2 group by day
     union all
     select day, 0, 0, cast(sum(count) as bigint) from daily_counts
     where day >= $1 and day < $2 and name in ($5, $6, $7) group by day";

/// The last `count` days with today, oldest first, at most `KEPT_DAYS`. A day on which nothing happened has zeros.
pub async fn days(db: &Db, count: i64) -> Result<Vec<Day>, Error> {
    let end = day(db.now()) + 1;
    let first = end - count.clamp(1, KEPT_DAYS);
    let [passwords, codes, passkeys] = Count::FAILED_LOG_INS.map(Count::name);
    let rows: Vec<Row> =
        db.rows(sql!(DAYS, first, end, beginning(first), beginning(end), passwords, codes, passkeys)).await?;
    let of = |day: i64| {
        let empty = Day { at: beginning(day), sign_ups: 0, active_users: 0, failed_log_ins: 0 };
        rows.iter().filter(|row| row.0 == day).fold(empty, |sum, (_, sign_ups, active, failed)| Day {
            sign_ups: sum.sign_ups + sign_ups,
            active_users: sum.active_users + active,
            failed_log_ins: sum.failed_log_ins + failed,
            ..sum
        })
    };
    Ok((first..end).map(of).collect())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Totals {
    pub users: i64,
    /// Unexpired ones.
    pub active_sessions: i64,
    /// Users to whom an email could not be delivered.
    pub undeliverable_addresses: i64,
    /// Includes running jobs.
    pub waiting_jobs: i64,
    pub failed_jobs: i64,
}

pub async fn totals(db: &Db, limits: Limits) -> Result<Totals, Error> {
    let totals = format!(
        "select (select count(*) from users) as users,
           (select count(*) from sessions s where expires_at > $1
            and (last_seen_at > case when remember then $2 else $3 end or {IS_CLIENT})) as active_sessions,
           (select count(*) from users where undeliverable_email is not null) as undeliverable_addresses,
           (select count(*) from jobs where failed_at is null) as waiting_jobs,
           (select count(*) from jobs where failed_at is not null) as failed_jobs"
    );
    let now = db.now();
    db.row(sql!(&totals, now, now - millis(limits.remember), now - millis(limits.idle))).await
}

pub async fn purge(db: &Db) -> Result<(), Error> {
    let oldest = day(db.now()) - KEPT_DAYS;
    let old = db.unlocked("active_days", "day, user_id", "day < $1");
    let delete = format!("delete from active_days where {old}");
    db.execute(sql!(&delete, oldest)).await?;
    db.execute(sql!("delete from daily_counts where day < $1", oldest)).await.map(drop)
}
