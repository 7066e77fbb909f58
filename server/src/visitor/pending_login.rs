//! A pending log-in: the password was right, the code is missing. It gives no access, and only says whose code is
//! needed.

use super::log_in::CurrentLogin;
use super::{PENDING_LOGIN, Visitor};
use crate::clock::is_within;
use crate::error::Error;
use crate::sessions::Origin;
use crate::users::{self, User};
use serde_json::json;
use std::time::Duration;

const LIFETIME: Duration = Duration::from_secs(10 * 60);

/// User, whether to stay logged in, start, the times of the last change of password and second factor, and the provider.
type StoredPendingLogin = (String, bool, i64, i64, Option<i64>, Option<Origin>);

#[derive(Clone, Debug)]
pub struct PendingLogin {
    pub user: User,
    pub remember: bool,
    /// The provider in place of the password.
    pub origin: Option<Origin>,
}

impl Visitor {
    /// Gives the browser a new id: an attacker who planted the old one must not be asked for the code.
    pub async fn begin_log_in(&self, user: &User, remember: bool) -> Result<(), Error> {
        self.begin_log_in_from(user, remember, None).await
    }

    /// As `begin_log_in`. `origin`: the provider in place of the password.
    pub async fn begin_log_in_from(
        &self,
        user: &User,
        remember: bool,
        origin: Option<Origin>,
    ) -> Result<(), Error> {
        self.change_id(CurrentLogin::End(self.login().await?)).await?;
        let (id, now) = (user.id.to_string(), self.db.now());
        let half: StoredPendingLogin =
            (id, remember, now, user.password_changed_at, user.second_factor_at, origin);
        self.session_data.insert(PENDING_LOGIN, json!(half)).await;
        Ok(())
    }

    /// Returns `None` if it expired, the account was disabled, or its password or second factor changed.
    pub async fn pending_login(&self) -> Result<Option<PendingLogin>, Error> {
        let Some((id, remember, at, password_changed_at, second_factor_at, origin)) =
            self.session_data.get::<StoredPendingLogin>(PENDING_LOGIN).await?
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
        Ok(user.map(|user| PendingLogin { user, remember, origin }))
    }
}
