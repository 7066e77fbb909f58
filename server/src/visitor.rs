//! The user or anonymous browser behind one request: log in, log out, messages, return path. Only this module names the
//! keys of the session data. Nothing in the session data proves who a user is.

mod challenge;
mod changes;
mod flash;
mod form;
mod form_token;
mod late;
mod lists;
mod log_in;
mod log_in_mail;
mod marker;
mod new_codes;
mod pending_login;
mod return_path;
mod saving;
mod session_data;
mod store;

use crate::audit::Actor;
use crate::clock::is_within;
use crate::db::Db;
use crate::error::Error;
use crate::keys::Keys;
use crate::sessions::{self, Device, EndReason, Limits, Login, TOUCH_INTERVAL};
use crate::users::User;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::OnceCell;

pub use crate::rate_limits::KnownBrowser;
pub use flash::{Flash, Level};
pub use form::SubmittedForm;
pub use form_token::TOKEN_FIELD;
pub use pending_login::PendingLogin;
pub use saving::SessionCookie;
pub use session_data::SessionData;
pub use store::purge_pads;
pub use store::{Store, store};

/// The session data of one browser: a value for each key.
type Data = std::collections::HashMap<String, serde_json::Value>;

const CHALLENGE: &str = "passkey";
const FLASH: &str = "flash";
const FORM: &str = "form";
const RETURN_TO: &str = "return_to";
const PENDING_LOGIN: &str = "pending_login";
const NEW_CODES: &str = "new_codes";
const LOG_IN_MAIL: &str = "log_in_mail";
const REPLACED: &str = "replaced";
/// Set while this browser is logged in: the end of its cookie (unix seconds; 0: with the window), and the user. It
/// distinguishes a browser whose log-in was ended from one that was never logged in.
const LOGIN_MARK: &str = "login";
type LoginMark = (i64, String);

/// How long the session data of a browser without log-in lasts after its last change: strangers could fill the table.
const STRANGERS: time::Duration = time::Duration::hours(1);
/// How long a form without a cookie can be sent, and how long session data outlives its log-in, to say that it ended.
const DAY: time::Duration = time::Duration::days(1);

/// Facts about the incoming request.
#[derive(Clone, Debug, Default)]
pub struct Arrival {
    /// IP address and user agent.
    pub device: Device,
    /// Whether a user acted, instead of a browser that prefetches.
    pub is_activity: bool,
    /// Whether something waits in the session data for the next page.
    pub has_pending: bool,
    /// Whether the browser has been logged in under its current id.
    pub is_known: bool,
    /// Who logged in with this browser before, if a form is sent.
    pub browser: Option<KnownBrowser>,
}

/// The visitor of one request. Reads the log-in from the database only when needed, and only once.
#[derive(Debug)]
pub struct Visitor {
    db: Db,
    session_data: SessionData,
    arrival: Arrival,
    limits: Limits,
    keys: Keys,
    login: OnceCell<Option<Login>>,
    form_token: OnceLock<String>,
    /// Whether the cookie says from now on that the browser is or was logged in. It starts with the value from the
    /// cookie: lost session data, with its mark, does not log the user out.
    is_known: AtomicBool,
    /// Whether something waits for the next page of the logged-in user.
    waits: AtomicBool,
    is_reissued: AtomicBool,
    new_browser: OnceLock<KnownBrowser>,
}

impl Visitor {
    /// Returns the visitor for this session data: that of the request's cookie, or new one under a new id.
    pub fn new(db: Db, session_data: SessionData, arrival: Arrival, limits: Limits, keys: Keys) -> Self {
        let (login, form_token) = (OnceCell::new(), OnceLock::new());
        let is_known = arrival.is_known.into();
        let (waits, is_reissued, new_browser) =
            (AtomicBool::new(false), AtomicBool::new(false), OnceLock::new());
        Self {
            db,
            session_data,
            arrival,
            limits,
            keys,
            login,
            form_token,
            is_known,
            waits,
            is_reissued,
            new_browser,
        }
    }

    /// Returns whether a user acted, instead of a browser that prefetches.
    pub fn is_activity(&self) -> bool {
        self.arrival.is_activity
    }

    /// Returns the IP address of the request, or empty.
    pub fn ip(&self) -> &str {
        &self.arrival.device.ip
    }

    /// Returns who logged in with this browser before.
    pub fn browser(&self) -> Option<&KnownBrowser> {
        self.arrival.browser.as_ref()
    }

    /// Returns the new cookie value for the known browser, if another user has logged in with it.
    pub fn new_browser(&self) -> Option<&KnownBrowser> {
        self.new_browser.get()
    }

    /// Returns this user as the actor for the audit.
    pub fn actor<'a>(&'a self, user: &'a User) -> Actor<'a> {
        Actor { user: Some(user), ip: self.ip() }
    }

    /// Returns the log-in of this browser at the time of the request, unless it expired.
    pub async fn login(&self) -> Result<Option<&Login>, Error> {
        let login = self.login.get_or_try_init(|| self.find_login()).await?;
        Ok(login.as_ref())
    }

    async fn find_login(&self) -> Result<Option<Login>, Error> {
        if self.session_data.is_new() || !self.arrival.is_known {
            return Ok(None);
        }
        let Some((login, waits)) = sessions::find(&self.db, &self.session_data.id(), self.limits).await?
        else {
            return Ok(None);
        };
        self.waits.store(waits, Ordering::Relaxed);
        self.touch(&login).await;
        Ok(Some(login))
    }

    /// Returns whether the logged-in user typed their password recently.
    pub async fn is_sudo(&self) -> Result<bool, Error> {
        Ok(self.login().await?.is_some_and(|login| login.is_recent(&self.db)))
    }

    async fn touch(&self, login: &Login) {
        // Often enough that a short idle timeout does not log out an active user.
        let interval = TOUCH_INTERVAL.min(self.limits.idle / 4);
        if !self.arrival.is_activity || is_within(self.db.now(), login.last_seen_at, interval) {
            return;
        }
        // A readable page is shown even if the database cannot be written to.
        if let Err(error) = sessions::touch(&self.db, &login.session_id, login.last_seen_at).await {
            tracing::warn!(%error, "could not write down that a browser was seen");
        }
    }

    /// Returns whether the browser's cookie says that it is or was logged in.
    pub fn comes_known(&self) -> bool {
        self.arrival.is_known
    }

    /// Returns why this browser is no longer logged in, if it was. Only the first of several requests gets the reason.
    pub async fn take_ending(&self) -> Result<Option<EndReason>, Error> {
        if self.session_data.is_new() || !self.is_known.swap(false, Ordering::Relaxed) {
            return Ok(None);
        }
        // If the session data is gone, it is unknown whether the reason was shown already.
        if self.session_data.take(|key, _| key == LOGIN_MARK).await?.is_empty()
            && self.session_data.is_stored().await?
        {
            return Ok(None);
        }
        sessions::why_ended(&self.db, sessions::key_hash(&self.session_data.id())).await.map(Some)
    }
}
