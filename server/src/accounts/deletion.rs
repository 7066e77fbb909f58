//! Deletion by the owner, who can cancel it during a grace period.

use super::administration::{delete_in, is_last_admin};
use crate::api_tokens;
use crate::audit::{self, Action, Actor};
use crate::clock::millis;
use crate::db::Db;
use crate::emails::{self, Notification};
use crate::error::Error;
use crate::id::Id;
use crate::refusal::Refusal;
use crate::sessions::{EndReason, Selection, end_within};
use crate::sql;
use crate::users::{self, COLUMNS, User};
use std::time::Duration;

/// Accounts that are read at once.
const PAGE: i64 = 200;

/// Returns the planned time in unix milliseconds, or `None` if the account was deleted at once.
pub async fn request_deletion(
    db: &Db,
    actor: Actor<'_>,
    user: &User,
    grace: Duration,
) -> Result<Option<i64>, Error> {
    let mut tx = db.begin().await?;
    if grace.is_zero() {
        emails::delete_queued_in(&mut tx, user).await?;
    }
    if is_last_admin(&mut tx, user).await? {
        return Err(Refusal::LastAdmin.into());
    }
    // A recovery of the account since then ended the log-in of this request.
    let current = users::lock_for_deletion(&mut tx, &user.id).await?;
    if !current.is_some_and(|now| now.has_password_of(user) && now.disabled_at.is_none()) {
        return Err(Refusal::LoggedOut.into());
    }
    let now = db.now();
    let planned = (!grace.is_zero()).then(|| now + millis(grace));
    let (action, notice) = match planned {
        Some(on) => {
            let update = "update users set delete_at = $2, deletion_planned_at = $3 where id = $1";
            tx.execute(sql!(update, user.id, on, now)).await?;
            end_within(&mut tx, now, EndReason::DeletionRequested, Selection::all_of(&user.id)).await?;
            api_tokens::end_within(&mut tx, &user.id).await?;
            (Action::PlannedDeletion, Notification::DeletionPlanned { on })
        }
        None => {
            delete_in(&mut tx, user).await?;
            (Action::DeletedOwn, Notification::Deleted)
        }
    };
    emails::notify(&mut tx, now, user, notice).await?;
    audit::record(&mut tx, now, actor, action, user).await?;
    tx.commit().await.map(|()| planned)
}

/// Returns whether a deletion was planned.
pub async fn cancel_deletion(db: &Db, actor: Actor<'_>, user: &User) -> Result<bool, Error> {
    let mut tx = db.begin().await?;
    let kept = tx
        .execute(sql!("update users set delete_at = null where id = $1 and delete_at is not null", user.id))
        .await?
        > 0;
    if kept {
        audit::record(&mut tx, db.now(), actor, Action::CancelledDeletion, user).await?;
        tx.commit().await?;
    }
    Ok(kept)
}

/// Keeps the last admin. Returns how many were deleted.
pub async fn delete_due(db: &Db) -> Result<u64, Error> {
    let find = format!(
        "select {COLUMNS} from users u where u.delete_at <= $1 and (u.delete_at, u.id) > ($2, $3)
         order by u.delete_at, u.id limit $4"
    );
    let (now, mut deleted, mut after) = (db.now(), 0, (i64::MIN, String::new()));
    loop {
        let due: Vec<User> = db.rows(sql!(&find, now, after.0, after.1, PAGE)).await?;
        let Some(last) = due.last() else { return Ok(deleted) };
        // An account that cannot be deleted stays due, and must not be on the next page again.
        after = (last.delete_at.unwrap_or_default(), last.id.to_string());
        for user in &due {
            deleted += counted(&user.id, delete_if_due(db, user).await)?;
        }
    }
}

/// A table of the product may refer to an account that is to be deleted. The others are deleted all the same.
pub(super) fn counted(user_id: &Id<User>, done: Result<bool, Error>) -> Result<u64, Error> {
    match done {
        Err(Error::ForeignKey(error)) => {
            tracing::error!(user = %user_id, %error, "an account could not be deleted; trying again later");
            Ok(0)
        }
        done => done.map(u64::from),
    }
}

async fn delete_if_due(db: &Db, user: &User) -> Result<bool, Error> {
    let (mut tx, now) = (db.begin().await?, db.now());
    emails::delete_queued_in(&mut tx, user).await?;
    if is_last_admin(&mut tx, user).await? {
        tracing::warn!(user = %user.id, "the last admin is not deleted: no other admin is left");
        return Ok(false);
    }
    // The owner may have cancelled, or another node was faster.
    let current = users::lock_for_deletion(&mut tx, &user.id).await?;
    let is_due = current.and_then(|user| user.delete_at).is_some_and(|at| at <= now);
    if is_due {
        delete_in(&mut tx, user).await?;
        emails::notify(&mut tx, now, user, Notification::Deleted).await?;
        audit::record(&mut tx, now, Actor { user: Some(user), ip: "" }, Action::DeletedOwn, user).await?;
        tx.commit().await?;
    }
    Ok(is_due)
}
