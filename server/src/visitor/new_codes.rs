//! New recovery codes for the one page that shows them: encrypted, for their owner only.

use super::lists::{is_in, list, new_key};
use super::{NEW_CODES, Visitor};
use crate::clock::is_within;
use crate::encryption::{AssociatedData, decrypt, encrypt};
use crate::error::Error;
use crate::recovery_codes;
use crate::users::User;
use serde_json::{Value, json};
use std::time::Duration;

const SHOWN_FOR: Duration = Duration::from_secs(10 * 60);
const ABOUT: &str = "new recovery codes";

type Kept = (i64, Vec<u8>);

impl Visitor {
    pub async fn keep_recovery_codes(&self, user: &User, codes: &[String]) -> Result<(), Error> {
        let encrypted =
            encrypt(&self.keys, AssociatedData(ABOUT, user.id.as_str()), codes.join("\n").as_bytes())?;
        let kept: Kept = (self.db.now(), encrypted);
        self.session_data.insert(new_key(NEW_CODES), json!(kept)).await;
        Ok(())
    }

    /// They return if the page fails.
    pub async fn take_recovery_codes(&self) -> Result<Option<Vec<String>>, Error> {
        let Some(login) = self.login().await?.filter(|_| self.request.is_activity) else {
            return Ok(None);
        };
        if self.session_data.seen(|data| list(data, NEW_CODES).is_empty()).await? {
            return Ok(None);
        }
        let all = self.session_data.take(|key, _| is_in(NEW_CODES, key)).await?;
        // Of two sets made in parallel one is invalid, and only the table knows which.
        for codes in all.iter().rev().filter_map(|kept| self.decrypted(kept, &login.user)) {
            if recovery_codes::are_current(&self.db, &login.user, &codes).await? {
                return Ok(Some(codes));
            }
        }
        Ok(None)
    }

    fn decrypted(&self, kept: &Value, user: &User) -> Option<Vec<String>> {
        let (at, encrypted) = serde_json::from_value::<Kept>(kept.clone()).ok()?;
        let decrypted = decrypt(&self.keys, AssociatedData(ABOUT, user.id.as_str()), &encrypted)
            .filter(|_| is_within(self.db.now(), at, SHOWN_FOR))?;
        let codes = String::from_utf8(decrypted.secret).ok()?;
        Some(codes.lines().map(str::to_owned).collect())
    }
}
