//! Who does the jobs that wait: mails above all. Each node has a few workers; no job is done by two of them.

use server::emails::{self, Email};
use server::jobs::{self, Job};
use server::keys::Keys;
use server::mail::{Mail, Mailer};
use server::{Config, Db, Error};
use std::time::Duration;
use tokio::sync::watch;
use url::Url;

/// How many jobs of a node may go on at once, so that one slow mail does not hold up the others.
pub const WORKERS: usize = 3;

/// How long a worker that found nothing waits before it looks again.
const PAUSE: Duration = Duration::from_millis(500);
/// The same when the database did not answer.
const LONG_PAUSE: Duration = Duration::from_secs(5);

/// What a worker works with.
#[derive(Clone, Debug)]
pub struct Worker {
    db: Db,
    mailer: Option<Mailer>,
    keys: Keys,
    site: Url,
}

impl Worker {
    /// A worker under these settings.
    pub fn new(db: Db, config: &Config) -> Self {
        let (keys, site) = (config.session_keys.clone(), config.public_url.clone());
        Self { db, mailer: Mailer::new(&config.mail), keys, site }
    }

    /// Goes on until told to stop, and then finishes what it does: a mail that was cut off might be sent twice. Without a
    /// way to send mail, mails wait.
    pub async fn work(self, mut stop: watch::Receiver<bool>) {
        if self.mailer.is_none() {
            tracing::warn!("SMTP_URL is not set: mails wait in the queue for a week and are deleted then");
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
            // Told to stop or not: the loop looks.
            let _changed = tokio::time::timeout(pause, stop.changed()).await;
        }
    }

    /// Does the job that has been due longest; says whether there was one.
    pub async fn work_once(&self) -> Result<bool, Error> {
        let Some(job) = jobs::claim(&self.db).await? else {
            return Ok(false);
        };
        // What the database refuses counts as a try too; where it is gone, nothing can be counted, and the lease runs out.
        match self.perform(&job).await.unwrap_or_else(|error| Err(error.to_string())) {
            Ok(()) => jobs::done(&self.db, &job).await?,
            Err(reason) => {
                let again = jobs::try_later(&self.db, &job, &reason).await?;
                tracing::warn!(job = %job.id, attempt = job.attempt, again, reason, "a job failed");
            }
        }
        Ok(true)
    }

    /// One `if` for each kind of job. What goes wrong outside of the product is a text for admins.
    async fn perform(&self, job: &Job) -> Result<Result<(), String>, Error> {
        if let Some(message) = job.arguments::<Email>() {
            return self.send(job, &message).await;
        }
        Ok(Err("no version of the product that runs here knows this work".into()))
    }

    async fn send(&self, job: &Job, message: &Email) -> Result<Result<(), String>, Error> {
        let Some(mailer) = &self.mailer else {
            return Ok(Err("SMTP_URL is not set".into()));
        };
        let Some(to) = emails::address(&self.db, &self.keys, job, message).await? else {
            return Ok(Ok(()));
        };
        let app::emails::Rendered { subject, text, html } = app::emails::write(message, &to, &self.site);
        let mail = Mail { id: job.id.to_string(), to: to.email, subject, text, html };
        Ok(mailer.send(&mail).await)
    }
}
