//! Restarts a background task that panicked, after growing delays. The audit log lists each restart for admins.

use server::audit::{self, Action};
use server::{Db, Error};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

const FIRST_WAIT: Duration = Duration::from_secs(1);
const MAX_WAIT: Duration = Duration::from_secs(600);
/// A panic after this time has no connection with the one before.
const STABLE_AFTER: Duration = Duration::from_secs(900);

/// Runs until the task returns, or until `stop` is true. `restarted` is the action in the audit log.
pub async fn supervise<Task: Future<Output = ()> + Send + 'static>(
    db: Db,
    restarted: Action,
    mut stop: watch::Receiver<bool>,
    start: impl Fn() -> Task,
) {
    let mut wait = FIRST_WAIT;
    loop {
        let began = Instant::now();
        // Dropping the set ends the task.
        let mut task = JoinSet::new();
        task.spawn(start());
        let ended = task.join_next().await;
        if !matches!(&ended, Some(Err(error)) if error.is_panic()) {
            return;
        }
        wait = if began.elapsed() >= STABLE_AFTER { FIRST_WAIT } else { wait };
        tracing::error!(task = restarted.name(), ?wait, "a background task panicked and starts again");
        if tokio::time::timeout(wait, stop.wait_for(|stop| *stop)).await.is_ok() {
            return;
        }
        wait = (wait * 2).min(MAX_WAIT);
        if let Err(error) = audit::record_restart(&db, restarted).await {
            tracing::warn!(%error, "a restart could not be recorded");
        }
    }
}

/// Turns a panic into an error.
pub async fn caught(work: impl Future<Output = Result<(), Error>> + Send + 'static) -> Result<(), Error> {
    tokio::spawn(work).await.unwrap_or_else(|panic| Err(panic.into()))
}
