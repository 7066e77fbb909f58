//! The person at the other end of one request: log in, log out, flash, return path.
//! The keys of the scratch pad are named here only. Nothing in the pad proves who somebody is.

mod flash;
mod form;
mod pad;

use crate::audit::Actor;
use crate::db::Db;
use crate::error::Error;
use crate::sessions::{self, Device, Limits, Login, TOUCH_INTERVAL};
use crate::users::User;
use tokio::sync::OnceCell;

pub use flash::{Flash, Level};
pub use form::Form;
pub(crate) use pad::purge_pads;
pub use pad::{PadCookie, Store, store};

/// The browser's scratch pad: a record of tower-sessions.
pub type Pad = tower_sessions::Session;

const FLASH: &str = "flash";
const FORM: &str = "form";
const RETURN_TO: &str = "return_to";
/// Set while this browser is logged in, to when its cookie ends (unix seconds; 0: with the window). It lets us
/// tell somebody who was signed out from somebody who never logged in.
const LOGIN_COOKIE: &str = "login_cookie";

/// How a request arrived.
#[derive(Clone, Debug, Default)]
pub struct Arrival {
    /// Where it came from.
    pub device: Device,
    /// Whether a person did something, rather than a browser fetching ahead.
    pub is_activity: bool,
    /// Whether something waits in the pad for the next page.
    pub has_mail: bool,
}

/// Who is there. Asks the database only when asked itself, and then once.
#[derive(Debug)]
pub struct Visitor {
    db: Db,
    pad: Pad,
    arrival: Arrival,
    limits: Limits,
    login: OnceCell<Option<Login>>,
}

impl Visitor {
    /// The visitor behind a pad, which is new or the one that the request's cookie names.
    pub fn new(db: Db, pad: Pad, arrival: Arrival, limits: Limits) -> Self {
        Self { db, pad, arrival, limits, login: OnceCell::new() }
    }

    /// Whether a person did something, rather than a browser fetching ahead.
    pub fn is_activity(&self) -> bool {
        self.arrival.is_activity
    }

    /// This user, as the audit knows whoever does something.
    pub fn actor<'a>(&'a self, user: &'a User) -> Actor<'a> {
        Actor { user: Some(user), ip: &self.arrival.device.ip }
    }

    /// Whether this is a page fetched ahead for somebody we know: shown from a browser's cache minutes later, it
    /// might lack a message or outlive a log-in.
    pub fn is_too_early(&self) -> bool {
        self.pad.id().is_some() && !self.arrival.is_activity
    }

    /// The log-in of this browser as it was when the request came, if there is one in time.
    pub async fn login(&self) -> Result<Option<&Login>, Error> {
        let login = self.login.get_or_try_init(|| self.find_login()).await?;
        Ok(login.as_ref())
    }

    async fn find_login(&self) -> Result<Option<Login>, Error> {
        let Some(browser) = self.pad.id() else {
            return Ok(None);
        };
        let login = sessions::find(&self.db, sessions::key_hash(&browser), self.limits).await?;
        if let Some(login) = &login {
            self.touch(login).await;
        }
        Ok(login)
    }

    async fn touch(&self, login: &Login) {
        // Often enough that a short idle limit does not throw out somebody who is there.
        let interval = TOUCH_INTERVAL.min(self.limits.idle / 4);
        let unseen = self.db.now() - login.last_seen_at;
        if !self.arrival.is_activity || unseen < crate::clock::millis(interval) {
            return;
        }
        // A page that can be read is shown even when nothing can be written.
        if let Err(error) = sessions::touch(&self.db, &login.session_id, login.last_seen_at).await {
            tracing::warn!(%error, "could not write down that a browser was seen");
        }
    }

    /// Logs a user in on this browser, which gets a new session id: one that somebody else planted or read before
    /// the log-in is worth nothing after it. False: the account was closed or its password changed since the
    /// password was checked, and nobody is logged in.
    pub async fn log_in(&self, user: &User, remember: bool) -> Result<bool, Error> {
        self.forget_browser().await?;
        // Written before the response: the library would create the record at its end, after our row.
        self.pad.save().await?;
        let Some(browser) = self.pad.id() else {
            return Ok(false);
        };
        let key_hash = sessions::key_hash(&browser);
        let device = &self.arrival.device;
        let Some(ends) = sessions::begin(&self.db, user, key_hash, remember, self.limits, device).await?
        else {
            self.pad.remove_value(LOGIN_COOKIE).await?;
            return Ok(false);
        };
        self.pad.insert(LOGIN_COOKIE, if remember { ends / 1000 } else { 0 }).await?;
        Ok(true)
    }

    /// Logs this browser out. The next person at it finds neither a half-filled form nor where the last one was.
    pub async fn log_out(&self) -> Result<(), Error> {
        self.forget_browser().await?;
        for key in [LOGIN_COOKIE, FORM, RETURN_TO] {
            self.pad.remove_value(key).await?;
        }
        Ok(())
    }

    /// Ends this browser's log-in, if any, and gives it a new id; what the pad holds stays.
    async fn forget_browser(&self) -> Result<(), Error> {
        if let Some(browser) = self.pad.id() {
            sessions::end_by_key(&self.db, sessions::key_hash(&browser)).await?;
            self.pad.cycle_id().await?;
        }
        Ok(())
    }

    /// Whether this browser was logged in until it was signed out elsewhere or ran out of time. Says so once.
    pub async fn was_signed_out(&self) -> Result<bool, Error> {
        if self.pad.id().is_none() || self.pad.get_value(LOGIN_COOKIE).await?.is_none() {
            return Ok(false);
        }
        self.pad.remove_value(LOGIN_COOKIE).await?;
        Ok(true)
    }

    /// Remembers where to go after the log-in. Whatever is not a path of this site is ignored.
    pub async fn return_to(&self, path: &str) -> Result<(), Error> {
        if is_local_path(path) {
            self.pad.insert(RETURN_TO, path).await?;
        }
        Ok(())
    }

    /// Where to go after the log-in; forgets it.
    pub async fn take_return_path(&self) -> Result<Option<String>, Error> {
        if self.pad.id().is_none() {
            return Ok(None);
        }
        let path: Option<String> = self.read(RETURN_TO).await?;
        self.pad.remove_value(RETURN_TO).await?;
        Ok(path.filter(|path| is_local_path(path)))
    }
}

/// A browser reads `//host` and `/\host` as another site, and drops control characters before it looks.
fn is_local_path(path: &str) -> bool {
    path.len() <= 2000
        && path.starts_with('/')
        && !path[1..].starts_with(['/', '\\'])
        && !path.chars().any(|c| c.is_control() || c == '\\')
}
