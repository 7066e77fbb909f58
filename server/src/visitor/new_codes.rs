//! New recovery codes on their way to the one page that shows them. They rest encrypted in the pad, for its owner only,
//! and go with the page that takes them.

use super::{NEW_CODES, Visitor};
use crate::clock::millis;
use crate::error::Error;
use crate::second_factors::seals::{About, open, seal};
use crate::users::User;
use std::time::Duration;

/// How long the page may take to come.
const PATIENCE: Duration = Duration::from_secs(10 * 60);
const ABOUT: &str = "new recovery codes";

/// Since when they wait, and the codes.
type Kept = (i64, Vec<u8>);

impl Visitor {
    /// Keeps new recovery codes for the next page that asks for them.
    pub async fn keep_recovery_codes(&self, user: &User, codes: &[String]) -> Result<(), Error> {
        let sealed = seal(&self.keys, About(ABOUT, &user.id), codes.join("\n").as_bytes())?;
        let kept: Kept = (self.db.now(), sealed);
        Ok(self.pad.insert(NEW_CODES, kept).await?)
    }

    /// The new recovery codes of whoever is logged in here. They will not come again.
    pub async fn take_recovery_codes(&self) -> Result<Option<Vec<String>>, Error> {
        let Some(login) = self.login().await?.filter(|_| self.arrival.is_activity) else {
            return Ok(None);
        };
        let Some((at, sealed)) = self.read::<Kept>(NEW_CODES).await? else {
            return Ok(None);
        };
        self.pad.remove_value(NEW_CODES).await?;
        let opened = open(&self.keys, About(ABOUT, &login.user.id), &sealed)
            .filter(|_| self.db.now() - at < millis(PATIENCE));
        let codes = opened.and_then(|opened| String::from_utf8(opened.secret).ok());
        Ok(codes.map(|codes| codes.lines().map(str::to_owned).collect()))
    }
}
