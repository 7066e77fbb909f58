//! What a browser was asked for a passkey, until it answers: once, and for a short while.

use super::lists::{is_in, new_key};
use super::{CHALLENGE, Visitor};
use crate::clock::{SKEW, millis};
use crate::error::Error;
use serde_json::{Value, json};
use std::time::Duration;

/// What for, until when (unix milliseconds), what the answer is compared with, and the challenge that it must name.
type Exchange = (String, i64, String, String);

/// How long a browser may take to answer.
const LASTS: Duration = Duration::from_secs(5 * 60);

impl Visitor {
    /// Keeps what an answer will be compared with. Two tabs can each have an exchange under way.
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

    /// What was kept for this purpose and challenge, if it is in time. It is gone before the answer is looked at, right
    /// or wrong, and of two answers at once one gets it.
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
        // One that ends later than it can was kept while the clock was ahead.
        let is_in_time = |until: i64| (0..=millis(LASTS + SKEW)).contains(&(until - self.db.now()));
        Ok(taken.filter(|(_, until, ..)| is_in_time(*until)).map(|(_, _, state, _)| state))
    }
}
