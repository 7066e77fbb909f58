//! Runs the queued jobs, mostly emails. Each node has a few workers; a job is claimed by one of them only.

use crate::supervise::caught;
use server::emails::{self, Email};
use server::jobs::{self, Job};
use server::keys::Keys;
use server::mail::{EmailMessage, Mailer};
use server::{Config, Db, Error};
use std::time::Duration;
use tokio::sync::watch;
use ui::emails::Site;

/// More than one, so that a slow email does not delay the others.
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
    site: Site,
}

impl Worker {
    pub fn new(db: Db, config: &Config) -> Self {
        let (keys, site) = (config.session_keys.clone(), Site::of(config));
        Self { db, mailer: Mailer::new(&config.mail), keys, site }
    }

    /// A stop waits for the current job: an interrupted email might be sent twice. Without SMTP settings, jobs stay in
    /// the queue.
    pub async fn work(self, mut stop: watch::Receiver<bool>) {
        if self.mailer.is_none() {
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
        // A database error and a panic count as an attempt too. If the database cannot be reached, the lease expires.
        let (worker, own) = (self.clone(), job.clone());
        let done = match job.is_exhausted() {
            true => Err(Error::Exhausted),
            false => caught(async move { worker.perform(&own).await }).await,
        };
        match done {
            Ok(()) => jobs::complete(&self.db, &job).await?,
            Err(error) => {
                let reason = error.to_string();
                let again = match error.is_final() {
                    true => jobs::give_up(&self.db, &job, &reason).await.map(|()| false)?,
                    false => jobs::reschedule(&self.db, &job, &reason).await?,
                };
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
        let ui::emails::Rendered { subject, text, html } = ui::emails::render(message, &to, &self.site);
        let email = EmailMessage { id: job.id.to_string(), to: to.email, subject, text, html };
        let sent = mailer.send(&email).await;
        let is_refused = matches!(sent, Err(Error::AddressRefused(_)));
        if (sent.is_ok() || is_refused)
            && let Err(error) = emails::mark_delivery(&self.db, message, &email.to, is_refused).await
        {
            // An email that was sent must not be sent again because of this.
            tracing::warn!(%error, job = %job.id, "could not store whether an address accepts emails");
        }
        sent
    }
}
