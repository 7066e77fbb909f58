//! The user or anonymous browser behind one request. Only this module uses the keys of the session data. Session data
//! never proves who a user is: only a row in `sessions` does.

mod admin_area;
mod challenge;
mod changes;
mod flash;
mod form;
mod form_token;
mod kept_secrets;
mod late;
mod lists;
mod log_in;
mod log_in_email;
mod marker;
mod new_codes;
mod new_token;
mod pending_login;
mod return_path;
mod saving;
mod session_data;
mod sign_on_cookie;
mod store;

use crate::audit::Actor;
use crate::clock::is_within;
use crate::db::Db;
use crate::error::Error;
use crate::keys::Keys;
use crate::sessions::{self, Device, EndReason, Limits, Login, TOUCH_INTERVAL};
use crate::users::User;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock};
use tokio::sync::OnceCell;
use tower_sessions::session::Id;

pub use crate::rate_limits::KnownBrowser;
pub use flash::{Flash, Level};
pub use form::SubmittedForm;
pub use form_token::TOKEN_FIELD;
pub use pending_login::PendingLogin;
pub use return_path::{ReturnCookie, is_local_path};
pub use saving::SessionCookie;
pub use session_data::SessionData;
pub use store::purge_session_data;
pub use store::{RedisAddress, SessionDataStore, Store, store};

type Data = std::collections::HashMap<String, serde_json::Value>;

const CHALLENGE: &str = "passkey";
const FLASH: &str = "flash";
const FORM: &str = "form";
const RETURN_TO: &str = "return_to";
const PENDING_LOGIN: &str = "pending_login";
const NEW_CODES: &str = "new_codes";
const NEW_TOKEN: &str = "new_token";
const LOG_IN_EMAIL: &str = "log_in_email";
const REPLACED: &str = "replaced";
/// Expiry of the cookie (unix seconds; 0: when the browser closes), and the user. Stored until the
/// user logs out, or was shown why the log-in ended.
const LOGIN_MARK: &str = "login";
type LoginMark = (i64, String);

/// Lifetime of session data without a log-in. Short, because any client could fill the table.
const ANONYMOUS_LIFETIME: time::Duration = time::Duration::hours(1);
/// Lifetime of a cookie for form tokens, and of session data after its log-in, to show the end reason.
const DAY: time::Duration = time::Duration::days(1);

#[derive(Clone, Debug, Default)]
pub struct RequestInfo {
    pub device: Device,
    /// False for a prefetch.
    pub is_activity: bool,
    pub has_pending: bool,
    pub had_login: bool,
    /// `None` unless a form is sent.
    pub browser: Option<KnownBrowser>,
    pub return_cookie: Option<ReturnCookie>,
    /// `None` unless the admin area has a session of its own.
    pub admin_key: Option<String>,
    /// The hash of the `state` of a log-in with a provider.
    pub sign_on_cookie: Option<String>,
}

/// Reads the log-in from the database only when needed, and only once.
#[derive(Debug)]
pub struct Visitor {
    db: Db,
    session_data: SessionData,
    request: RequestInfo,
    limits: Limits,
    keys: Keys,
    login: OnceCell<Option<Login>>,
    form_token: OnceLock<String>,
    /// The session id that the request came with, if the roles changed since the browser got it.
    renewed_from: OnceLock<Id>,
    /// At first what the cookie says, so that lost session data does not log the user out.
    had_login: AtomicBool,
    /// Whether a message or a form is pending. Read together with the log-in.
    login_has_pending: AtomicBool,
    is_reissued: AtomicBool,
    new_browser: OnceLock<KnownBrowser>,
    new_admin_key: OnceLock<String>,
    return_cookie: Mutex<Option<ReturnCookie>>,
    sign_on_cookie: Mutex<Option<String>>,
    /// The request proved a password or a log-in: its session data does not count towards the rate limit.
    is_proved: AtomicBool,
}

/// Adds the user to all further log lines of the request.
fn log_user(user: &User) {
    tracing::Span::current().record("user", user.id.as_str());
}

impl Visitor {
    pub fn new(db: Db, session_data: SessionData, request: RequestInfo, limits: Limits, keys: Keys) -> Self {
        let (login, form_token) = (OnceCell::new(), OnceLock::new());
        let had_login = request.had_login.into();
        let return_cookie = request.return_cookie.clone().into();
        let sign_on_cookie = request.sign_on_cookie.clone().into();
        Self {
            db,
            session_data,
            request,
            limits,
            keys,
            login,
            form_token,
            renewed_from: OnceLock::new(),
            had_login,
            login_has_pending: AtomicBool::new(false),
            is_reissued: AtomicBool::new(false),
            new_browser: OnceLock::new(),
            new_admin_key: OnceLock::new(),
            return_cookie,
            sign_on_cookie,
            is_proved: AtomicBool::new(false),
        }
    }

    pub fn is_activity(&self) -> bool {
        self.request.is_activity
    }

    pub fn device(&self) -> &Device {
        &self.request.device
    }

    pub fn ip(&self) -> &str {
        &self.request.device.ip
    }

    pub fn browser(&self) -> Option<&KnownBrowser> {
        self.request.browser.as_ref()
    }

    /// Returns `None` unless another user has logged in with it.
    pub fn new_browser(&self) -> Option<&KnownBrowser> {
        self.new_browser.get()
    }

    pub fn actor<'a>(&'a self, user: &'a User) -> Actor<'a> {
        Actor { user: Some(user), ip: self.ip() }
    }

    /// Returns the log-in at the time of the request, unless it expired.
    pub async fn login(&self) -> Result<Option<&Login>, Error> {
        let login = self.login.get_or_try_init(|| self.find_login()).await?;
        Ok(login.as_ref())
    }

    /// The log-in, if this request has already read it.
    pub fn known_login(&self) -> Option<&Login> {
        self.login.get().and_then(Option::as_ref)
    }

    async fn find_login(&self) -> Result<Option<Login>, Error> {
        if self.session_data.is_new() || !self.request.had_login {
            return Ok(None);
        }
        let Some((mut login, login_has_pending)) =
            sessions::find(&self.db, &self.session_data.id(), self.limits).await?
        else {
            return Ok(None);
        };
        self.login_has_pending.store(login_has_pending, Ordering::Relaxed);
        log_user(&login.user);
        if login.must_renew && !self.renew_for_roles(&login).await? {
            return Ok(None);
        }
        self.touch(&mut login).await;
        Ok(Some(login))
    }

    /// Whether the user has logged in with this browser before.
    pub fn is_known_to(&self, user: &User) -> bool {
        self.browser().is_some_and(|browser| browser.is_of(&user.id))
    }

    pub async fn is_sudo(&self) -> Result<bool, Error> {
        Ok(self.login().await?.is_some_and(|login| login.is_recent(&self.db)))
    }

    async fn touch(&self, login: &mut Login) {
        // Often enough for a short idle timeout.
        let interval = TOUCH_INTERVAL.min(self.limits.idle / 4);
        if !self.request.is_activity || is_within(self.db.now(), login.last_seen_at, interval) {
            return;
        }
        // A page is shown even if the database cannot be written to.
        match sessions::touch(&self.db, login).await {
            Ok(at) => login.last_seen_at = at,
            Err(error) => tracing::warn!(%error, "could not update last_seen_at of a session"),
        }
    }

    pub fn cookie_had_login(&self) -> bool {
        self.request.had_login
    }

    /// Only the first of several requests gets the reason.
    pub async fn take_end_reason(&self) -> Result<Option<EndReason>, Error> {
        if self.session_data.is_new() || !self.had_login.swap(false, Ordering::Relaxed) {
            return Ok(None);
        }
        // Without session data it is unknown whether the reason was shown.
        if self.session_data.take(|key, _| key == LOGIN_MARK).await?.is_empty()
            && self.session_data.is_stored().await?
        {
            return Ok(None);
        }
        self.end_reason().await.map(Some)
    }

    /// The reason for which this browser's log-in ended, also if it was shown before.
    pub async fn end_reason(&self) -> Result<EndReason, Error> {
        if self.session_data.is_new() {
            return Ok(EndReason::Unknown);
        }
        sessions::why_ended(&self.db, sessions::key_hash(&self.session_data.id())).await
    }
}
