//! Maintenance while the program serves: ends expired log-ins and deletes data that is no longer needed.

use server::accounts::two_factor;
use server::api_tokens;
use server::clock_watch::ClockWatch;
use server::sessions;
use server::{
    Config, Db, Error, accounts, form_posts, jobs, rate_limits, single_sign_on, statistics, token_pairs,
    tokens, visitor,
};
use std::time::{Duration, Instant};
use tokio::sync::watch;

const INTERVAL: Duration = Duration::from_secs(60);

/// Runs until `stop` is true. If the database does not answer, the next run tries again.
pub async fn run(db: Db, config: Config, mut stop: watch::Receiver<bool>) {
    let (mut interval, mut watch) = (tokio::time::interval(INTERVAL), ClockWatch::default());
    loop {
        tokio::select! {
            _ = interval.tick() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        if let Err(error) = once(&db, &config, &mut watch, Instant::now()).await {
            tracing::warn!(%error, "maintenance failed; it runs again in a minute");
        }
    }
}

/// Ends and deletes nothing while the clock is not trusted, as after a jump ahead.
pub async fn once(db: &Db, config: &Config, watch: &mut ClockWatch, at: Instant) -> Result<(), Error> {
    let limits = config.limits;
    let reencrypted = two_factor::reencrypt(db, &config.session_keys).await?;
    if reencrypted > 0 {
        tracing::info!(reencrypted, "second factors are encrypted under the first secret now");
    }
    sessions::correct_future_timestamps(db, limits).await?;
    rate_limits::correct_future_timestamps(db).await?;
    tokens::correct_future_timestamps(db).await?;
    jobs::correct_future_timestamps(db).await?;
    if config.api {
        api_tokens::correct_future_timestamps(db).await?;
    }
    if config.client_tokens.is_on() {
        token_pairs::correct_future_timestamps(db).await?;
    }
    match watch.is_trusted(db, at).await? {
        true => end_and_delete(db, config).await,
        false => Ok(()),
    }
}

async fn end_and_delete(db: &Db, config: &Config) -> Result<(), Error> {
    let ended = sessions::end_overdue(db, config.limits).await?;
    let purged = sessions::purge(db).await?;
    visitor::purge_session_data(db).await?;
    rate_limits::purge(db).await?;
    tokens::purge(db).await?;
    jobs::purge(db).await?;
    form_posts::purge(db).await?;
    statistics::purge(db).await?;
    if config.single_sign_on.is_on() {
        single_sign_on::purge(db).await?;
    }
    if config.api {
        api_tokens::purge(db).await?;
    }
    let deleted = accounts::delete_due(db).await?;
    if deleted > 0 {
        tracing::info!(deleted, "deleted accounts at the end of their grace period");
    }
    if let Some(lifetime) = config.unverified_lifetime() {
        let reminded = accounts::remind_unconfirmed(db, lifetime).await?;
        let deleted = accounts::delete_unconfirmed(db, lifetime).await?;
        if reminded + deleted > 0 {
            tracing::info!(
                reminded,
                deleted,
                "reminded users of unconfirmed accounts, and deleted older ones"
            );
        }
    }
    if ended + purged > 0 {
        tracing::info!(ended, purged, "ended expired sessions, and deleted those that ended long ago");
    }
    // Last: it waits for other servers.
    if config.single_sign_on.checks_grants() {
        single_sign_on::check_grants(db, &config.session_keys, &config.single_sign_on).await?;
    }
    Ok(())
}
