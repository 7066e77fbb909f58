//! What an admin does to an account.

use super::passkeys;
use crate::api_tokens;
use crate::audit::{self, Action, Actor};
use crate::db::{Db, Tx};
use crate::emails::{self, Notification};
use crate::error::Error;
use crate::field_errors::FieldErrors;
use crate::identities;
use crate::refusal::Refusal;
use crate::sessions::{self, EndReason, Selection, end_within};
use crate::sql;
use crate::tokens;
use crate::users::{self, Role, User, passwords};

pub async fn disable(db: &Db, actor: Actor<'_>, user: &User) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    must_be_changeable(&mut tx, actor, user).await?;
    lock(&mut tx, user).await?;
    let now = db.now();
    tx.execute(sql!("update users set disabled_at = $2 where id = $1 and disabled_at is null", user.id, now))
        .await?;
    end_within(&mut tx, now, EndReason::Disabled, Selection::all_of(&user.id)).await?;
    api_tokens::end_within(&mut tx, &user.id).await?;
    emails::notify(&mut tx, now, user, Notification::Disabled).await?;
    audit::record(&mut tx, now, actor, Action::Disabled, user).await?;
    tx.commit().await
}

pub async fn enable(db: &Db, actor: Actor<'_>, user: &User) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    lock(&mut tx, user).await?;
    tx.execute(sql!("update users set disabled_at = null where id = $1", user.id)).await?;
    audit::record(&mut tx, db.now(), actor, Action::Enabled, user).await?;
    tx.commit().await
}

/// Also ends all sessions and removes all passkeys of the user.
pub async fn set_password(db: &Db, actor: Actor<'_>, user: &User, new: &str) -> Result<(), Error> {
    if is_oneself(actor, user) {
        // The account page asks for the current password.
        return Err(FieldErrors::one("new_password", "Change your own password on your account page.").into());
    }
    passwords::check("new_password", new, &[&user.email, &user.name]).await?;
    let hash = passwords::hash(new).await?;
    let mut tx = db.begin().await?;
    lock(&mut tx, user).await?;
    let now = db.now();
    let update = "update users set password_hash = $2, password_changed_at = $3 where id = $1";
    tx.execute(sql!(update, user.id, hash, now)).await?;
    end_within(&mut tx, now, EndReason::PasswordSet, Selection::all_of(&user.id)).await?;
    // An attacker may have added a passkey.
    passkeys::remove_since_in(&mut tx, user, 0).await?;
    identities::remove_since_in(&mut tx, user, 0).await?;
    api_tokens::end_within(&mut tx, &user.id).await?;
    tokens::end_within(&mut tx, &user.id).await?;
    emails::notify(&mut tx, now, user, Notification::PasswordChanged).await?;
    audit::record(&mut tx, now, actor, Action::SetPassword, user).await?;
    tx.commit().await
}

/// The audit log keeps the email address.
pub async fn delete(db: &Db, actor: Actor<'_>, user: &User) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    emails::delete_queued_in(&mut tx, user).await?;
    must_be_changeable(&mut tx, actor, user).await?;
    users::lock_for_deletion(&mut tx, &user.id).await?.ok_or(Refusal::AccountGone)?;
    delete_in(&mut tx, user).await?;
    emails::notify(&mut tx, db.now(), user, Notification::Deleted).await?;
    audit::record(&mut tx, db.now(), actor, Action::Deleted, user).await?;
    tx.commit().await
}

/// The account may have been deleted, or replaced by an empty one, since the admin opened the page.
async fn lock(tx: &mut Tx, user: &User) -> Result<(), Error> {
    let current = users::lock_for_update(tx, &user.id).await?;
    current.map(drop).ok_or_else(|| Refusal::AccountGone.into())
}

/// Call `emails::delete_queued_in` first, then `lock_for_deletion`: queued emails are locked before the rows of the user.
pub(super) async fn delete_in(tx: &mut Tx, user: &User) -> Result<(), Error> {
    // Same lock order as a log-in, which avoids a deadlock.
    sessions::delete_session_data_in(tx, &user.id).await?;
    let sessions =
        format!("select id from sessions where user_id = $1 order by id {}", tx.locking("for update"));
    let _locked: Vec<(String,)> = tx.rows(sql!(&sessions, user.id)).await?;
    for statement in ["delete from users where id = $1", "delete from ended_sessions where user_id = $1"] {
        tx.execute(sql!(statement, user.id)).await?;
    }
    Ok(())
}

pub(super) async fn must_be_changeable(tx: &mut Tx, actor: Actor<'_>, user: &User) -> Result<(), Error> {
    if is_oneself(actor, user) {
        return Err(Refusal::OwnAccount.into());
    }
    if is_last_admin(tx, user).await? {
        return Err(Refusal::LastAdmin.into());
    }
    Ok(())
}

/// Counts planned deletions as done. Locks all admins in one order, so that two who leave together wait for each other.
pub(super) async fn is_last_admin(tx: &mut Tx, user: &User) -> Result<bool, Error> {
    let admins = format!(
        "select u.id, u.delete_at from users u where {} and u.disabled_at is null order by u.id {}",
        Role::Admin.is_held(),
        tx.locking("for update")
    );
    let admins: Vec<(crate::Id<User>, Option<i64>)> = tx.rows(sql!(&admins)).await?;
    let is_admin = admins.iter().any(|(id, _)| *id == user.id);
    Ok(is_admin && !admins.iter().any(|(id, delete_at)| *id != user.id && delete_at.is_none()))
}

pub(super) fn is_oneself(actor: Actor<'_>, user: &User) -> bool {
    actor.user.is_some_and(|actor| actor.id == user.id)
}
