//! What the program does by itself while it serves: log-ins that ran out end, and what nobody needs any more goes.

use server::config::Keys;
use server::sessions::{self, Limits};
use server::{Db, Error, attempts, form_posts, jobs, second_factors, tokens, users};
use std::time::Duration;

const INTERVAL: Duration = Duration::from_secs(60);

/// Goes on for ever. A database that does not answer now may answer the next time.
pub async fn keep_up(db: Db, limits: Limits, keys: Keys) {
    let mut interval = tokio::time::interval(INTERVAL);
    loop {
        interval.tick().await;
        if let Err(error) = once(&db, limits, &keys).await {
            tracing::warn!(%error, "could not clear up; trying again later");
        }
    }
}

async fn once(db: &Db, limits: Limits, keys: &Keys) -> Result<(), Error> {
    let ended = sessions::end_overdue(db, limits).await?;
    let purged = sessions::purge(db).await?;
    attempts::purge(db).await?;
    tokens::purge(db).await?;
    jobs::purge(db).await?;
    form_posts::purge(db).await?;
    let resealed = second_factors::reseal(db, keys).await?;
    if resealed > 0 {
        tracing::info!(resealed, "second factors are encrypted under the first secret now");
    }
    let deleted = users::delete_due(db).await?;
    if deleted > 0 {
        tracing::info!(deleted, "deleted accounts whose owners wanted to leave");
    }
    if ended + purged > 0 {
        tracing::info!(ended, purged, "ended sessions that ran out, and forgot those that ended long ago");
    }
    Ok(())
}
