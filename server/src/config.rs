//! All settings, read once from the environment; all mistakes are reported together. No other module reads the
//! environment.

mod app_env;
mod client_tokens;
mod cors;
#[cfg(feature = "testing")]
pub mod for_tests;
mod limits;
mod mail;
mod misspelt;
mod postgres;
mod proxies;
mod public_url;
mod secret;
mod session_cookie;
mod session_data;
mod settings;
mod single_sign_on;
mod site;
mod unverified;

use crate::db::DatabaseUrl;
use crate::field_errors::FieldErrors;
use crate::keys::Keys;
use crate::live::bus::BusUrl;
use crate::mail::MailSettings;
use crate::sessions::Limits;
use crate::single_sign_on::SingleSignOn;
use crate::visitor::SessionDataStore;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

pub use app_env::AppEnv;
pub use client_tokens::ClientTokens;
use misspelt::misspelt;
pub use proxies::TrustedProxies;
use proxies::ignored_redirect;
use public_url::{allowed_hosts, public_url, wrong_port};
pub use session_cookie::CookieSettings;
use settings::{Settings, duration, is_json, on_or_off};
pub use site::Site;
pub use unverified::UnverifiedMay;

/// If `APP_ENV` is missing on a server, the strict rules apply.
const DEFAULT_ENV: &str = if cfg!(debug_assertions) { "development" } else { "production" };

/// `.env.example` explains each setting.
#[derive(Clone, Debug)]
pub struct Config {
    pub env: AppEnv,
    pub database_url: DatabaseUrl,
    pub migrate: bool,
    pub session_keys: Keys,
    pub public_url: Url,
    /// Host names besides that of `public_url`, in lower case.
    pub allowed_hosts: Arc<[String]>,
    pub limits: Limits,
    /// The idle limit of the admin area, if it has a session of its own.
    pub admin_session: Option<Duration>,
    pub session_cookie: CookieSettings,
    pub session_data_store: SessionDataStore,
    pub trusted_proxies: TrustedProxies,
    pub redirect_to_https: bool,
    pub mail: MailSettings,
    pub unverified_may: UnverifiedMay,
    /// Accounts that are not confirmed by then are deleted. Zero: never.
    unverified_lifetime: Duration,
    pub magic_links: bool,
    pub welcome_email: bool,
    pub deletion_grace: Duration,
    /// Whether browsers keep a stream open.
    pub live_tabs: bool,
    pub bus: BusUrl,
    /// Whether users have access tokens and programs have an API.
    pub api: bool,
    /// Other sites whose scripts may use the API.
    pub api_cors_origins: Arc<[String]>,
    pub client_tokens: ClientTokens,
    pub single_sign_on: SingleSignOn,
    pub json_logs: bool,
    pub site: Site,
    /// For the log of the start.
    pub warnings: Vec<String>,
}

impl Config {
    pub fn from_env(env_file: &Path) -> Result<Self, FieldErrors> {
        let known = RefCell::new(BTreeSet::new());
        #[allow(clippy::disallowed_methods)] // the only place that reads the environment
        let get = |name: &str| {
            known.borrow_mut().insert(name.to_owned());
            std::env::var(name).ok()
        };
        let mut config = Self::read_or_make_secret(get, env_file)?;
        #[allow(clippy::disallowed_methods)]
        let set = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        config.warnings.extend(misspelt(set, &known.into_inner()));
        Ok(config)
    }

    /// Like `read`. In development, if there is no secret yet, makes one and appends it to `env_file`.
    pub fn read_or_make_secret(
        get: impl Fn(&str) -> Option<String>,
        env_file: &Path,
    ) -> Result<Self, FieldErrors> {
        let is_set = |name: &str| get(name).is_some_and(|text| !text.trim().is_empty());
        let env = get("APP_ENV").filter(|_| is_set("APP_ENV")).unwrap_or_else(|| DEFAULT_ENV.to_owned());
        if is_set("SESSION_SECRET") || env.trim() != "development" {
            return Self::read(get);
        }
        let secret = secret::append_random(env_file).map_err(|error| {
            FieldErrors::one(
                "SESSION_SECRET",
                format!("could not be written to {}: {error}", env_file.display()),
            )
        })?;
        let mut config =
            Self::read(|name| if name == "SESSION_SECRET" { Some(secret.clone()) } else { get(name) })?;
        config.warnings.push(format!("wrote a random SESSION_SECRET to {}", env_file.display()));
        Ok(config)
    }

    /// Where this machine reaches the product, without the other settings.
    pub fn address() -> Result<SocketAddr, FieldErrors> {
        #[allow(clippy::disallowed_methods)] // the only place that reads the environment
        let get = |name: &str| std::env::var(name).ok();
        let mut settings = Settings { get, mistakes: FieldErrors::default() };
        settings.site(false).map(|site| site.address).ok_or(settings.mistakes)
    }

    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, FieldErrors> {
        let mut settings = Settings { get, mistakes: FieldErrors::default() };
        let env = settings.parse("APP_ENV", DEFAULT_ENV, AppEnv::from_str);
        let production = env == Some(AppEnv::Production);
        // A wrong environment file must not start production on a new, empty database.
        let default_database = if production { "" } else { "sqlite:data/app.db" };
        let database_url = settings.parse("DATABASE_URL", default_database, DatabaseUrl::from_str);
        let migrate = settings.parse("DATABASE_MIGRATE", "true", on_or_off);
        let session_keys = settings.parse("SESSION_SECRET", "", Keys::from_str);
        let site = settings.site(production);
        let port = site.as_ref().map_or(0, |site| site.address.port());
        let default_url = if production { String::new() } else { format!("http://localhost:{port}") };
        let public_url = settings.parse("PUBLIC_URL", &default_url, |url| public_url(url, production));
        let allowed_hosts = settings.parse("ALLOWED_HOSTS", "", allowed_hosts);
        let limits = settings.limits();
        let admin_session = settings.admin_session();
        let session_cookie = settings.session_cookie(production, public_url.as_ref(), allowed_hosts.as_ref());
        let session_data_store = settings.session_data_store();
        let trusted_proxies =
            settings.parse("TRUSTED_PROXIES", if production { "" } else { "none" }, TrustedProxies::from_str);
        let redirect_to_https = settings.parse("REDIRECT_TO_HTTPS", "false", on_or_off);
        let no_redirect = ignored_redirect(redirect_to_https, trusted_proxies.as_ref());
        let warnings = public_url
            .iter()
            .filter_map(|url| wrong_port(url, port))
            .chain(no_redirect)
            .chain(postgres::ignored_parameters(&settings.get))
            .collect();
        let mail = settings.mail(production, public_url.as_ref());
        let unverified_may = settings.parse("UNVERIFIED_MAY", "most", UnverifiedMay::from_str);
        let unverified_lifetime = settings.parse("UNVERIFIED_DAYS", "30", |n| duration(n, 86_400, 0..=365));
        let magic_links = settings.parse("MAGIC_LINKS", "false", on_or_off);
        let welcome_email = settings.parse("WELCOME_EMAIL", "false", on_or_off);
        let deletion_grace = settings.parse("DELETION_DAYS", "14", |n| duration(n, 86_400, 0..=365));
        let live_tabs = settings.parse("LIVE_TABS", "true", on_or_off);
        let bus = settings.parse("BUS_URL", "", BusUrl::from_str);
        let api = settings.parse("API", "false", on_or_off);
        let client_tokens = settings.client_tokens(api);
        let api_cors_origins = settings.parse("API_CORS_ORIGINS", "", cors::origins);
        let single_sign_on = settings.single_sign_on(admin_session.flatten().is_some());
        let json_logs = settings.parse("LOG_FORMAT", if production { "json" } else { "text" }, is_json);
        // None of these is `None`, unless there is a mistake.
        let read = || {
            Some(Self {
                env: env?,
                database_url: database_url?,
                migrate: migrate?,
                session_keys: session_keys?,
                public_url: public_url?,
                allowed_hosts: allowed_hosts?,
                limits: limits?,
                admin_session: admin_session?,
                session_cookie: session_cookie?,
                session_data_store: session_data_store?,
                trusted_proxies: trusted_proxies?,
                redirect_to_https: redirect_to_https?,
                mail: mail?,
                unverified_may: unverified_may?,
                unverified_lifetime: unverified_lifetime?,
                magic_links: magic_links?,
                welcome_email: welcome_email?,
                deletion_grace: deletion_grace?,
                live_tabs: live_tabs?,
                bus: bus?,
                api: api?,
                api_cors_origins: api_cors_origins?,
                client_tokens: client_tokens?,
                single_sign_on: single_sign_on?,
                json_logs: json_logs?,
                site: site?,
                warnings,
            })
        };
        read().ok_or(settings.mistakes)
    }

    /// Cookies are `Secure` only then: over plain HTTP, some browsers would reject those.
    pub fn is_production(&self) -> bool {
        self.env == AppEnv::Production
    }

    pub fn is_development(&self) -> bool {
        self.env == AppEnv::Development
    }

    /// The lifetime of an account whose address is not confirmed. `None` if it is kept, also while no email can be
    /// sent: its user could not confirm it.
    pub fn unverified_lifetime(&self) -> Option<Duration> {
        Some(self.unverified_lifetime).filter(|lifetime| !lifetime.is_zero() && self.mail.can_send())
    }
}
