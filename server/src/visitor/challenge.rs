//! Passkey challenges: valid once, and for a short time.

use super::lists::{is_in, new_key};
use super::{CHALLENGE, Visitor};
use crate::clock::{SKEW, millis};
use crate::error::Error;
use serde_json::{Value, json};
use std::time::Duration;

/// Purpose, expiry (unix milliseconds), state for the library, and challenge.
type Exchange = (String, i64, String, String);

const LASTS: Duration = Duration::from_secs(5 * 60);

impl Visitor {
    pub(crate) async fn begin_exchange(
        &self,
        purpose: &str,
        challenge: &str,
        state: String,
    ) -> Result<(), Error> {
        let until = self.db.now() + millis(LASTS);
        let exchange: Exchange = (purpose.to_owned(), until, state, challenge.to_owned());
        self.session_data.insert(new_key(CHALLENGE), json!(exchange)).await;
        Ok(())
    }

    /// Removes the state before the answer is checked: of two parallel answers, one gets it.
    pub(crate) async fn end_exchange(&self, purpose: &str, challenge: &str) -> Result<Option<String>, Error> {
        let read = |value: &Value| serde_json::from_value::<Exchange>(value.clone()).ok();
        let fits = |key: &str, value: &Value| {
            is_in(CHALLENGE, key)
                && read(value).is_some_and(|(kept, _, _, of)| kept == purpose && of == challenge)
        };
        if !self.session_data.seen(|data| data.iter().any(|(key, value)| fits(key, value))).await? {
            return Ok(None);
        }
        let taken = self.session_data.take(fits).await?.first().and_then(read);
        // A later expiry was written while the clock was ahead.
        let is_in_time = |until: i64| (0..=millis(LASTS + SKEW)).contains(&(until - self.db.now()));
        Ok(taken.filter(|(_, until, ..)| is_in_time(*until)).map(|(_, _, state, _)| state))
    }
}
