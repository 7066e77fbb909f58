//! Steps after a backup was restored: what ended after the backup must not become valid again.

use crate::audit::{self, Action, Actor, Subject};
use crate::clock::millis;
use crate::db::Db;
use crate::error::Error;
use crate::sessions::{EndReason, Selection, end_within};
use crate::sql;
use std::time::Duration;

/// Used links and codes would work again, a rejected form would come back, and users who logged out would be logged in.
const ENDED: &[&str] = &["api_tokens", "tokens", "form_posts", "recovery_codes", "sign_on_requests"];

const HELD: &str = "Held, since the database was restored from a backup: this may have been sent already.";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restored {
    pub sessions: u64,
    pub secrets: u64,
    pub held_jobs: u64,
    pub postponed_deletions: u64,
}

/// One transaction. Planned deletions wait for `grace` again, because their owners may have cancelled them.
pub async fn after_restore(db: &Db, grace: Duration) -> Result<Restored, Error> {
    let (mut tx, now) = (db.begin().await?, db.now());
    let hold = "update jobs set failed_at = $1, lease = null, leased_until = null, error = $2 where failed_at is null";
    let held_jobs = tx.execute(sql!(hold, now, HELD)).await?;
    // Without a grace period, the planned deletion is cancelled.
    let later = (!grace.is_zero()).then(|| now + millis(grace));
    let postpone = "update users set delete_at = $1 where delete_at is not null";
    let postponed_deletions = tx.execute(sql!(postpone, later)).await?;
    // Users may have confirmed their address after the backup: they are reminded again before a deletion.
    let remind = "update users set reminded_at = null where reminded_at is not null";
    tx.execute(sql!(remind)).await?;
    // Before `sessions`, as a log-out does.
    let mut secrets = tx.execute(sql!("delete from tower_sessions")).await?;
    let sessions = end_within(&mut tx, now, EndReason::Restored, Selection::ALL).await?;
    for table in ENDED {
        let delete = format!("delete from {table}");
        secrets += tx.execute(sql!(&delete)).await?;
    }
    audit::record(&mut tx, now, Actor { user: None, ip: "" }, Action::RestoredBackup, Subject::AllUsers)
        .await?;
    tx.commit().await?;
    Ok(Restored { sessions, secrets, held_jobs, postponed_deletions })
}
