//! The mail that this browser has asked for to log in with. Only here its code is worth something.

use super::{LOG_IN_MAIL, Visitor};
use crate::error::Error;
use crate::id::Id;

impl Visitor {
    /// Remembers the job of the mail that was asked for here; an older one's code is worth nothing any more.
    pub async fn asked_for_mail(&self, job: &Id) -> Result<(), Error> {
        Ok(self.pad.insert(LOG_IN_MAIL, job.to_string()).await?)
    }

    /// The job of the mail that was asked for here.
    pub async fn mail_asked_for(&self) -> Result<Option<Id>, Error> {
        if self.arrival.is_new {
            return Ok(None);
        }
        let job: Option<String> = self.read(LOG_IN_MAIL).await?;
        Ok(job.and_then(|job| job.parse().ok()))
    }

    /// Forgets it, once its code was right.
    pub async fn forget_mail(&self) -> Result<(), Error> {
        self.pad.remove_value(LOG_IN_MAIL).await?;
        Ok(())
    }
}
