//! Runs the queued jobs, mostly emails. Each node has a few workers; a job is claimed by one of them only.

use server::emails::{self, Email};
use server::jobs::{self, Job};
use server::keys::Keys;
use server::mail::{Mail, Mailer};
use server::{Config, Db, Error};
use std::time::Duration;
use tokio::sync::watch;
use url::Url;

/// One slow email must not delay the others.
pub const WORKERS: usize = 3;

/// After an empty queue.
const PAUSE: Duration = Duration::from_millis(500);
/// After a database error.
const LONG_PAUSE: Duration = Duration::from_secs(5);

#[derive(Clone, Debug)]
pub struct Worker {
    db: Db,
    mailer: Option<Mailer>,
    keys: Keys,
    site: Url,
}

impl Worker {
    pub fn new(db: Db, config: &Config) -> Self {
        let (keys, site) = (config.session_keys.clone(), config.public_url.clone());
        Self { db, mailer: Mailer::new(&config.mail), keys, site }
    }

    /// Finishes its job when it is stopped: an interrupted email might be sent twice. Without SMTP settings, emails
    /// stay in the queue.
    pub async fn work(self, mut stop: watch::Receiver<bool>) {
        if self.mailer.is_none() {
            tracing::warn!("SMTP_URL is not set: emails wait in the queue for a week and are deleted then");
            return;
        }
        while !*stop.borrow() {
            let pause = match self.work_once().await {
                Ok(true) => continue,
                Ok(false) => PAUSE,
                Err(error) => {
                    tracing::warn!(%error, "a worker could not go on; trying again later");
                    LONG_PAUSE
                }
            };
            // The loop checks whether timeout or stop woke it.
            let _changed = tokio::time::timeout(pause, stop.changed()).await;
        }
    }

    /// Returns whether there was a job.
    pub async fn work_once(&self) -> Result<bool, Error> {
        let Some(job) = jobs::claim(&self.db).await? else {
            return Ok(false);
        };
        // A database error counts as an attempt too. If the database is gone, the lease expires instead.
        match self.perform(&job).await {
            Ok(()) => jobs::complete(&self.db, &job).await?,
            Err(error) => {
                let reason = error.to_string();
                let again = jobs::reschedule(&self.db, &job, &reason).await?;
                tracing::warn!(job = %job.id, attempt = job.attempt, again, reason, "a job failed");
            }
        }
        Ok(true)
    }

    /// One `if` for each kind of job.
    async fn perform(&self, job: &Job) -> Result<(), Error> {
        if let Some(message) = job.arguments::<Email>() {
            return self.send(job, &message).await;
        }
        Err(Error::UnknownJob)
    }

    async fn send(&self, job: &Job, message: &Email) -> Result<(), Error> {
        let Some(mailer) = &self.mailer else {
            return Err(Error::Mail("SMTP_URL is not set".into()));
        };
        let Some(to) = emails::prepare(&self.db, &self.keys, job, message).await? else {
            return Ok(());
        };
        let app::emails::Rendered { subject, text, html } = app::emails::write(message, &to, &self.site);
        let mail = Mail { id: job.id.to_string(), to: to.email, subject, text, html };
        mailer.send(&mail).await
    }
}
