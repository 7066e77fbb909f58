//! `ADMIN_SESSION=separate`: the admin area needs a second cookie, which a browser gets for a confirmed password.

use super::Visitor;
use crate::error::Error;
use crate::sessions::{self, Login, TOUCH_INTERVAL};
use std::time::Duration;
use tower_sessions::session::Id;

impl Visitor {
    /// Whether this browser has the key of its session, and used it within `idle`.
    pub async fn may_enter_admin_area(&self, idle: Duration) -> Result<bool, Error> {
        let (Some(login), Some(key)) = (self.login().await?, &self.request.admin_key) else {
            return Ok(false);
        };
        let is_open = login.has_admin_key(&self.db, key, idle);
        if is_open && self.request.is_activity {
            let touched = sessions::touch_admin_area(&self.db, login, TOUCH_INTERVAL.min(idle / 4)).await;
            if let Err(error) = touched {
                tracing::warn!(%error, "could not record activity in the admin area");
            }
        }
        Ok(is_open)
    }

    /// Only after a confirmed password, and a code if the user has a second factor.
    pub async fn open_admin_area(&self, login: &Login) -> Result<(), Error> {
        // No other signed cookie has a value of this form.
        let key = format!("admin {}", Id::default());
        sessions::open_admin_area(&self.db, login, &key).await?;
        self.new_admin_key.get_or_init(|| key);
        Ok(())
    }

    /// For the browser's cookie.
    pub fn new_admin_key(&self) -> Option<&str> {
        self.new_admin_key.get().map(String::as_str)
    }
}
