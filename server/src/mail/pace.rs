//! The pace of emails: after an outage, a long queue must not exceed what the mail server accepts.

use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// Emails that are sent at once after a pause.
const BURST: u32 = 10;

pub(super) struct Pace {
    interval: Duration,
    /// When the next email may be sent. `None` before the first.
    next: Mutex<Option<Instant>>,
}

impl Pace {
    pub fn new(per_minute: u32) -> Self {
        Self { interval: Duration::from_secs(60) / per_minute.max(1), next: Mutex::new(None) }
    }

    /// Waits until the next email may be sent.
    pub async fn turn(&self) {
        let turn = {
            let mut next = self.next.lock().await;
            let now = Instant::now();
            let earliest = now.checked_sub(self.interval * BURST).unwrap_or(now);
            let turn = next.map_or(earliest, |next| next.max(earliest));
            *next = Some(turn + self.interval);
            turn
        };
        sleep_until(turn).await;
    }
}
