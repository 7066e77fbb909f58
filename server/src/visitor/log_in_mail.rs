//! The mail that this browser has asked for to log in with. Only here its code is worth something.

use super::lists::{is_in, list};
use super::{LOG_IN_MAIL, Visitor};
use crate::error::Error;
use crate::id::Id;
use serde_json::json;

impl Visitor {
    /// Remembers the job of the mail that was asked for here; an older one's code is worth nothing any more.
    pub async fn asked_for_mail(&self, job: &Id) -> Result<(), Error> {
        // By its job, so that of two that were asked for at once the later one stays, as its code does.
        self.session_data.insert(format!("{LOG_IN_MAIL}.{job}"), json!(job)).await;
        Ok(())
    }

    /// The job of the mail that was asked for here.
    pub async fn mail_asked_for(&self) -> Result<Option<Id>, Error> {
        let job = self.session_data.seen(|data| list(data, LOG_IN_MAIL).pop()).await?;
        Ok(job.and_then(|(_, job)| job.as_str()?.parse().ok()))
    }

    /// Forgets it, once its code was right.
    pub async fn forget_mail(&self) -> Result<(), Error> {
        self.session_data.clear(|key, _| is_in(LOG_IN_MAIL, key)).await;
        Ok(())
    }
}
