//! Grants: while a session lasts, its provider is asked again whether the user may still log in.

use super::provider::Kind;
use super::{Provider, SingleSignOn, github, openid};
use crate::clock::{SKEW, millis};
use crate::db::Db;
use crate::error::Error;
use crate::id::Id;
use crate::identities::Identity;
use crate::keys::Keys;
use crate::sessions::{EndReason, Origin, Selection, Session, end_within};
use crate::sql;
use crate::users::{self, User};
use std::time::{Duration, Instant};

/// Of one run: the rest waits for the next.
const MAX_RUN: Duration = Duration::from_secs(20);
/// For a provider that does not answer, and for a program that ends during a check.
const RETRY: Duration = Duration::from_secs(5 * 60);
pub(crate) const MAX_INTERVAL: Duration = Duration::from_secs(24 * 3600);

/// The answer of a provider.
pub(super) enum GrantStatus {
    /// With the token for the next check.
    Valid(String),
    Revoked,
}

#[derive(sqlx::FromRow)]
struct Due {
    session_id: Id<Session>,
    identity_id: Id<Identity>,
    grant_token: Vec<u8>,
}

/// Checks the grants that are due, and ends the sessions of those that ended.
pub async fn check_grants(db: &Db, keys: &Keys, settings: &SingleSignOn) -> Result<(), Error> {
    let began = Instant::now();
    while began.elapsed() < MAX_RUN
        && let Some(due) = claim(db).await?
    {
        check(db, keys, settings, &due).await?;
    }
    Ok(())
}

/// One node gets it: a provider may accept each refresh token once only. A time too far ahead was written by a wrong clock.
async fn claim(db: &Db) -> Result<Option<Due>, Error> {
    let wait = db.locking("for update skip locked");
    let claim = format!(
        "update provider_sessions set check_at = $2
         where session_id = (
           select session_id from provider_sessions
           where grant_token is not null and (check_at <= $1 or check_at > $3)
           order by check_at, session_id limit 1 {wait}
         )
         returning session_id, identity_id, grant_token"
    );
    let now = db.now();
    let rows: Vec<Due> =
        db.returning(sql!(&claim, now, now + millis(RETRY), now + millis(MAX_INTERVAL + SKEW))).await?;
    Ok(rows.into_iter().next())
}

async fn check(db: &Db, keys: &Keys, settings: &SingleSignOn, due: &Due) -> Result<(), Error> {
    let find = "select issuer, user_id from identities where id = $1";
    let Some((issuer, user_id)) = db.optional::<(String, Id<User>)>(sql!(find, due.identity_id)).await?
    else {
        return Ok(());
    };
    let provider = settings.of_issuer(&issuer);
    let Some((provider, every)) = provider.and_then(|provider| Some((provider, provider.check_every?)))
    else {
        let forget = "update provider_sessions set grant_token = null where session_id = $1";
        return db.execute(sql!(forget, due.session_id)).await.map(drop);
    };
    let grant = match Origin::decrypted_grant(keys, &due.identity_id, &due.grant_token) {
        Some(token) => refresh_grant(provider, db.now(), &token).await,
        // Its secret was removed from the settings.
        None => Ok(GrantStatus::Revoked),
    };
    match grant {
        Ok(GrantStatus::Valid(token)) => {
            let encrypted = Origin::encrypted_grant(keys, &due.identity_id, &token)?;
            let keep = "update provider_sessions set grant_token = $2, check_at = $3 where session_id = $1";
            db.execute(sql!(keep, due.session_id, encrypted, db.now() + millis(every))).await.map(drop)
        }
        Ok(GrantStatus::Revoked) => end_session(db, provider, &user_id, &due.session_id).await,
        // The provider has a fault, or the settings are wrong: that ends no session. The reason is in the log.
        Err(_) => Ok(()),
    }
}

async fn refresh_grant(provider: &Provider, now: i64, token: &str) -> Result<GrantStatus, Error> {
    match provider.kind {
        Kind::OpenId => openid::refresh_grant(provider, now, token).await,
        Kind::GitHub => github::check_grant(provider, token).await,
    }
}

async fn end_session(db: &Db, provider: &Provider, user: &Id<User>, id: &Id<Session>) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    users::lock_for_update(&mut tx, user).await?;
    end_within(&mut tx, db.now(), EndReason::ProviderGrantEnded, Selection::one(id)).await?;
    tx.commit().await?;
    tracing::info!(provider = provider.id, %user, "the provider no longer grants the log-in: its session ended");
    Ok(())
}
