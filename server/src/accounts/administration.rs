//! What an admin does to an account. Each is one transaction with its line in the audit.

use super::passkeys;
use crate::audit::{self, Action, Actor};
use crate::db::{Db, On, Tx};
use crate::emails::{self, Notification};
use crate::error::Error;
use crate::field_errors::FieldErrors;
use crate::on;
use crate::sessions::{self, EndReason, Selection, end_within};
use crate::tokens;
use crate::users::{self, User, passwords};

/// Why an admin may not do something to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is their own: nobody locks themselves out by accident.
    Oneself,
    /// Nobody would be left to open the admin area.
    LastAdmin,
    /// The account is closed: no link to a new password is sent to it.
    Closed,
}

/// Makes the user an admin.
pub async fn make_admin(db: &Db, actor: Actor<'_>, user: &User) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    on!(tx.on(), tx => sqlx::query("update users set is_admin = true where id = $1")
        .bind(&user.id)
        .execute(tx).await.map(drop))?;
    audit::record(&mut tx, db.now(), actor, Action::MadeAdmin, user).await?;
    tx.commit().await
}

/// Makes the user with this address an admin, by a command on the server; says whether there is one.
pub async fn grant_admin(db: &Db, email: &str) -> Result<bool, Error> {
    let Some(user) = users::with_email(db, email).await? else {
        return Ok(false);
    };
    make_admin(db, Actor { user: None, ip: "" }, &user).await?;
    Ok(true)
}

/// Makes the user no admin any more.
pub async fn unmake_admin(db: &Db, actor: Actor<'_>, user: &User) -> Result<Result<(), Refusal>, Error> {
    let mut tx = db.begin().await?;
    if let Some(refusal) = refusal(&mut tx, actor, user).await? {
        return Ok(Err(refusal));
    }
    on!(tx.on(), tx => sqlx::query("update users set is_admin = false where id = $1")
        .bind(&user.id)
        .execute(tx).await.map(drop))?;
    audit::record(&mut tx, db.now(), actor, Action::UnmadeAdmin, user).await?;
    tx.commit().await.map(Ok)
}

/// Closes the account: the user is out everywhere and cannot log in.
pub async fn close(db: &Db, actor: Actor<'_>, user: &User) -> Result<Result<(), Refusal>, Error> {
    let mut tx = db.begin().await?;
    if let Some(refusal) = refusal(&mut tx, actor, user).await? {
        return Ok(Err(refusal));
    }
    let now = db.now();
    on!(tx.on(), tx => sqlx::query("update users set disabled_at = $2 where id = $1 and disabled_at is null")
        .bind(&user.id).bind(now)
        .execute(tx).await.map(drop))?;
    end_within(&mut tx, now, EndReason::Closed, Selection::all_of(&user.id)).await?;
    emails::notify(&mut tx, now, user, Notification::Closed).await?;
    audit::record(&mut tx, now, actor, Action::Closed, user).await?;
    tx.commit().await.map(Ok)
}

/// Opens the account again.
pub async fn open(db: &Db, actor: Actor<'_>, user: &User) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    on!(tx.on(), tx => sqlx::query("update users set disabled_at = null where id = $1")
        .bind(&user.id)
        .execute(tx).await.map(drop))?;
    audit::record(&mut tx, db.now(), actor, Action::Opened, user).await?;
    tx.commit().await
}

/// Sets the user's password, ends all their sessions and removes their passkeys, or tells what is wrong with it.
pub async fn set_password(
    db: &Db,
    actor: Actor<'_>,
    user: &User,
    new: &str,
) -> Result<Result<(), FieldErrors>, Error> {
    if is_oneself(actor, user) {
        // There one must know the current one.
        return Ok(Err(FieldErrors::one("new_password", "Change your own password on your account page.")));
    }
    if let Err(message) = passwords::check(new, &[&user.email, &user.name]).await? {
        return Ok(Err(FieldErrors::one("new_password", message)));
    }
    let hash = passwords::hash(new).await?;
    let mut tx = db.begin().await?;
    let now = db.now();
    on!(tx.on(), tx => sqlx::query("update users set password_hash = $2, password_changed_at = $3 where id = $1")
        .bind(&user.id).bind(hash).bind(now)
        .execute(tx).await.map(drop))?;
    end_within(&mut tx, now, EndReason::PasswordSet, Selection::all_of(&user.id)).await?;
    // Whoever is to be kept out may have added one.
    passkeys::remove_since_in(&mut tx, user, 0).await?;
    tokens::end_within(&mut tx, &user.id).await?;
    emails::notify(&mut tx, now, user, Notification::PasswordChanged).await?;
    audit::record(&mut tx, now, actor, Action::SetPassword, user).await?;
    tx.commit().await.map(Ok)
}

/// Deletes the account and whatever is the user's. The audit keeps the address.
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

/// Deletes the user inside a change; what refers to them goes with them, but for their letters: those go first.
pub(super) async fn delete_in(tx: &mut Tx, user: &User) -> Result<(), Error> {
    // Before the user's row, as a log-in locks them: otherwise the two could wait for each other.
    sessions::forget_browsers_in(tx, &user.id).await?;
    for statement in ["delete from users where id = $1", "delete from ended_sessions where user_id = $1"] {
        on!(tx.on(), tx => sqlx::query(statement).bind(&user.id).execute(tx).await.map(drop))?;
    }
    Ok(())
}

/// Why this account must stay as it is.
async fn refusal(tx: &mut Tx, actor: Actor<'_>, user: &User) -> Result<Option<Refusal>, Error> {
    if is_oneself(actor, user) {
        return Ok(Some(Refusal::Oneself));
    }
    Ok(is_last_admin(tx, user).await?.then_some(Refusal::LastAdmin))
}

/// Whether nobody else can open the admin area, now and when those who want to leave are gone. Two admins who are about
/// to leave at once wait for one another: both ask for the rows of all admins, in one order.
pub(super) async fn is_last_admin(tx: &mut Tx, user: &User) -> Result<bool, Error> {
    let wait = match tx.on() {
        On::Sqlite(_) => "",
        On::Postgres(_) => "for update",
    };
    let admins =
        format!("select id, delete_at from users where is_admin and disabled_at is null order by id {wait}");
    let admins: Vec<(crate::Id, Option<i64>)> =
        on!(tx.on(), tx => sqlx::query_as(&admins).fetch_all(tx).await)?;
    let is_admin = admins.iter().any(|(id, _)| *id == user.id);
    Ok(is_admin && !admins.iter().any(|(id, delete_at)| *id != user.id && delete_at.is_none()))
}

pub(super) fn is_oneself(actor: Actor<'_>, user: &User) -> bool {
    actor.user.is_some_and(|actor| actor.id == user.id)
}
