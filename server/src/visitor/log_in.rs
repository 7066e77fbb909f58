//! Log-in, log-out and renewal: each gives the browser a new session id, and makes the old one invalid.

use super::{FORM, KnownBrowser, LOGIN_MARK, LoginMark, PENDING_LOGIN, RETURN_TO, Visitor, lists, log_user};
use crate::error::Error;
use crate::id::Id;
use crate::sessions::{self, Login, NewBrowser, Origin, Session};
use crate::users::User;
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

pub(super) enum CurrentLogin<'a> {
    End(Option<&'a Login>),
    Keep(&'a Login),
}

impl Visitor {
    /// An id that an attacker planted or read becomes invalid. Returns false if another request was first, or the
    /// account was disabled or its password or second factor changed since the check.
    pub async fn log_in(&self, user: &User, remember: bool) -> Result<bool, Error> {
        Ok(self.log_in_from(user, remember, None).await?.is_some())
    }

    /// As `log_in`. Returns the new session. `origin`: the provider that it began with.
    pub async fn log_in_from(
        &self,
        user: &User,
        remember: bool,
        origin: Option<&Origin>,
    ) -> Result<Option<Id<Session>>, Error> {
        self.drop_anonymous_forms().await;
        self.session_data.clear(|key, _| key == PENDING_LOGIN || lists::is_secret(key)).await;
        // Stored under the new id before the row in `sessions` exists.
        if !self.change_id(CurrentLogin::End(self.login().await?)).await? {
            return Ok(None);
        }
        let is_known_browser = self.is_known_to(user);
        let browser = NewBrowser {
            key_hash: sessions::key_hash(&self.session_data.id()),
            remember,
            device: &self.request.device,
            is_new_to_user: !is_known_browser,
            origin,
        };
        let Some((session, ends)) = sessions::begin(&self.db, user, self.limits, browser).await? else {
            self.session_data.remove(LOGIN_MARK).await?;
            return Ok(None);
        };
        if self.login().await?.is_none() {
            log_user(user);
        }
        let mark: LoginMark = (if remember { ends / 1000 } else { 0 }, user.id.to_string());
        self.session_data.insert(LOGIN_MARK, json!(mark)).await;
        self.had_login.store(true, Ordering::Relaxed);
        if !is_known_browser {
            self.new_browser.get_or_init(|| KnownBrowser::of(&user.id));
        }
        Ok(Some(session))
    }

    /// The next person at this browser sees neither a stored form nor the return path.
    pub async fn log_out(&self) -> Result<(), Error> {
        let is_personal = |key: &str, _: &Value| {
            [LOGIN_MARK, RETURN_TO, PENDING_LOGIN].contains(&key)
                || lists::is_in(FORM, key)
                || lists::is_secret(key)
        };
        self.session_data.clear(is_personal).await;
        self.forget_return_cookie();
        let Some(login) = self.login().await? else {
            // A new id would cost a row, which any client could cause without a limit.
            self.had_login.store(false, Ordering::Relaxed);
            return Ok(());
        };
        let changed = self.change_id(CurrentLogin::End(Some(login))).await;
        if !matches!(changed, Ok(true)) {
            // Another request has renewed the key of this log-in, or the store of the session data does not answer.
            let mut tx = self.db.begin().await?;
            sessions::log_out(&mut tx, self.db.now(), &login.session_id).await?;
            tx.commit().await?;
        }
        changed.map(drop)
    }

    /// One transaction. Returns false, without a change, if another request was first: current this request is late.
    pub(super) async fn change_id(&self, current: CurrentLogin<'_>) -> Result<bool, Error> {
        if let CurrentLogin::End(_) = current {
            self.had_login.store(false, Ordering::Relaxed);
        }
        let (old, now) = (self.session_data.id(), self.db.now());
        let Some(mut replacement) = self.session_data.prepare(self.expires_at()).await? else {
            self.session_data.set_late();
            return Ok(false);
        };
        let mut tx = self.db.begin().await?;
        if !self.session_data.replace_in(&mut tx, &mut replacement).await? {
            self.session_data.set_late();
            return Ok(false);
        }
        match current {
            CurrentLogin::End(None) => {}
            CurrentLogin::End(Some(login)) => sessions::log_out(&mut tx, now, &login.session_id).await?,
            CurrentLogin::Keep(login) => {
                let (old, new) = (sessions::key_hash(&old), sessions::key_hash(&replacement.id));
                if !sessions::renew(&mut tx, login, old, new).await? {
                    self.session_data.set_late();
                    return Ok(false);
                }
            }
        }
        tx.commit().await?;
        self.is_proved.store(true, Ordering::Relaxed);
        self.session_data.replaced(replacement).await;
        Ok(true)
    }

    /// With the first request after a change of roles. Returns false if another request was first.
    pub(super) async fn renew_for_roles(&self, login: &Login) -> Result<bool, Error> {
        let old = self.session_data.id();
        let is_renewed = self.change_id(CurrentLogin::Keep(login)).await?;
        if is_renewed {
            self.renewed_from.get_or_init(|| old);
        }
        Ok(is_renewed)
    }

    /// Makes a copied id invalid. If it returns false, this request must not continue as logged in.
    pub async fn renew(&self, login: &Login) -> Result<bool, Error> {
        self.change_id(CurrentLogin::Keep(login)).await
    }
}
