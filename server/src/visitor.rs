//! The person at the other end of one request: log in, log out, flash, return path.
//! The keys of the scratch pad are named here only. Nothing in the pad proves who somebody is.

mod exchange;
mod flash;
mod form;
mod form_token;
mod half_log_in;
mod known_browser;
mod log_in_mail;
mod new_codes;
mod pad;
mod return_path;

use crate::audit::Actor;
use crate::config::Keys;
use crate::db::Db;
use crate::error::Error;
use crate::sessions::{self, Device, Ending, Limits, Login, NewBrowser, TOUCH_INTERVAL};
use crate::users::User;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::OnceCell;

pub use flash::{Flash, Level};
pub use form::Form;
pub use form_token::TOKEN_FIELD;
pub use half_log_in::HalfLogIn;
pub use known_browser::KnownBrowser;
pub(crate) use pad::purge_pads;
pub use pad::{PadCookie, Store, store};

/// The browser's scratch pad: a record of tower-sessions.
pub type Pad = tower_sessions::Session;

const EXCHANGE: &str = "passkey";
const FLASH: &str = "flash";
const FORM: &str = "form";
const RETURN_TO: &str = "return_to";
const HALF_LOG_IN: &str = "half_log_in";
const NEW_CODES: &str = "new_codes";
const LOG_IN_MAIL: &str = "log_in_mail";
/// Set while this browser is logged in: when its cookie ends (unix seconds; 0: with the window), and who it is. It
/// lets us tell somebody who was signed out from somebody who never logged in.
const LOGIN_MARK: &str = "login";
type LoginMark = (i64, String);

/// How a request arrived.
#[derive(Clone, Debug, Default)]
pub struct Arrival {
    /// Where it came from.
    pub device: Device,
    /// Whether a person did something, rather than a browser fetching ahead.
    pub is_activity: bool,
    /// Whether something waits in the pad for the next page.
    pub has_mail: bool,
    /// Whether the browser has been logged in under the id that it has now.
    pub is_known: bool,
    /// Whether it came without a cookie: the id in its pad is one that it has yet to hear of.
    pub is_new: bool,
    /// Who has logged in with this browser before, if a form is sent.
    pub browser: Option<KnownBrowser>,
}

/// Who is there. Asks the database only when asked itself, and then once.
#[derive(Debug)]
pub struct Visitor {
    db: Db,
    pad: Pad,
    arrival: Arrival,
    limits: Limits,
    keys: Keys,
    login: OnceCell<Option<Login>>,
    form_token: OnceLock<String>,
    /// Whether the browser's cookie says from now on that somebody is logged in here, or was. It starts as the cookie
    /// had it: a pad that is gone, and its mark with it, logs nobody out.
    is_known: AtomicBool,
    new_browser: OnceLock<KnownBrowser>,
}

impl Visitor {
    /// The visitor behind a pad: the one that the request's cookie names, or one under a new id.
    pub fn new(db: Db, pad: Pad, arrival: Arrival, limits: Limits, keys: Keys) -> Self {
        let (login, form_token) = (OnceCell::new(), OnceLock::new());
        let is_known = arrival.is_known.into();
        Self { db, pad, arrival, limits, keys, login, form_token, is_known, new_browser: OnceLock::new() }
    }

    /// Whether a person did something, rather than a browser fetching ahead.
    pub fn is_activity(&self) -> bool {
        self.arrival.is_activity
    }

    /// The address that the request came from, or empty.
    pub fn ip(&self) -> &str {
        &self.arrival.device.ip
    }

    /// Who has logged in with this browser before.
    pub fn browser(&self) -> Option<&KnownBrowser> {
        self.arrival.browser.as_ref()
    }

    /// What the browser must be told for its next log-in, if somebody new has logged in with it.
    pub fn new_browser(&self) -> Option<&KnownBrowser> {
        self.new_browser.get()
    }

    /// This user, as the audit knows whoever does something.
    pub fn actor<'a>(&'a self, user: &'a User) -> Actor<'a> {
        Actor { user: Some(user), ip: self.ip() }
    }

    /// The log-in of this browser as it was when the request came, if there is one in time.
    pub async fn login(&self) -> Result<Option<&Login>, Error> {
        let login = self.login.get_or_try_init(|| self.find_login()).await?;
        Ok(login.as_ref())
    }

    async fn find_login(&self) -> Result<Option<Login>, Error> {
        let Some(browser) = self.pad.id().filter(|_| self.arrival.is_known) else {
            return Ok(None);
        };
        let login = sessions::find(&self.db, sessions::key_hash(&browser), self.limits).await?;
        if let Some(login) = &login {
            self.touch(login).await;
        }
        Ok(login)
    }

    /// Whether whoever is logged in here typed their password not long ago.
    pub async fn typed_password_lately(&self) -> Result<bool, Error> {
        Ok(self.login().await?.is_some_and(|login| login.is_recent(&self.db)))
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
    /// the log-in is worth nothing after it. False: the account was closed or its password or second factor changed since
    /// they were checked, and nobody is logged in.
    pub async fn log_in(&self, user: &User, remember: bool) -> Result<bool, Error> {
        self.forget_browser().await?;
        self.drop_strangers_form().await?;
        self.pad.remove_value(HALF_LOG_IN).await?;
        self.pad.remove_value(NEW_CODES).await?;
        // Written before the response: the library would create the record at its end, after our row.
        self.pad.save().await?;
        let Some(browser) = self.pad.id() else {
            return Ok(false);
        };
        let is_known = self.browser().is_some_and(|browser| browser.is_of(&user.id));
        let browser = NewBrowser {
            key_hash: sessions::key_hash(&browser),
            remember,
            device: &self.arrival.device,
            is_new_to_user: !is_known,
        };
        let Some(ends) = sessions::begin(&self.db, user, self.limits, browser).await? else {
            self.pad.remove_value(LOGIN_MARK).await?;
            return Ok(false);
        };
        let mark: LoginMark = (if remember { ends / 1000 } else { 0 }, user.id.to_string());
        self.pad.insert(LOGIN_MARK, mark).await?;
        self.is_known.store(true, Ordering::Relaxed);
        if !is_known {
            self.new_browser.get_or_init(|| KnownBrowser::of(&user.id));
        }
        Ok(true)
    }

    /// Logs this browser out. The next person at it finds neither a half-filled form nor where the last one was.
    pub async fn log_out(&self) -> Result<(), Error> {
        self.forget_browser().await?;
        for key in [LOGIN_MARK, FORM, RETURN_TO, HALF_LOG_IN, NEW_CODES] {
            self.pad.remove_value(key).await?;
        }
        Ok(())
    }

    /// Ends this browser's log-in, if any, and gives it a new id; what the pad holds stays.
    async fn forget_browser(&self) -> Result<(), Error> {
        if let Some(login) = self.login().await? {
            sessions::log_out(&self.db, &login.session_id).await?;
        }
        self.is_known.store(false, Ordering::Relaxed);
        Ok(self.pad.cycle_id().await?)
    }

    /// Why this browser is not logged in any more, if it was. Says so once.
    pub async fn take_ending(&self) -> Result<Option<Ending>, Error> {
        let Some(browser) = self.pad.id().filter(|_| self.arrival.is_known) else {
            return Ok(None);
        };
        self.pad.remove_value(LOGIN_MARK).await?;
        self.is_known.store(false, Ordering::Relaxed);
        sessions::why_ended(&self.db, sessions::key_hash(&browser)).await.map(Some)
    }

    /// Gives this browser a new id for the same log-in: one that somebody copied before is worth nothing any more.
    pub async fn renew(&self, login: &Login) -> Result<(), Error> {
        let Some(old) = self.pad.id() else {
            return Ok(());
        };
        self.pad.cycle_id().await?;
        self.pad.save().await?;
        let new = self.pad.id().unwrap_or(old);
        sessions::renew(&self.db, login, sessions::key_hash(&old), sessions::key_hash(&new)).await
    }
}
