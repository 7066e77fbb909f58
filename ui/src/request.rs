//! `Cx`: the current request, for pages and server functions. A page gets it as its argument; a server function begins
//! with `let cx = cx()?;`.

mod cookies;

use crate::assets::Assets;
use crate::preferences::{Preferences, time_zone};
use crate::problem::Problem;
use crate::referer::came_from;
use crate::state::AppState;
use axum::extract::{Query, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};
use jiff::tz::TimeZone;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use server::keys::Keys;
use server::live::{Live, Push, To};
use server::rate_limits::InMemory;
use server::sessions::{Limits, Login};
use server::users::Role;
use server::visitor::{Level, SubmittedForm};
use server::{Config, Db, FieldErrors, Id, Scope, User, Visitor, accounts};
use std::sync::Arc;

#[derive(Clone, Debug)]
pub struct Cx {
    pub db: Db,
    pub config: Arc<Config>,
    pub assets: Assets,
    pub limits_in_memory: InMemory,
    pub live: Live,
    /// The client of the request, logged in or not.
    pub visitor: Arc<Visitor>,
    /// Theme, time zone and language of the browser.
    pub preferences: Preferences,
    /// Only the headers with cookies.
    cookies: Arc<HeaderMap>,
    last_event_id: Option<String>,
    uri: Uri,
    came_from: Option<String>,
    /// Whether another site began the request. The browser then sends no cookie with `SameSite=Strict`.
    pub is_cross_site: bool,
    path_values: Vec<(String, String)>,
    /// Headers of the response. `None` for a page, which returns a `Page`.
    response: Option<ResponseOptions>,
}

const LAST_EVENT_ID: &str = "last-event-id";

/// Returns the current request of a server function.
pub fn cx() -> Result<Cx, Problem> {
    let cx = use_context::<Cx>().ok_or_else(|| missing("Cx"))?;
    Ok(Cx { response: use_context(), ..cx })
}

fn missing(what: &str) -> Problem {
    tracing::error!(what, "a request went past the layer that provides this");
    Problem::Internal
}

impl Cx {
    /// `path_values` are the values of the path's `{placeholders}`.
    pub fn of(request: &Request, path_values: Vec<(String, String)>) -> Result<Self, Problem> {
        let extensions = request.extensions();
        let AppState { db, config, assets, limits_in_memory, live } =
            extensions.get().cloned().ok_or_else(|| missing("AppState"))?;
        let visitor = extensions.get().cloned().ok_or_else(|| missing("Visitor"))?;
        let uri = request.uri().clone();
        let cookies = request.headers().get_all(header::COOKIE).iter();
        let cookies = Arc::new(cookies.map(|line| (header::COOKIE, line.clone())).collect());
        let last_event_id = request.headers().get(LAST_EVENT_ID).and_then(|id| id.to_str().ok());
        let (preferences, came_from) = (Preferences::of(request.headers()), came_from(request.headers()));
        let is_cross_site = request.headers().get("sec-fetch-site").is_some_and(|site| site == "cross-site");
        Ok(Self {
            db,
            config,
            assets,
            limits_in_memory,
            live,
            visitor,
            preferences,
            cookies,
            last_event_id: last_event_id.map(str::to_owned),
            uri,
            came_from,
            is_cross_site,
            path_values,
            response: None,
        })
    }

    /// Lifetimes of sessions.
    pub fn limits(&self) -> Limits {
        self.config.limits
    }

    /// The user's setting, else the zone of the browser, else UTC.
    pub fn time_zone(&self) -> TimeZone {
        let user = self.visitor.known_login().map(|login| login.user.time_zone.as_str());
        let names = user.into_iter().chain([self.preferences.time_zone.as_str()]);
        names.filter_map(time_zone).next().unwrap_or(TimeZone::UTC)
    }

    /// The browser's preferred language, for example `de-AT`, else English.
    pub fn language(&self) -> &str {
        &self.preferences.language
    }

    /// The id of the last event that the browser got, from the header of that name.
    pub fn last_event_id(&self) -> Option<&str> {
        self.last_event_id.as_deref()
    }

    /// The keys that are derived from the secrets.
    pub fn keys(&self) -> &Keys {
        &self.config.session_keys
    }

    /// Returns the visitor's log-in, or `Unauthenticated`.
    pub async fn login(&self) -> Result<Login, Problem> {
        self.visitor.login().await?.cloned().ok_or(Problem::Unauthenticated)
    }

    /// Returns the logged-in user, or `Unauthenticated`.
    pub async fn user(&self) -> Result<User, Problem> {
        Ok(self.login().await?.user)
    }

    /// The logged-in user as the owner of rows, or `Unauthenticated`.
    pub async fn scope(&self) -> Result<Scope, Problem> {
        Ok(Scope::of(&self.user().await?))
    }

    /// Returns the user if this role is active. A second check, in case the guard fails.
    pub async fn user_with(&self, role: Role) -> Result<User, Problem> {
        let login = self.login().await?;
        if login.role() == role { Ok(login.user) } else { Err(Problem::Forbidden) }
    }

    pub async fn admin(&self) -> Result<User, Problem> {
        self.user_with(Role::Admin).await
    }

    /// Returns the value of `name` in the query, or an empty text.
    pub fn query(&self, name: &str) -> String {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(&self.uri).unwrap_or_default();
        value_of(name, pairs.0)
    }

    /// The path of the request, with its query.
    pub fn path_and_query(&self) -> &str {
        self.uri.path_and_query().map_or("/", |path| path.as_str())
    }

    /// Returns the page number in the query, from 1.
    pub fn page_number(&self) -> i64 {
        self.query("page").parse().unwrap_or(1).max(1)
    }

    /// Returns the value of `{name}` in the path, or an empty text.
    pub fn path_value(&self, name: &str) -> String {
        value_of(name, self.path_values.clone())
    }

    /// Returns the path's `{id}`, or `NotFound` if it is not an id.
    pub fn path_id<T>(&self) -> Result<Id<T>, Problem> {
        parse_id(&self.path_value("id"))
    }

    /// Stores a flash message for the next page.
    pub async fn flash(&self, level: Level, text: impl Into<String>) -> Result<(), Problem> {
        Ok(self.visitor.flash(level, text).await?)
    }

    /// Returns the input and the field errors of a form that `back_to` sent back to `path`.
    pub async fn submitted(&self, path: &str) -> Result<SubmittedForm, Problem> {
        Ok(self.visitor.take_form(path).await?)
    }

    /// Redirects to the form at `path` with its input, never a password, and its field errors.
    pub async fn back_to(
        &self,
        path: &str,
        values: &[(&str, &str)],
        errors: &FieldErrors,
    ) -> Result<(), Problem> {
        self.visitor.keep_form(path, values, errors).await?;
        self.redirect(path)
    }

    /// Returns the typed address, or the error for its field. The answer does not depend on who has an account.
    pub async fn typed_email(&self, typed: &str) -> Result<String, FieldErrors> {
        let email = accounts::parse_email(typed).map_err(|message| FieldErrors::one("email", message))?;
        self.config.mail.check_address(&email).await.map(|()| email)
    }

    /// Whether an account may have this address: `ALLOWED_EMAIL_DOMAINS`, and that it can get email.
    pub async fn check_new_email(&self, email: &str) -> Result<(), FieldErrors> {
        if !self.config.single_sign_on.allows(email.trim()) {
            let domains = self.config.single_sign_on.allowed_domains.join(" or ");
            return Err(FieldErrors::one("email", format!("Please use an address at {domains}.")));
        }
        self.config.mail.check_address(email).await
    }

    /// Makes the response a file download.
    pub fn download(&self, name: &'static str) -> Result<(), Problem> {
        let disposition = HeaderValue::try_from(format!("attachment; filename=\"{name}\""));
        self.set_header(header::CONTENT_DISPOSITION, disposition.map_err(|_| Problem::Internal)?);
        Ok(())
    }

    /// Redirects to a path of this site, or to the address of a provider. `actions.rs` converts it for the client.
    pub fn redirect(&self, path: &str) -> Result<(), Problem> {
        self.set_header(header::LOCATION, path.parse().map_err(|_| Problem::Internal)?);
        Ok(())
    }

    /// The path of the page that the request came from, if it belongs to this site.
    pub fn came_from(&self) -> Option<&str> {
        self.came_from.as_deref()
    }

    /// Sends a push to open tabs. A failure is logged only: it is never worth an error page.
    pub fn push(&self, to: To, push: Push) {
        if let Err(error) = self.live.push(to, push) {
            tracing::warn!(%error, "a push to open tabs was not sent");
        }
    }

    fn set_header(&self, name: HeaderName, value: HeaderValue) {
        if let Some(response) = &self.response {
            response.insert_header(name, value);
        }
    }
}

/// Parses an id; returns `NotFound` if it is not one.
pub fn parse_id<T>(id: &str) -> Result<Id<T>, Problem> {
    id.parse().map_err(|_| Problem::NotFound)
}

fn value_of(name: &str, pairs: Vec<(String, String)>) -> String {
    pairs.into_iter().find(|(one, _)| one == name).map(|(_, value)| value).unwrap_or_default()
}
