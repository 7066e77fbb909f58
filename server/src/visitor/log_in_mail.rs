//! The log-in email that this browser requested: its code is valid only here.

use super::lists::{is_in, list};
use super::{LOG_IN_MAIL, Visitor};
use crate::error::Error;
use crate::id::Id;
use crate::jobs::Job;
use serde_json::json;

impl Visitor {
    pub async fn remember_log_in_email(&self, job: &Id<Job>) -> Result<(), Error> {
        // The job is the key: of two parallel requests, the later one stays, as its code does.
        self.session_data.insert(format!("{LOG_IN_MAIL}.{job}"), json!(job)).await;
        Ok(())
    }

    pub async fn log_in_email(&self) -> Result<Option<Id<Job>>, Error> {
        let job = self.session_data.seen(|data| list(data, LOG_IN_MAIL).pop()).await?;
        Ok(job.and_then(|(_, job)| job.as_str()?.parse().ok()))
    }

    pub async fn forget_mail(&self) -> Result<(), Error> {
        self.session_data.clear(|key, _| is_in(LOG_IN_MAIL, key)).await;
        Ok(())
    }
}
