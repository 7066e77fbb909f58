//! The person at the other end of one request: log in, log out, flash, return path.
//! The keys of the session data are named here only. Nothing in the session data proves who somebody is.

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
pub use form::Form;
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
/// Set while this browser is logged in: when its cookie ends (unix seconds; 0: with the window), and who it is. It
/// lets us tell somebody who was signed out from somebody who never logged in.
const LOGIN_MARK: &str = "login";
type LoginMark = (i64, String);

/// How long the session data of somebody who is not logged in lasts after its last change: strangers could fill the table.
const STRANGERS: time::Duration = time::Duration::hours(1);
/// How long the form of somebody without a cookie can be sent, and a session data outlives its log-in, to say that it ended.
const DAY: time::Duration = time::Duration::days(1);

/// How a request arrived.
#[derive(Clone, Debug, Default)]
pub struct Arrival {
    /// Where it came from.
    pub device: Device,
    /// Whether a person did something, rather than a browser fetching ahead.
    pub is_activity: bool,
    /// Whether something waits in the session data for the next page.
    pub has_pending: bool,
    /// Whether the browser has been logged in under the id that it has now.
    pub is_known: bool,
    /// Who has logged in with this browser before, if a form is sent.
    pub browser: Option<KnownBrowser>,
}

/// Who is there. Asks the database only when asked itself, and then once.
#[derive(Debug)]
pub struct Visitor {
    db: Db,
    session_data: SessionData,
    arrival: Arrival,
    limits: Limits,
    keys: Keys,
    login: OnceCell<Option<Login>>,
    form_token: OnceLock<String>,
    /// Whether the browser's cookie says from now on that somebody is logged in here, or was. It starts as the cookie
    /// had it: a session data that is gone, and its mark with it, logs nobody out.
    is_known: AtomicBool,
    /// Whether something waits for the next page of whoever is logged in here.
    waits: AtomicBool,
    is_reissued: AtomicBool,
    new_browser: OnceLock<KnownBrowser>,
}

impl Visitor {
    /// The visitor behind a session data: the one that the request's cookie names, or one under a new id.
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

    /// Whether whoever is logged in here typed their password not long ago.
    pub async fn typed_password_lately(&self) -> Result<bool, Error> {
        Ok(self.login().await?.is_some_and(|login| login.is_recent(&self.db)))
    }

    async fn touch(&self, login: &Login) {
        // Often enough that a short idle limit does not throw out somebody who is there.
        let interval = TOUCH_INTERVAL.min(self.limits.idle / 4);
        if !self.arrival.is_activity || is_within(self.db.now(), login.last_seen_at, interval) {
            return;
        }
        // A page that can be read is shown even when nothing can be written.
        if let Err(error) = sessions::touch(&self.db, &login.session_id, login.last_seen_at).await {
            tracing::warn!(%error, "could not write down that a browser was seen");
        }
    }

    /// Whether the browser comes as one that is logged in, or was.
    pub fn comes_known(&self) -> bool {
        self.arrival.is_known
    }

    /// Why this browser is not logged in any more, if it was. Says so once, whichever of several requests asks.
    pub async fn take_ending(&self) -> Result<Option<EndReason>, Error> {
        if self.session_data.is_new() || !self.is_known.swap(false, Ordering::Relaxed) {
            return Ok(None);
        }
        // A session data that is gone tells nobody whether it was said already.
        if self.session_data.take(|key, _| key == LOGIN_MARK).await?.is_empty()
            && self.session_data.is_stored().await?
        {
            return Ok(None);
        }
        sessions::why_ended(&self.db, sessions::key_hash(&self.session_data.id())).await.map(Some)
    }
}
