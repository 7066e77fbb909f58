//! After a backup was restored: what had ended since the backup was made must not come back to life.

use crate::audit::{self, Action, Actor};
use crate::clock::millis;
use crate::db::Db;
use crate::error::Error;
use crate::on;
use crate::sessions::{EndReason, Selection, end_within};
use std::time::Duration;

/// What it would mean to go on with these rows: links and codes that were used work again, a form that was refused comes back,
/// whoever logged out is logged in.
const ENDED: [&str; 4] = ["tokens", "tower_sessions", "form_posts", "recovery_codes"];

const HELD: &str = "Held, since the database was restored from a backup: this may have been sent already.";

/// What was ended, in numbers of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Sessions that ended.
    pub sessions: u64,
    /// Links, pending log-ins, messages and recovery codes that are gone.
    pub secrets: u64,
    /// Jobs that wait for an admin now.
    pub held_jobs: u64,
    /// Accounts whose deletion was planned, and begins to wait anew.
    pub postponed_deletions: u64,
}

/// Ends every session, link, pending log-in and recovery code, holds the queued jobs for an admin, and lets planned deletions
/// wait for `grace` once more, as their owners may have cancelled them. All of it, or nothing.
pub async fn after_restore(db: &Db, grace: Duration) -> Result<Restored, Error> {
    let (mut tx, now) = (db.begin().await?, db.now());
    let sessions = end_within(&mut tx, now, EndReason::Restored, Selection::ALL).await?;
    let mut secrets = 0;
    for table in ENDED {
        let delete = format!("delete from {table}");
        secrets += on!(tx.on(), tx => sqlx::query(&delete).execute(tx).await?.rows_affected());
    }
    let hold = "update jobs set failed_at = $1, lease = null, leased_until = null, error = $2 where failed_at is null";
    let held_jobs =
        on!(tx.on(), tx => sqlx::query(hold).bind(now).bind(HELD).execute(tx).await?.rows_affected());
    // Without a grace there is nothing to wait for: the plan goes.
    let later = (!grace.is_zero()).then(|| now + millis(grace));
    let postpone = "update users set delete_at = $1 where delete_at is not null";
    let postponed_deletions =
        on!(tx.on(), tx => sqlx::query(postpone).bind(later).execute(tx).await?.rows_affected());
    audit::record(&mut tx, now, Actor { user: None, ip: "" }, Action::RestoredBackup, None).await?;
    tx.commit().await?;
    Ok(Restored { sessions, secrets, held_jobs, postponed_deletions })
}
