//! Verification of email addresses. An email proves who reads the mailbox, not who signed up.

use super::recovery::{Recovery, start_empty_in, take};
use crate::db::{Db, Tx};
use crate::emails::{self, Email};
use crate::error::Error;
use crate::sessions::EndReason;
use crate::sql;
use crate::tokens::{self, Purpose, Token};
use crate::users::User;

pub async fn resend_verification(db: &Db, user: &User) -> Result<(), Error> {
    emails::enqueue(db, Email::Verify { user_id: user.id.clone() }).await.map(drop)
}

/// The caller has checked who owns the account. Returns false if the secret is out of date or another account's.
/// `welcome`: whether the user gets an email with first steps.
pub async fn verify(db: &Db, secret: &str, user: &User, welcome: bool) -> Result<bool, Error> {
    let mut tx = db.begin().await?;
    let now = db.now();
    let taken = tokens::take(&mut tx, now, Purpose::Verify, secret).await?;
    let Some(token) = taken.filter(|token| is_current(token) && is_of(token, user)) else {
        return Ok(false);
    };
    // False for an account whose address was confirmed before, as by a change of address.
    let is_first = verified_in(&mut tx, now, &token.user).await?;
    if is_first && welcome {
        emails::enqueue_in(&mut tx, now, Email::Welcome { user_id: token.user.id }).await?;
    }
    tx.commit().await.map(|()| true)
}

/// Gives the account to the reader of the email, who did not choose its password, and deletes the earlier person's
/// data. Returns a secret to choose a password, or `None` if the link is out of date or the owner is verified.
pub async fn claim(db: &Db, ip: &str, secret: &str) -> Result<Option<(User, String)>, Error> {
    let Some((mut tx, now, token)) = take(db, Purpose::Verify, secret).await? else {
        return Ok(None);
    };
    if !is_current(&token) || token.user.email_verified_at.is_some() {
        return Ok(None);
    }
    let recovery = Recovery { reason: EndReason::Claimed, since: 0, password_hash: "" };
    let user = start_empty_in(&mut tx, now, ip, &token.user, recovery).await?;
    let reset = tokens::issue(&mut tx, now, Purpose::Reset, &user).await?;
    tx.commit().await.map(|()| Some((user, reset)))
}

fn is_current(token: &Token) -> bool {
    token.sent_to == token.user.email && token.user.disabled_at.is_none()
}

/// Returns false also if the password changed since `user` authenticated.
pub(super) fn is_of(token: &Token, user: &User) -> bool {
    token.user.id == user.id && token.user.has_password_of(user)
}

/// Returns false if it was verified before.
async fn verified_in(tx: &mut Tx, now: i64, user: &User) -> Result<bool, Error> {
    let update = "update users set email_verified_at = $2, undeliverable_email = null
         where id = $1 and email_verified_at is null";
    Ok(tx.execute(sql!(update, user.id, now)).await? > 0)
}

/// For test and seed users only.
pub async fn mark_verified(db: &Db, user: &User) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    verified_in(&mut tx, db.now(), user).await?;
    tx.commit().await
}
