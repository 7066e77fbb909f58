//! Readiness: whether the database can do what a log-in needs: read, write and commit.

use super::Db;
use crate::error::Error;
use crate::sql;
use std::time::{Duration, Instant};
use time::OffsetDateTime;
use tokio::sync::Mutex;
use tokio::time::timeout;

const PROBE_TIMEOUT: Duration = Duration::from_secs(2);
/// Many requests must not cause many writes.
const REUSED_FOR: Duration = Duration::from_secs(1);

#[derive(Debug, Default)]
pub(super) struct Readiness(Mutex<Option<(Instant, Result<(), String>)>>);

impl Db {
    pub async fn check_ready(&self) -> Result<(), Error> {
        let mut last = self.readiness.0.lock().await;
        let known = last.as_ref().filter(|(asked, _)| asked.elapsed() < REUSED_FOR);
        let answer = match known {
            Some((_, answer)) => answer.clone(),
            None => {
                let answer = self.probe_in_time().await;
                if let Err(reason) = &answer {
                    tracing::error!(reason, "the database cannot be written to: this node is not ready");
                }
                *last = Some((Instant::now(), answer.clone()));
                answer
            }
        };
        answer.map_err(Error::NotReady)
    }

    async fn probe_in_time(&self) -> Result<(), String> {
        match timeout(PROBE_TIMEOUT, self.probe()).await {
            Ok(answer) => answer.map_err(|error| error.to_string()),
            Err(_) => Err(format!("it did not answer within {} seconds", PROBE_TIMEOUT.as_secs())),
        }
    }

    /// Writes to the tables that a log-in writes to, and rolls back.
    pub(super) async fn probe(&self) -> Result<(), Error> {
        let mut tx = self.begin().await?;
        let id = uuid::Uuid::new_v4().to_string();
        let insert = "insert into tower_sessions (id, data, expiry_date) values ($1, $2, $3)";
        tx.execute(sql!(insert, id, [0_u8][..], OffsetDateTime::UNIX_EPOCH)).await?;
        for delete in [
            "delete from tower_sessions where id = $1",
            "delete from sessions where id = $1",
            "delete from active_days where user_id = $1",
            "delete from daily_counts where day = 0 and name = $1",
        ] {
            tx.execute(sql!(delete, id)).await?;
        }
        tx.commit().await
    }
}
