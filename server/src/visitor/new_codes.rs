//! New recovery codes on their way to the one page that shows them. They rest encrypted in the session data, for its owner only,
//! and go with the page that takes them.

use super::lists::{is_in, list, new_key};
use super::{NEW_CODES, Visitor};
use crate::clock::is_within;
use crate::encryption::{AssociatedData, decrypt, encrypt};
use crate::error::Error;
use crate::recovery_codes;
use crate::users::User;
use serde_json::{Value, json};
use std::time::Duration;

/// How long the page may take to come.
const SHOWN_FOR: Duration = Duration::from_secs(10 * 60);
const ABOUT: &str = "new recovery codes";

/// Since when they wait, and the codes.
type Kept = (i64, Vec<u8>);

impl Visitor {
    /// Keeps new recovery codes for the next page that asks for them.
    pub async fn keep_recovery_codes(&self, user: &User, codes: &[String]) -> Result<(), Error> {
        let sealed =
            encrypt(&self.keys, AssociatedData(ABOUT, user.id.as_str()), codes.join("\n").as_bytes())?;
        let kept: Kept = (self.db.now(), sealed);
        self.session_data.insert(new_key(NEW_CODES), json!(kept)).await;
        Ok(())
    }

    /// The new recovery codes of whoever is logged in here. They will not come again, unless the page is not shown.
    pub async fn take_recovery_codes(&self) -> Result<Option<Vec<String>>, Error> {
        let Some(login) = self.login().await?.filter(|_| self.arrival.is_activity) else {
            return Ok(None);
        };
        if self.session_data.seen(|data| list(data, NEW_CODES).is_empty()).await? {
            return Ok(None);
        }
        let all = self.session_data.take(|key, _| is_in(NEW_CODES, key)).await?;
        // Of two requests that made codes at once, those of one are worth nothing, and only the table knows which.
        for codes in all.iter().rev().filter_map(|kept| self.opened(kept, &login.user)) {
            if recovery_codes::are_current(&self.db, &login.user, &codes).await? {
                return Ok(Some(codes));
            }
        }
        Ok(None)
    }

    fn opened(&self, kept: &Value, user: &User) -> Option<Vec<String>> {
        let (at, sealed) = serde_json::from_value::<Kept>(kept.clone()).ok()?;
        let opened = decrypt(&self.keys, AssociatedData(ABOUT, user.id.as_str()), &sealed)
            .filter(|_| is_within(self.db.now(), at, SHOWN_FOR))?;
        let codes = String::from_utf8(opened.secret).ok()?;
        Some(codes.lines().map(str::to_owned).collect())
    }
}
