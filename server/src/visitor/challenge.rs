//! Passkey challenges that wait for the browser's answer: valid once, and for a short time.

use super::lists::{is_in, new_key};
use super::{CHALLENGE, Visitor};
use crate::clock::{SKEW, millis};
use crate::error::Error;
use serde_json::{Value, json};
use std::time::Duration;

/// Purpose, expiry (unix milliseconds), state for the comparison, and the challenge that the answer must name.
type Exchange = (String, i64, String, String);

/// How long a browser may take to answer.
const LASTS: Duration = Duration::from_secs(5 * 60);

impl Visitor {
    /// Stores the state for an answer. Two tabs can have an exchange at the same time.
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

    /// Returns the state for this purpose and challenge, unless it expired. It is removed before the answer is checked.
    /// Of two parallel answers, one gets it.
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
        // An expiry that is too late was written while the clock was ahead.
        let is_in_time = |until: i64| (0..=millis(LASTS + SKEW)).contains(&(until - self.db.now()));
        Ok(taken.filter(|(_, until, ..)| is_in_time(*until)).map(|(_, _, state, _)| state))
    }
}
