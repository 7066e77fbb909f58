//! What a browser was asked for a passkey, until it answers: once, and for a short while.

use super::{EXCHANGE, Visitor};
use crate::clock::millis;
use crate::error::Error;
use std::time::Duration;

/// What for, until when (unix milliseconds), and what the answer is compared with.
type Exchange = (String, i64, String);

/// How long a browser may take to answer.
const LASTS: Duration = Duration::from_secs(5 * 60);

impl Visitor {
    /// Keeps what an answer will be compared with. A browser has one exchange at a time: the last one that it began.
    pub(crate) async fn begin_exchange(&self, purpose: &str, state: String) -> Result<(), Error> {
        let exchange: Exchange = (purpose.to_owned(), self.db.now() + millis(LASTS), state);
        Ok(self.pad.insert(EXCHANGE, exchange).await?)
    }

    /// What was kept for this purpose, if it is in time. It is gone before the answer is looked at, right or wrong.
    pub(crate) async fn end_exchange(&self, purpose: &str) -> Result<Option<String>, Error> {
        let Some((kept, until, state)) = self.read::<Exchange>(EXCHANGE).await? else {
            return Ok(None);
        };
        self.pad.remove_value(EXCHANGE).await?;
        self.pad.save().await?;
        Ok((kept == purpose && self.db.now() < until).then_some(state))
    }
}
