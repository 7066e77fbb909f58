//! Change of the email address, after the owner proved access to the new mailbox. `recovery.rs` can undo it.

use super::verification::is_of;
use super::{LinkRefusal, sign_up};
use crate::audit::{self, Action, Actor};
use crate::db::{Db, Tx};
use crate::emails::{self, Email, Notification};
use crate::error::Error;
use crate::field_errors::FieldErrors;
use crate::sessions::{EndReason, Login, Selection, end_within};
use crate::tokens::{self, Purpose, recovery};
use crate::users::{self, User};

/// If another user has the address, only its owner learns it, by email: response and duration are the same.
pub async fn ask_for_email(db: &Db, user: &User, typed: &str) -> Result<Result<(), FieldErrors>, Error> {
    let email = match sign_up::email(typed) {
        Ok(email) => email,
        Err(message) => return Ok(Err(FieldErrors::one("email", message))),
    };
    if email == user.email {
        return Ok(Err(FieldErrors::one("email", "This is your address already.")));
    }
    let (mut tx, now) = (db.begin().await?, db.now());
    emails::send(&mut tx, now, Email::NewEmail { user_id: user.id.clone(), email }).await?;
    emails::notify(&mut tx, now, user, Notification::EmailChangeAsked).await?;
    tx.commit().await.map(Ok)
}

/// Ends all sessions but `here`. `user` is proved by password or log-in: access to a mailbox is not enough.
pub async fn confirm_email(
    db: &Db,
    ip: &str,
    secret: &str,
    user: &User,
    here: Option<&Login>,
) -> Result<Result<User, LinkRefusal>, Error> {
    let mut tx = db.begin().await?;
    let now = db.now();
    let Some(token) = tokens::take(&mut tx, now, Purpose::NewEmail, secret).await? else {
        return Ok(Err(LinkRefusal::OutOfDate));
    };
    if token.user.disabled_at.is_some() || !is_of(&token, user) {
        return Ok(Err(LinkRefusal::OutOfDate));
    }
    let (old, email) = (token.user, token.sent_to);
    if !users::set_email_in(&mut tx, now, &old, &email).await? {
        return Ok(Err(LinkRefusal::Taken));
    }
    let which = match here {
        Some(here) => Selection::others_of(&old.id, &here.session_id),
        None => Selection::all_of(&old.id),
    };
    end_within(&mut tx, now, EndReason::EmailChanged, which).await?;
    tokens::end_within(&mut tx, &old.id).await?;
    leave_old_in(&mut tx, now, &old, token.at).await?;
    audit::record(&mut tx, now, Actor { user: Some(&old), ip }, Action::ChangedEmail, &old).await?;
    tx.commit().await.map(|()| Ok(User { email, email_verified_at: Some(now), ..old }))
}

/// `at`: when the change was requested.
async fn leave_old_in(tx: &mut Tx, now: i64, old: &User, at: i64) -> Result<(), Error> {
    if old.email_verified_at.is_none() {
        // The reader of an unverified mailbox may not own the account, and must not get it.
        return recovery::end_recoveries(tx, &old.id).await;
    }
    recovery::shorten(tx, now, &old.id).await?;
    let letter = Email::OldEmail { user_id: old.id.clone(), email: old.email.clone() };
    let job = emails::send(tx, now, letter).await?;
    recovery::promise(tx, now, at, &job, Purpose::OldEmail, (&old.id, &old.email)).await
}
