//! Access from pages and server functions to the request: the visitor, path and query values, and the database.
#![allow(dead_code)] // a product may remove the pages that use some of these functions

use crate::assets::Assets;
use crate::brand;
use crate::problem::Problem;

use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use server::accounts::passkeys::RelyingParty;
use server::keys::Keys;
use server::rate_limits::{Attempt, RetryAfter};
use server::sessions::{Limits, Login};
use server::visitor::{Form, Level};
use server::{Config, Db, FieldErrors, Id, User, Visitor};
use std::sync::Arc;

/// The values of a path's `{placeholders}`.
#[derive(Clone, Debug, Default)]
pub struct PathParams(pub Vec<(String, String)>);

/// Id of a request in the logs and in its response.
#[derive(Clone, Debug)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// Makes a new id.
    #[allow(clippy::new_without_default)] // a default that differs each time would be surprising
    pub fn new() -> Self {
        Self(Id::new().as_str().into())
    }
}

impl std::fmt::Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

fn extension<T: Clone + Send + Sync + 'static>() -> Result<T, Problem> {
    let found = use_context::<Parts>().and_then(|parts| parts.extensions.get::<T>().cloned());
    found.ok_or_else(|| {
        tracing::error!(
            wanted = std::any::type_name::<T>(),
            "a request went past the layer that provides this"
        );
        Problem::Internal
    })
}

pub fn db() -> Result<Db, Problem> {
    extension()
}

/// The client of the request, logged in or not.
pub fn visitor() -> Result<Arc<Visitor>, Problem> {
    extension()
}

/// Paths of the browser's files.
pub fn assets() -> Result<Assets, Problem> {
    extension()
}

/// The settings.
pub fn config() -> Result<Arc<Config>, Problem> {
    extension()
}

/// Lifetimes of log-ins.
pub fn limits() -> Result<Limits, Problem> {
    Ok(config()?.limits)
}

/// The keys that are derived from the secrets.
pub fn keys() -> Result<Keys, Problem> {
    Ok(config()?.session_keys.clone())
}

/// The relying party of passkeys, if they are possible.
pub fn relying_party() -> Result<Option<RelyingParty>, Problem> {
    Ok(RelyingParty::of(&config()?.public_url, brand::NAME)?)
}

/// The product's origin: its address without a path.
pub fn public_origin() -> Result<String, Problem> {
    Ok(config()?.public_url.origin().ascii_serialization())
}

/// Returns the visitor's log-in, or `Unauthenticated`.
pub async fn login() -> Result<Login, Problem> {
    visitor()?.login().await?.cloned().ok_or(Problem::Unauthenticated)
}

/// Returns the logged-in user, or `Unauthenticated`.
pub async fn user() -> Result<User, Problem> {
    Ok(login().await?.user)
}

/// Returns the user if they are an admin. A second check, in case the guard fails.
pub async fn admin() -> Result<User, Problem> {
    user().await.and_then(|user| if user.is_admin { Ok(user) } else { Err(Problem::Forbidden) })
}

/// Returns the value of `name` in the query, or an empty text.
pub fn query(name: &str) -> String {
    let Some(parts) = use_context::<Parts>() else {
        return String::new();
    };
    let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
    let found = pairs.ok().and_then(|pairs| pairs.0.into_iter().find(|(key, _)| key == name));
    found.map(|(_, value)| value).unwrap_or_default()
}

/// Returns the page number in the query, from 1.
pub fn page_number() -> i64 {
    query("page").parse().unwrap_or(1).max(1)
}

/// Returns the value of `{name}` in the path, or an empty text.
pub fn path_value(name: &str) -> String {
    let params = use_context::<PathParams>().unwrap_or_default();
    let found = params.0.into_iter().find(|(one, _)| one == name);
    found.map(|(_, value)| value).unwrap_or_default()
}

/// Returns the path's `{id}`, or `NotFound` if it is not an id.
pub fn path_id() -> Result<Id, Problem> {
    parse_id(&path_value("id"))
}

/// Parses an id; returns `NotFound` if it is not one.
pub fn parse_id(id: &str) -> Result<Id, Problem> {
    id.parse().map_err(|_| Problem::NotFound)
}

/// Stores a flash message for the next page.
pub async fn flash(level: Level, text: impl Into<String>) -> Result<(), Problem> {
    Ok(visitor()?.flash(level, text).await?)
}

/// Returns the input that was rejected at `path`, if it has to be shown again.
pub async fn typed(path: &str) -> Result<Form, Problem> {
    Ok(visitor()?.take_form(path).await?)
}

/// Redirects to the form at `path` with its input, never a password, and its field errors.
pub async fn back_to(path: &str, typed: &[(&str, &str)], mistakes: &FieldErrors) -> Result<(), Problem> {
    visitor()?.keep_form(path, typed, mistakes).await?;
    redirect(path);
    Ok(())
}

/// Returns the attempt, or an error if it exceeds the rate limit.
pub fn counted(attempt: Result<Attempt, RetryAfter>) -> Result<Attempt, Problem> {
    attempt.map_err(|RetryAfter(time)| {
        let seconds = HeaderValue::from(time.as_secs() + 1);
        if let Some(response) = use_context::<ResponseOptions>() {
            response.insert_header(header::RETRY_AFTER, seconds);
        }
        Problem::TooManyRequests
    })
}

/// Makes the response a file download.
pub fn download(name: &str) {
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    if let (Some(response), Ok(disposition)) = (use_context::<ResponseOptions>(), disposition) {
        response.insert_header(header::CONTENT_DISPOSITION, disposition);
    }
}

/// Redirects to a path of this site. `actions.rs` converts it for the client.
pub fn redirect(path: &str) {
    let location = HeaderValue::from_str(path);
    if let (Some(response), Ok(location)) = (use_context::<ResponseOptions>(), location) {
        response.insert_header(header::LOCATION, location);
    }
}
