//! Maintenance while the program serves: ends expired log-ins and deletes data that is no longer needed.

use server::accounts::two_factor;
use server::clock_watch::ClockWatch;
use server::keys::Keys;
use server::sessions::{self, Limits};
use server::{Db, Error, accounts, form_posts, jobs, rate_limits, tokens, visitor};
use std::time::{Duration, Instant};

const INTERVAL: Duration = Duration::from_secs(60);

/// If the database does not answer, the next run tries again.
pub async fn run_forever(db: Db, limits: Limits, keys: Keys) {
    let (mut interval, mut watch) = (tokio::time::interval(INTERVAL), ClockWatch::default());
    loop {
        interval.tick().await;
        if let Err(error) = once(&db, limits, &keys, &mut watch, Instant::now()).await {
            tracing::warn!(%error, "maintenance failed; it runs again in a minute");
        }
    }
}

/// A clock that jumped ahead does not delete any data.
pub async fn once(
    db: &Db,
    limits: Limits,
    keys: &Keys,
    watch: &mut ClockWatch,
    at: Instant,
) -> Result<(), Error> {
    let reencrypted = two_factor::reencrypt(db, keys).await?;
    if reencrypted > 0 {
        tracing::info!(reencrypted, "second factors are encrypted under the first secret now");
    }
    sessions::correct_future_timestamps(db, limits).await?;
    rate_limits::correct_future_timestamps(db).await?;
    tokens::correct_future_timestamps(db).await?;
    jobs::correct_future_timestamps(db).await?;
    match watch.is_trusted(db, at).await? {
        true => end_and_delete(db, limits).await,
        false => Ok(()),
    }
}

async fn end_and_delete(db: &Db, limits: Limits) -> Result<(), Error> {
    let ended = sessions::end_overdue(db, limits).await?;
    let purged = sessions::purge(db).await?;
    visitor::purge_session_data(db).await?;
    rate_limits::purge(db).await?;
    tokens::purge(db).await?;
    jobs::purge(db).await?;
    form_posts::purge(db).await?;
    let deleted = accounts::delete_due(db).await?;
    if deleted > 0 {
        tracing::info!(deleted, "deleted accounts at the end of their grace period");
    }
    if ended + purged > 0 {
        tracing::info!(ended, purged, "ended expired sessions, and deleted those that ended long ago");
    }
    Ok(())
}
