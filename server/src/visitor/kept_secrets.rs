//! New secrets for the one page that shows them: encrypted, for their owner only, and for ten minutes.

use super::Visitor;
use super::lists::{is_in, list, new_key};
use crate::clock::is_within;
use crate::encryption::{AssociatedData, decrypt, encrypt};
use crate::error::Error;
use crate::users::User;
use serde_json::{Value, json};
use std::time::Duration;

const SHOWN_FOR: Duration = Duration::from_secs(10 * 60);

type Kept = (i64, Vec<u8>);

impl Visitor {
    pub(super) async fn keep_secret(
        &self,
        kind: &'static str,
        user: &User,
        secret: &str,
    ) -> Result<(), Error> {
        let about = AssociatedData(kind, user.id.as_str());
        let kept: Kept = (self.db.now(), encrypt(&self.keys, about, secret.as_bytes())?);
        self.session_data.insert(new_key(kind), json!(kept)).await;
        Ok(())
    }

    /// Newest first. They return if the page fails.
    pub(super) async fn take_secrets(&self, kind: &'static str) -> Result<Vec<String>, Error> {
        let Some(login) = self.login().await?.filter(|_| self.request.is_activity) else {
            return Ok(Vec::new());
        };
        if self.session_data.seen(|data| list(data, kind).is_empty()).await? {
            return Ok(Vec::new());
        }
        let all = self.session_data.take(|key, _| is_in(kind, key)).await?;
        Ok(all.iter().rev().filter_map(|kept| self.decrypted(kind, kept, &login.user)).collect())
    }

    fn decrypted(&self, kind: &'static str, kept: &Value, user: &User) -> Option<String> {
        let (at, encrypted) = serde_json::from_value::<Kept>(kept.clone()).ok()?;
        let decrypted = decrypt(&self.keys, AssociatedData(kind, user.id.as_str()), &encrypted)
            .filter(|_| is_within(self.db.now(), at, SHOWN_FOR))?;
        String::from_utf8(decrypted.secret).ok()
    }
}
