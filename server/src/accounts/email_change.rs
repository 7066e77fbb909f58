//! Change of the email address, after the owner proved access to the new mailbox. `recovery.rs` can undo it.

use super::sign_up;
use super::verification::is_of;
use crate::audit::{self, Action, Actor};
use crate::db::{Db, Tx};
use crate::emails::{self, Email, Notification};
use crate::error::Error;
use crate::field_errors::FieldErrors;
use crate::refusal::Refusal;
use crate::sessions::{EndReason, Login, Selection, end_within};
use crate::tokens::{self, Purpose, recovery};
use crate::users::{self, User};

/// If another user has the address, only its owner learns it, by email: response and duration are the same.
pub async fn request_email_change(db: &Db, user: &User, typed: &str) -> Result<(), Error> {
    let email = sign_up::parse_email(typed).map_err(|message| FieldErrors::one("email", message))?;
    if email == user.email {
        return Err(FieldErrors::one("email", "This is your address already.").into());
    }
    let (mut tx, now) = (db.begin().await?, db.now());
    emails::enqueue_in(&mut tx, now, Email::NewEmail { user_id: user.id.clone(), email }).await?;
    emails::notify(&mut tx, now, user, Notification::EmailChangeAsked).await?;
    tx.commit().await
}

/// Ends all sessions but the `current` one. `user` is proved by password or log-in: access to a mailbox is not enough.
pub async fn confirm_email(
    db: &Db,
    ip: &str,
    secret: &str,
    user: &User,
    current: Option<&Login>,
) -> Result<User, Error> {
    let mut tx = db.begin().await?;
    let now = db.now();
    let Some(token) = tokens::take(&mut tx, now, Purpose::NewEmail, secret).await? else {
        return Err(Refusal::LinkOutOfDate.into());
    };
    if token.user.disabled_at.is_some() || !is_of(&token, user) {
        return Err(Refusal::LinkOutOfDate.into());
    }
    let (old, email) = (token.user, token.sent_to);
    if !users::set_email_in(&mut tx, now, &old, &email).await? {
        return Err(Refusal::AddressTaken.into());
    }
    let which = match current {
        Some(current) => Selection::others_of(&old.id, &current.session_id),
        None => Selection::all_of(&old.id),
    };
    end_within(&mut tx, now, EndReason::EmailChanged, which).await?;
    tokens::end_within(&mut tx, &old.id).await?;
    notify_old_address_in(&mut tx, now, &old, token.at).await?;
    audit::record(&mut tx, now, Actor { user: Some(&old), ip }, Action::ChangedEmail, &old).await?;
    tx.commit().await.map(|()| User { email, email_verified_at: Some(now), ..old })
}

/// `at`: when the change was requested.
async fn notify_old_address_in(tx: &mut Tx, now: i64, old: &User, at: i64) -> Result<(), Error> {
    if old.email_verified_at.is_none() {
        // The reader of an unverified mailbox may not own the account, and must not get it.
        return recovery::end_recoveries(tx, &old.id).await;
    }
    recovery::shorten(tx, now, &old.id).await?;
    let email = Email::OldEmail { user_id: old.id.clone(), email: old.email.clone() };
    let job = emails::enqueue_in(tx, now, email).await?;
    recovery::reserve(tx, now, at, &job, Purpose::OldEmail, (&old.id, &old.email)).await
}
