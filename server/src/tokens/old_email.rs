//! The tokens of mails about old addresses: they keep an address for whoever had it, and outlive other changes.

use super::{Purpose, hash, insert};
use crate::clock::millis;
use crate::db::Tx;
use crate::error::Error;
use crate::id::Id;
use crate::on;
use crate::users;
use std::time::Duration;

/// How long the row of a mail about an old address waits for the mail to be sent.
pub(super) const PROMISED: Duration = Duration::from_secs(30 * 86_400);

/// Keeps an old address for its owner from the very moment of the change, though the mail is sent later: until then the
/// row has no hash of any secret, and it dies if the address is taken back by another link.
pub(crate) async fn promise_old_email(
    tx: &mut Tx,
    now: i64,
    job_id: &Id,
    user_id: &Id,
    email: &str,
) -> Result<(), Error> {
    let no_hash = job_id.as_str().as_bytes().to_vec();
    let until = now + millis(PROMISED);
    insert(tx, job_id, no_hash, Purpose::OldEmail, (user_id, email), (now, until)).await.map(drop)
}

pub(super) async fn keep_promise(tx: &mut Tx, id: &Id, secret: &str, expires_at: i64) -> Result<bool, Error> {
    Ok(on!(tx.on(), tx => sqlx::query("update tokens set hash = $2, expires_at = $3 where id = $1")
        .bind(id).bind(hash(secret)).bind(expires_at)
        .execute(tx).await.map(|done| done.rows_affected() > 0))?)
}

/// Whether somebody may still take this address back.
pub(crate) async fn is_kept_for_its_owner(tx: &mut Tx, now: i64, email_key: &str) -> Result<bool, Error> {
    let kept: Vec<String> = on!(tx.on(), tx => sqlx::query_scalar(
        "select email from tokens where purpose = 'old email' and expires_at > $1",
    )
    .bind(now)
    .fetch_all(tx).await)?;
    Ok(kept.iter().any(|email| users::email_key(email) == email_key))
}

/// Ends all tokens of a user who takes an old address back, but for those that bring back a still older one: who took
/// the account over may have changed its address more than once.
pub(crate) async fn end_since(tx: &mut Tx, user_id: &Id, made_at: i64) -> Result<(), Error> {
    Ok(on!(tx.on(), tx => sqlx::query(
        "delete from tokens where user_id = $1 and (purpose <> 'old email' or created_at >= $2)",
    )
    .bind(user_id).bind(made_at)
    .execute(tx).await.map(drop))?)
}
