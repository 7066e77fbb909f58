//! A log-in whose password was right and whose code is still missing. It waits in the session data for ten minutes and opens no
//! door: it only says whose code is asked for, and it is worth nothing once the password or the second factor is another.

use super::log_in::Then;
use super::{PENDING_LOGIN, Visitor};
use crate::clock::is_within;
use crate::error::Error;
use crate::users::{self, User};
use serde_json::json;
use std::time::Duration;

/// How long the code may take.
const LIFETIME: Duration = Duration::from_secs(10 * 60);

/// Whose it is, whether the browser remembers them, when it began, and what was checked: since when the password is
/// what it is, and the second factor.
type Half = (String, bool, i64, i64, Option<i64>);

/// Who still owes a code.
#[derive(Clone, Debug)]
pub struct PendingLogin {
    /// Who typed the right password.
    pub user: User,
    /// Whether they asked to stay logged in.
    pub remember: bool,
}

impl Visitor {
    /// Remembers who typed the right password. The browser gets a new session id: whoever planted or copied the old one
    /// shall not be the one who is asked for the code.
    pub async fn begin_log_in(&self, user: &User, remember: bool) -> Result<(), Error> {
        self.change_id(Then::End(self.login().await?)).await?;
        let half: Half =
            (user.id.to_string(), remember, self.db.now(), user.password_changed_at, user.second_factor_at);
        self.session_data.insert(PENDING_LOGIN, json!(half)).await;
        Ok(())
    }

    /// Who typed the right password here not long ago. None also if the account was closed since, or its password or
    /// second factor is another.
    pub async fn pending_login(&self) -> Result<Option<PendingLogin>, Error> {
        let Some((id, remember, at, password_changed_at, second_factor_at)) =
            self.session_data.get::<Half>(PENDING_LOGIN).await?
        else {
            return Ok(None);
        };
        if !is_within(self.db.now(), at, LIFETIME) {
            return Ok(None);
        }
        let Ok(id) = id.parse() else {
            return Ok(None);
        };
        let is_as_checked = |user: &User| {
            user.disabled_at.is_none()
                && user.password_changed_at == password_changed_at
                && user.second_factor_at == second_factor_at
        };
        let user = users::find(&self.db, &id).await?.filter(is_as_checked);
        Ok(user.map(|user| PendingLogin { user, remember }))
    }
}
