//! The log-in email that this browser requested: its code is valid only here.

use super::lists::{is_in, list};
use super::{LOG_IN_EMAIL, Visitor};
use crate::clock::is_within;
use crate::error::Error;
use crate::id::Id;
use crate::jobs::Job;
use crate::users::email_key;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::time::Duration;

/// Only the first of equal requests within this time sends an email.
const EQUAL_WITHIN: Duration = Duration::from_secs(60);

impl Visitor {
    pub async fn remember_log_in_email(&self, job: &Id<Job>, email: &str) -> Result<(), Error> {
        // The job is the key: of two parallel requests, the later one stays, as its code does.
        let value = json!([job, fingerprint(email), self.db.now()]);
        self.session_data.insert(format!("{LOG_IN_EMAIL}.{job}"), value).await;
        Ok(())
    }

    pub async fn log_in_email(&self) -> Result<Option<Id<Job>>, Error> {
        let entry = self.session_data.seen(|data| list(data, LOG_IN_EMAIL).pop()).await?;
        Ok(entry.and_then(|(_, value)| value.get(0)?.as_str()?.parse().ok()))
    }

    /// Whether this browser requested an email to this address within the last minute: its code stays the valid one.
    pub async fn has_just_requested_log_in_email(&self, email: &str) -> Result<bool, Error> {
        let entry = self.session_data.seen(|data| list(data, LOG_IN_EMAIL).pop()).await?;
        let (email, now) = (fingerprint(email), self.db.now());
        Ok(entry.is_some_and(|(_, value)| {
            let at = value.get(2).and_then(Value::as_i64);
            value.get(1).is_some_and(|of| *of == email)
                && at.is_some_and(|at| is_within(now, at, EQUAL_WITHIN))
        }))
    }

    pub async fn forget_log_in_email(&self) -> Result<(), Error> {
        self.session_data.clear(|key, _| is_in(LOG_IN_EMAIL, key)).await;
        Ok(())
    }
}

/// The session data of a browser without a log-in outlives a deleted account: it must not name the address.
fn fingerprint(email: &str) -> String {
    STANDARD_NO_PAD.encode(Sha256::digest(email_key(email)))
}
