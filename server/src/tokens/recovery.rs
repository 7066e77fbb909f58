//! Recovery tokens, in emails to old addresses and security emails. They outlive other changes, above all a new
//! password.

use super::{Purpose, Token, insert, lock_job, secret};
use crate::clock::millis;
use crate::db::{Db, Tx};
use crate::encryption::hash_secret;
use crate::error::Error;
use crate::id::Id;
use crate::jobs::Job;
use crate::keys::Keys;
use crate::sql;
use crate::users::{self, User};
use std::time::Duration;

/// Until its email is sent.
pub(super) const RESERVED_FOR: Duration = Duration::from_secs(30 * 86_400);

/// Without a hash until the email is sent; a recovery in the meantime ends it. `at` is the time of the event.
pub(crate) async fn reserve(
    tx: &mut Tx,
    now: i64,
    at: i64,
    job_id: &Id<Job>,
    purpose: Purpose,
    whose: (&Id<User>, &str),
) -> Result<(), Error> {
    let no_hash = job_id.as_str().as_bytes().to_vec();
    let until = now + millis(RESERVED_FOR);
    insert(tx, job_id, no_hash, purpose, whose, (at, until)).await.map(drop)
}

pub(super) async fn activate(
    tx: &mut Tx,
    id: &Id<Job>,
    secret: &str,
    expires_at: i64,
) -> Result<bool, Error> {
    let update = "update tokens set hash = $2, expires_at = $3 where id = $1";
    Ok(tx.execute(sql!(update, id, hash_secret(secret), expires_at)).await? > 0)
}

/// Valid at least until `until`. Returns `None` if the link was used or the account recovered since.
pub(crate) async fn make(
    db: &Db,
    keys: &Keys,
    job: &Job,
    until: Option<i64>,
) -> Result<Option<String>, Error> {
    let Some(secret) = keys.links().next().and_then(|key| secret(key, &job.id)) else {
        return Ok(None);
    };
    let expires_at = (db.now() + millis(Purpose::Recover.lifetime())).max(until.unwrap_or_default());
    let mut tx = db.begin().await?;
    if !lock_job(&mut tx, &job.id).await? || !activate(&mut tx, &job.id, &secret, expires_at).await? {
        return Ok(None);
    }
    tx.commit().await.map(|()| Some(secret))
}

/// For a security email that is not sent.
pub(crate) async fn cancel_reservation(db: &Db, job: &Job) -> Result<(), Error> {
    db.execute(sql!("delete from tokens where id = $1", job.id)).await.map(drop)
}

/// Returns whether the owner of this address may still take it back.
pub(crate) async fn is_kept_for_its_owner(tx: &mut Tx, now: i64, email_key: &str) -> Result<bool, Error> {
    let kept = "select email from tokens where purpose = 'old email' and expires_at > $1";
    let kept: Vec<(String,)> = tx.rows(sql!(kept, now)).await?;
    Ok(kept.iter().any(|(email,)| users::email_key(email) == email_key))
}

/// Keeps tokens of earlier events: of several changes of address, the oldest address is the owner's.
pub(crate) async fn end_since(tx: &mut Tx, token: &Token) -> Result<(), Error> {
    let delete = "delete from tokens
         where user_id = $1 and (purpose not in ('old email', 'recover')
           or created_at > $2 or (created_at = $2 and id > $3))";
    tx.execute(sql!(delete, token.user.id, token.at, token.id)).await.map(drop)
}

/// For an unverified old address: its owner has no right to the account.
pub(crate) async fn end_recoveries(tx: &mut Tx, user_id: &Id<User>) -> Result<(), Error> {
    tx.execute(sql!("delete from tokens where user_id = $1 and purpose = 'recover'", user_id)).await.map(drop)
}

/// For links that last longer because of a planned deletion.
pub(crate) async fn shorten(tx: &mut Tx, now: i64, user_id: &Id<User>) -> Result<(), Error> {
    let update =
        "update tokens set expires_at = $2 where user_id = $1 and purpose = 'recover' and expires_at > $2";
    tx.execute(sql!(update, user_id, now + millis(Purpose::Recover.lifetime()))).await.map(drop)
}
