//! What a client does with its refresh token: get the next pair, and log out.

use super::{ACCESS_LIFETIME, Issuer, RefreshToken, TokenPair, insert_access};
use crate::active_days;
use crate::clock::{is_within, millis};
use crate::db::{Db, Tx};
use crate::emails::{self, Notification};
use crate::error::Error;
use crate::id::Id;
use crate::sessions::{self, CLIENT_LIFETIME, Device, EndReason, Selection, Session, end_within};
use crate::sql;
use crate::users::{self, User};
use std::time::Duration;

/// A used token is answered again this long: two tabs may refresh at once, and an answer may be lost.
const GRACE: Duration = Duration::from_secs(30);

/// Returns `None` if the session has ended. A used token that comes again after the grace period ends the session: a
/// copy was used.
pub async fn refresh(db: &Db, issuer: &Issuer<'_>, token: RefreshToken) -> Result<Option<TokenPair>, Error> {
    let mut tx = db.begin().await?;
    let now = db.now();
    let Some((user, session)) = lock(&mut tx, now, &token).await? else {
        return Ok(None);
    };
    let latest = token.with_number(session.number);
    let (used_at, newest) = history(&mut tx, &session, token).await?;
    let next = if token == latest {
        renew(&mut tx, now, &user, &session).await?;
        latest.with_number(latest.number + 1)
    } else if used_at.is_some_and(|at| is_within(now, at, GRACE)) {
        latest
    } else {
        return end_reused(tx, now, &user, &session).await.map(|()| None);
    };
    // Not earlier than the row before: a clock that is behind must not shorten the grace period.
    let access = insert_access(&mut tx, now.max(newest), issuer, &user.id, &session.id, &next).await?;
    tx.commit().await?;
    Ok(Some(TokenPair { access, refresh: next.write(issuer.keys)? }))
}

/// Ends the session of this token, used or not.
pub async fn log_out(db: &Db, token: RefreshToken) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let now = db.now();
    if let Some((_, session)) = lock(&mut tx, now, &token).await? {
        sessions::log_out(&mut tx, now, &session.id).await?;
    }
    tx.commit().await
}

#[derive(sqlx::FromRow)]
struct Found {
    id: Id<Session>,
    ip: String,
    user_agent: String,
    /// Number of the valid refresh token.
    number: i64,
}

/// The second of two parallel requests sees what the first one wrote.
async fn lock(tx: &mut Tx, now: i64, token: &RefreshToken) -> Result<Option<(User, Found)>, Error> {
    let owner = "select user_id from sessions where key_hash = $1";
    let Some((user_id,)) = tx.optional::<(Id<User>,)>(sql!(owner, token.key_hash())).await? else {
        return Ok(None);
    };
    let user = users::lock_for_update(tx, &user_id).await?.filter(|user| user.disabled_at.is_none());
    let find = "select s.id, s.ip, s.user_agent, max(p.number) as number
         from sessions s join token_pairs p on p.session_id = s.id
         where s.key_hash = $1 and s.expires_at > $2 group by s.id, s.ip, s.user_agent";
    Ok(user.zip(tx.optional(sql!(find, token.key_hash(), now)).await?))
}

/// The used token stays valid for the grace period, and the old access token until it expires.
async fn renew(tx: &mut Tx, now: i64, user: &User, session: &Found) -> Result<(), Error> {
    // Before the row of the session is locked, as in `sessions::touch`.
    active_days::record_in(tx, now, &user.id).await?;
    let update = "update sessions set last_seen_at = $2, expires_at = $3 where id = $1";
    tx.execute(sql!(update, session.id, now, now + millis(CLIENT_LIFETIME))).await?;
    let delete = "delete from token_pairs where session_id = $1 and created_at <= $2";
    tx.execute(sql!(delete, session.id, now - millis(ACCESS_LIFETIME))).await.map(drop)
}

/// Returns when this token was used, if lately, and the time of the newest row. A token is used when its successor is
/// made.
async fn history(tx: &mut Tx, session: &Found, token: RefreshToken) -> Result<(Option<i64>, i64), Error> {
    let find = "select min(case when number = $2 then created_at end), max(created_at)
         from token_pairs where session_id = $1";
    tx.row(sql!(find, session.id, token.number + 1)).await
}

async fn end_reused(mut tx: Tx, now: i64, user: &User, session: &Found) -> Result<(), Error> {
    end_within(&mut tx, now, EndReason::RefreshTokenReused, Selection::one(&session.id)).await?;
    let device = Device::new(session.ip.as_str(), &session.user_agent).in_words();
    emails::notify(&mut tx, now, user, Notification::RefreshTokenReused { device }).await?;
    tracing::warn!(user = %user.id, session = %session.id, "a refresh token was used again: its session ended");
    tx.commit().await
}
