//! A pending log-in: the password was right, the code is missing. It lasts ten minutes in the session data and gives no
//! access. It only says whose code is needed. A change of the password or the second factor makes it invalid.

use super::log_in::Then;
use super::{PENDING_LOGIN, Visitor};
use crate::clock::is_within;
use crate::error::Error;
use crate::users::{self, User};
use serde_json::json;
use std::time::Duration;

/// How long the user may take to type the code.
const LIFETIME: Duration = Duration::from_secs(10 * 60);

/// User, whether to stay logged in, start, and the checked state: the times of the last change of the password and of
/// the second factor.
type Half = (String, bool, i64, i64, Option<i64>);

/// The pending log-in of a browser.
#[derive(Clone, Debug)]
pub struct PendingLogin {
    /// The user who typed the right password.
    pub user: User,
    /// Whether to stay logged in.
    pub remember: bool,
}

impl Visitor {
    /// Stores that the user typed the right password. The browser gets a new session id, so that an attacker who
    /// planted or copied the old one is not asked for the code.
    pub async fn begin_log_in(&self, user: &User, remember: bool) -> Result<(), Error> {
        self.change_id(Then::End(self.login().await?)).await?;
        let half: Half =
            (user.id.to_string(), remember, self.db.now(), user.password_changed_at, user.second_factor_at);
        self.session_data.insert(PENDING_LOGIN, json!(half)).await;
        Ok(())
    }

    /// Returns the pending log-in of this browser. Returns `None` if it expired, the account was closed, or its
    /// password or second factor changed.
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
