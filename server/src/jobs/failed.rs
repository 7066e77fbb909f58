//! What admins do with failed jobs.

use super::Job;
use crate::audit::{self, Action, Actor, Subject};
use crate::db::Db;
use crate::error::Error;
use crate::id::Id;
use crate::sql;

/// Starts again from the first attempt. Returns whether it existed.
pub async fn retry(db: &Db, actor: Actor<'_>, id: &Id<Job>) -> Result<bool, Error> {
    let (mut tx, now) = (db.begin().await?, db.now());
    let update =
        "update jobs set failed_at = null, attempts = 0, run_at = $2 where id = $1 and failed_at is not null";
    let existed = tx.execute(sql!(update, id, now)).await? > 0;
    if existed {
        audit::record(&mut tx, now, actor, Action::RetriedJob, Subject::Job(id.as_str())).await?;
        tx.commit().await?;
    }
    Ok(existed)
}

/// Returns whether it existed.
pub async fn delete_failed(db: &Db, actor: Actor<'_>, id: &Id<Job>) -> Result<bool, Error> {
    let mut tx = db.begin().await?;
    let delete = "delete from jobs where id = $1 and failed_at is not null";
    let existed = tx.execute(sql!(delete, id)).await? > 0;
    if existed {
        audit::record(&mut tx, db.now(), actor, Action::DeletedJob, Subject::Job(id.as_str())).await?;
        tx.commit().await?;
    }
    Ok(existed)
}
