//! The background tasks of live tabs: they end the streams of ended sessions, use the bus, and report presence.

use super::Live;
use super::bus::Content;
use super::presence::{Present, Report};
use crate::error::Error;
use crate::sessions;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

/// A tab goes to the log-in page within two seconds of the end of its session.
const CHECK: Duration = Duration::from_secs(1);
const CHECK_TIMEOUT: Duration = Duration::from_secs(5);
/// After this many checks, one includes the sessions without a stream.
const WHOLE_CHECK: u32 = 60;
const CLEANING: Duration = Duration::from_secs(30);
/// Without an answer of the database for this long, a session may have ended unseen.
const UNKNOWN_AFTER: Duration = Duration::from_secs(15);
const REPORT: Duration = Duration::from_secs(3);
/// After this many reports, one is complete, for processes that missed earlier ones.
const WHOLE_REPORT: u32 = 10;
const WAITING: usize = 64;

impl Live {
    /// Runs until `stop` is true, then ends all streams.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let (heard, hearing) = mpsc::channel(WAITING);
        let bus = &self.0.bus;
        let work = async {
            tokio::join!(
                self.check(),
                self.forget_old(),
                self.report(),
                bus.publish_queued(),
                bus.listen(heard),
                self.hear(hearing)
            )
        };
        tokio::select! {
            _never = work => {}
            _stopped = stop.wait_for(|stop| *stop) => {}
        }
        self.close();
    }

    async fn check(&self) {
        let (mut ticks, mut answered, mut count) = (every(CHECK), Instant::now(), 0_u32);
        loop {
            ticks.tick().await;
            count = count.wrapping_add(1);
            let checked = timeout(CHECK_TIMEOUT, self.end_invalid(count % WHOLE_CHECK == 0)).await;
            match checked.unwrap_or_else(|_| Err(sqlx::Error::PoolTimedOut.into())) {
                Ok(()) => answered = Instant::now(),
                Err(error) if answered.elapsed() > UNKNOWN_AFTER => {
                    tracing::warn!(%error, "the database does not answer: all streams end");
                    self.registry().interrupt();
                }
                Err(error) => tracing::debug!(%error, "the sessions of the streams could not be checked"),
            }
        }
    }

    /// Ends the streams of sessions that ended: one statement for all.
    async fn end_invalid(&self, is_whole: bool) -> Result<(), Error> {
        let mut known = if is_whole { self.registry().known() } else { self.registry().streaming() };
        known.sort_by(|one, other| one.as_str().cmp(other.as_str()));
        known.dedup();
        let ended = sessions::ended_among(&self.0.db, self.0.limits, &known).await?;
        if !ended.is_empty() {
            self.registry().end(&ended);
        }
        Ok(())
    }

    async fn forget_old(&self) {
        let mut ticks = every(CLEANING);
        loop {
            ticks.tick().await;
            self.registry().forget_old(self.0.db.now());
            if let Some(transport) = &self.0.bus.transport
                && let Err(error) = transport.delete_old().await
            {
                tracing::warn!(%error, "old messages of the bus could not be deleted");
            }
        }
    }

    async fn report(&self) {
        let (mut ticks, mut last, mut count) = (every(REPORT), Present::new(), 0_u32);
        loop {
            ticks.tick().await;
            if self.0.bus.transport.is_none() {
                continue;
            }
            let now = self.registry().own(|_| true);
            for part in Report::between(&last, &now, count % WHOLE_REPORT == 0) {
                // Without the bus, the others forget this process, and a later report is whole.
                let _queued_or_not = self.0.bus.send(Content::Report(part));
            }
            count = count.wrapping_add(1);
            last = now;
        }
    }

    async fn hear(&self, mut hearing: mpsc::Receiver<String>) {
        while let Some(body) = hearing.recv().await {
            let Some(envelope) = self.0.bus.read(&body) else { continue };
            match envelope.content {
                Content::Push(message) => self.deliver(&message, true),
                Content::Report(report) => {
                    let now = self.0.db.now();
                    self.registry().others.hear(envelope.node, report, now);
                }
            }
        }
    }
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}
