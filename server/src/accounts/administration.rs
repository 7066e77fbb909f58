//! What an admin does to an account. Each action is one transaction with its line in the audit.

use super::passkeys;
use crate::audit::{self, Action, Actor};
use crate::db::{Db, Tx};
use crate::emails::{self, Notification};
use crate::error::Error;
use crate::field_errors::FieldErrors;
use crate::sessions::{self, EndReason, Selection, end_within};
use crate::sql;
use crate::tokens;
use crate::users::{self, User, passwords};

/// Why an admin may not change an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is the admin's own account: protects against an accidental lockout.
    Oneself,
    /// No admin would be left.
    LastAdmin,
    /// The account is closed, so it gets no link to a new password.
    Closed,
}

/// Makes the user an admin.
pub async fn make_admin(db: &Db, actor: Actor<'_>, user: &User) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    tx.execute(sql!("update users set is_admin = true where id = $1", user.id)).await?;
    audit::record(&mut tx, db.now(), actor, Action::MadeAdmin, user).await?;
    tx.commit().await
}

/// Makes the user with this email address an admin, by a command on the server. Returns whether the user exists.
pub async fn grant_admin(db: &Db, email: &str) -> Result<bool, Error> {
    let Some(user) = users::with_email(db, email).await? else {
        return Ok(false);
    };
    make_admin(db, Actor { user: None, ip: "" }, &user).await?;
    Ok(true)
}

/// Removes the user's admin rights.
pub async fn unmake_admin(db: &Db, actor: Actor<'_>, user: &User) -> Result<Result<(), Refusal>, Error> {
    let mut tx = db.begin().await?;
    if let Some(refusal) = refusal(&mut tx, actor, user).await? {
        return Ok(Err(refusal));
    }
    tx.execute(sql!("update users set is_admin = false where id = $1", user.id)).await?;
    audit::record(&mut tx, db.now(), actor, Action::UnmadeAdmin, user).await?;
    tx.commit().await.map(Ok)
}

/// Closes the account: ends all its sessions, and the user cannot log in.
pub async fn close(db: &Db, actor: Actor<'_>, user: &User) -> Result<Result<(), Refusal>, Error> {
    let mut tx = db.begin().await?;
    if let Some(refusal) = refusal(&mut tx, actor, user).await? {
        return Ok(Err(refusal));
    }
    let now = db.now();
    tx.execute(sql!("update users set disabled_at = $2 where id = $1 and disabled_at is null", user.id, now))
        .await?;
    end_within(&mut tx, now, EndReason::Closed, Selection::all_of(&user.id)).await?;
    emails::notify(&mut tx, now, user, Notification::Closed).await?;
    audit::record(&mut tx, now, actor, Action::Closed, user).await?;
    tx.commit().await.map(Ok)
}

/// Reopens the account.
pub async fn open(db: &Db, actor: Actor<'_>, user: &User) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    tx.execute(sql!("update users set disabled_at = null where id = $1", user.id)).await?;
    audit::record(&mut tx, db.now(), actor, Action::Opened, user).await?;
    tx.commit().await
}

/// Sets the user's password, ends all their sessions and removes their passkeys, or returns the field errors.
pub async fn set_password(
    db: &Db,
    actor: Actor<'_>,
    user: &User,
    new: &str,
) -> Result<Result<(), FieldErrors>, Error> {
    if is_oneself(actor, user) {
        // There, the current password is required.
        return Ok(Err(FieldErrors::one("new_password", "Change your own password on your account page.")));
    }
    if let Err(message) = passwords::check(new, &[&user.email, &user.name]).await? {
        return Ok(Err(FieldErrors::one("new_password", message)));
    }
    let hash = passwords::hash(new).await?;
    let mut tx = db.begin().await?;
    let now = db.now();
    let update = "update users set password_hash = $2, password_changed_at = $3 where id = $1";
    tx.execute(sql!(update, user.id, hash, now)).await?;
    end_within(&mut tx, now, EndReason::PasswordSet, Selection::all_of(&user.id)).await?;
    // An attacker may have added a passkey.
    passkeys::remove_since_in(&mut tx, user, 0).await?;
    tokens::end_within(&mut tx, &user.id).await?;
    emails::notify(&mut tx, now, user, Notification::PasswordChanged).await?;
    audit::record(&mut tx, now, actor, Action::SetPassword, user).await?;
    tx.commit().await.map(Ok)
}

/// Deletes the account and all data of the user. The audit keeps the email address.
pub async fn delete(db: &Db, actor: Actor<'_>, user: &User) -> Result<Result<(), Refusal>, Error> {
    let mut tx = db.begin().await?;
    emails::forget_in(&mut tx, user).await?;
    if let Some(refusal) = refusal(&mut tx, actor, user).await? {
        return Ok(Err(refusal));
    }
    delete_in(&mut tx, user).await?;
    emails::notify(&mut tx, db.now(), user, Notification::Deleted).await?;
    audit::record(&mut tx, db.now(), actor, Action::Deleted, user).await?;
    tx.commit().await.map(Ok)
}

/// Deletes the user, and all rows that refer to them, in the caller's transaction. Delete their queued emails first.
pub(super) async fn delete_in(tx: &mut Tx, user: &User) -> Result<(), Error> {
    // Before the user's row, in the same lock order as a log-in: otherwise a deadlock is possible.
    sessions::forget_browsers_in(tx, &user.id).await?;
    for statement in ["delete from users where id = $1", "delete from ended_sessions where user_id = $1"] {
        tx.execute(sql!(statement, user.id)).await?;
    }
    Ok(())
}

/// Returns why this account must not be changed.
async fn refusal(tx: &mut Tx, actor: Actor<'_>, user: &User) -> Result<Option<Refusal>, Error> {
    if is_oneself(actor, user) {
        return Ok(Some(Refusal::Oneself));
    }
    Ok(is_last_admin(tx, user).await?.then_some(Refusal::LastAdmin))
}

/// Returns whether no other admin would remain, now and after all planned deletions. All admin rows are locked in one
/// order, so that two admins who leave at the same time wait for each other.
pub(super) async fn is_last_admin(tx: &mut Tx, user: &User) -> Result<bool, Error> {
    let admins = format!(
        "select id, delete_at from users where is_admin and disabled_at is null order by id {}",
        tx.locking("for update")
    );
    let admins: Vec<(crate::Id, Option<i64>)> = tx.rows(sql!(&admins)).await?;
    let is_admin = admins.iter().any(|(id, _)| *id == user.id);
    Ok(is_admin && !admins.iter().any(|(id, delete_at)| *id != user.id && delete_at.is_none()))
}

pub(super) fn is_oneself(actor: Actor<'_>, user: &User) -> bool {
    actor.user.is_some_and(|actor| actor.id == user.id)
}
