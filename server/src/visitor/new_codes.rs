//! New recovery codes for the one page that shows them.

use super::{NEW_CODES, Visitor};
use crate::error::Error;
use crate::recovery_codes;
use crate::users::User;

impl Visitor {
    pub async fn keep_recovery_codes(&self, user: &User, codes: &[String]) -> Result<(), Error> {
        self.keep_secret(NEW_CODES, user, &codes.join("\n")).await
    }

    /// They return if the page fails.
    pub async fn take_recovery_codes(&self) -> Result<Option<Vec<String>>, Error> {
        let Some(login) = self.login().await? else {
            return Ok(None);
        };
        // One of two sets made in parallel is invalid, and only the table knows which.
        for codes in self.take_secrets(NEW_CODES).await? {
            let codes: Vec<String> = codes.lines().map(str::to_owned).collect();
            if recovery_codes::are_current(&self.db, &login.user, &codes).await? {
                return Ok(Some(codes));
            }
        }
        Ok(None)
    }
}
