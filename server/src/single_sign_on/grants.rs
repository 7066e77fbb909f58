//! Grants: while a session lasts, its provider is asked again whether the user may still log in.

use super::provider::Kind;
use super::{GrantStatus, Provider, SingleSignOn, github, openid};
use crate::clock::{SKEW, millis};
use crate::db::Db;
use crate::error::Error;
use crate::id::Id;
use crate::identities::Identity;
use crate::keys::Keys;
use crate::sessions::{EndReason, Origin, Selection, Session, end_within};
use crate::sql;
use crate::users::{self, User};
use futures_util::future::join_all;
use std::time::{Duration, Instant};

/// The maximum duration of one run. The rest waits for the next run.
const MAX_RUN: Duration = Duration::from_secs(20);
/// The number of checks at once, for each provider and node.
const AT_ONCE: usize = 4;
/// For a provider that does not answer, and for a program that ends during a check.
const RETRY: Duration = Duration::from_secs(5 * 60);
pub(crate) const MAX_INTERVAL: Duration = Duration::from_secs(24 * 3600);

#[derive(sqlx::FromRow)]
struct Due {
    session_id: Id<Session>,
    identity_id: Id<Identity>,
    grant_token: Vec<u8>,
}

/// Checks the grants that are due, and ends the sessions of those that ended. A provider that does not answer delays no other.
pub async fn check_grants(db: &Db, keys: &Keys, settings: &SingleSignOn) -> Result<(), Error> {
    let checks = settings.providers.iter().map(|provider| async move {
        match provider.check_every {
            Some(every) => check_provider(db, keys, provider, every).await,
            None => forget_grants(db, provider).await,
        }
    });
    // All end before an error is returned: a new token of a check that is interrupted would be lost.
    join_all(checks).await.into_iter().collect()
}

/// Forgets the grants of a provider that is no longer checked.
async fn forget_grants(db: &Db, provider: &Provider) -> Result<(), Error> {
    const OF: &str =
        "grant_token is not null and identity_id in (select id from identities where issuer = $1)";
    let forget = format!(
        "update provider_sessions set grant_token = null where {}",
        db.unlocked("provider_sessions", "session_id", OF)
    );
    db.execute(sql!(&forget, provider.issuer)).await.map(drop)
}

async fn check_provider(db: &Db, keys: &Keys, provider: &Provider, every: Duration) -> Result<(), Error> {
    let end = Instant::now() + MAX_RUN;
    let worker = async || {
        while Instant::now() < end
            && let Some(due) = lease_due(db, provider).await?
            && check(db, keys, (provider, every), &due).await?
        {}
        Ok(())
    };
    let done = join_all((0..AT_ONCE).map(|_| worker())).await.into_iter().collect();
    if Instant::now() >= end {
        tracing::warn!(provider = provider.id, "the checks of grants took all of their time: some are late");
    }
    done
}

/// One node gets it: a provider may accept each refresh token once only. A time too far ahead was written by a wrong clock.
async fn lease_due(db: &Db, provider: &Provider) -> Result<Option<Due>, Error> {
    let wait = db.locking("for update skip locked");
    let claim = format!(
        "update provider_sessions set check_at = $2
         where session_id = (
           select session_id from provider_sessions
           where grant_token is not null and (check_at <= $1 or check_at > $3)
             and identity_id in (select id from identities where issuer = $4)
           order by check_at, session_id limit 1 {wait}
         )
         returning session_id, identity_id, grant_token"
    );
    let now = db.now();
    let (retry, latest) = (now + millis(RETRY), now + millis(MAX_INTERVAL + SKEW));
    let rows: Vec<Due> = db.returning(sql!(&claim, now, retry, latest, provider.issuer)).await?;
    Ok(rows.into_iter().next())
}

/// Returns false if the provider said nothing about the grant: the checks of its other grants would probably fail too.
async fn check(
    db: &Db,
    keys: &Keys,
    (provider, every): (&Provider, Duration),
    due: &Due,
) -> Result<bool, Error> {
    let status = match Origin::decrypted_grant(keys, &due.identity_id, &due.grant_token) {
        Some(token) => refresh_grant(provider, db.now(), &token).await,
        // Its secret was removed from the settings.
        None => Ok(GrantStatus::Revoked),
    };
    match status {
        Ok(GrantStatus::Valid(token)) => {
            let encrypted = Origin::encrypted_grant(keys, &due.identity_id, &token)?;
            let keep = "update provider_sessions set grant_token = $2, check_at = $3 where session_id = $1";
            db.execute(sql!(keep, due.session_id, encrypted, db.now() + millis(every))).await?;
        }
        Ok(GrantStatus::Revoked) => end_session(db, provider, due).await?,
        // The provider has a fault, or the settings are wrong: that ends no session. The reason is in the log.
        Err(_) => return Ok(false),
    }
    Ok(true)
}

async fn refresh_grant(provider: &Provider, now: i64, token: &str) -> Result<GrantStatus, Error> {
    match provider.kind {
        Kind::OpenId => openid::refresh_grant(provider, now, token).await,
        Kind::GitHub => github::check_grant(provider, token).await,
    }
}

async fn end_session(db: &Db, provider: &Provider, due: &Due) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    let find = "select user_id from identities where id = $1";
    let Some((user_id,)) = tx.optional::<(Id<User>,)>(sql!(find, due.identity_id)).await? else {
        return Ok(());
    };
    users::lock_for_update(&mut tx, &user_id).await?;
    end_within(&mut tx, db.now(), EndReason::ProviderGrantEnded, Selection::one(&due.session_id)).await?;
    tx.commit().await?;
    tracing::info!(provider = provider.id, user = %user_id, "the provider no longer grants the log-in: its session ended");
    Ok(())
}
