//! The bridge from a page or a server function to the domain: who asks, for what, on which database.
#![allow(dead_code)] // pages take what they need, and which pages a product has is open

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

/// A request's name in the logs and in its answer.
#[derive(Clone, Debug)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// A new one.
    #[allow(clippy::new_without_default)] // a default that differs each time would surprise
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

/// The database.
pub fn db() -> Result<Db, Problem> {
    extension()
}

/// Who asks, logged in or not.
pub fn visitor() -> Result<Arc<Visitor>, Problem> {
    extension()
}

/// Where the browser's files are.
pub fn assets() -> Result<Assets, Problem> {
    extension()
}

/// The settings.
pub fn config() -> Result<Arc<Config>, Problem> {
    extension()
}

/// How long log-ins last.
pub fn limits() -> Result<Limits, Problem> {
    Ok(config()?.limits)
}

/// The keys made from the secrets.
pub fn keys() -> Result<Keys, Problem> {
    Ok(config()?.session_keys.clone())
}

/// Where passkeys are good, if they can be.
pub fn relying_party() -> Result<Option<RelyingParty>, Problem> {
    Ok(RelyingParty::of(&config()?.public_url, brand::NAME)?)
}

/// The product's address as a browser names it: without a path.
pub fn public_origin() -> Result<String, Problem> {
    Ok(config()?.public_url.origin().ascii_serialization())
}

/// The log-in of whoever asks.
pub async fn login() -> Result<Login, Problem> {
    visitor()?.login().await?.cloned().ok_or(Problem::Unauthenticated)
}

/// The logged-in person who asks.
pub async fn user() -> Result<User, Problem> {
    Ok(login().await?.user)
}

/// The admin who asks. The guard has refused everybody else already; this holds even if it had not.
pub async fn admin() -> Result<User, Problem> {
    user().await.and_then(|user| if user.is_admin { Ok(user) } else { Err(Problem::Forbidden) })
}

/// The value of `name` in the query, or empty.
pub fn query(name: &str) -> String {
    let Some(parts) = use_context::<Parts>() else {
        return String::new();
    };
    let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
    let found = pairs.ok().and_then(|pairs| pairs.0.into_iter().find(|(key, _)| key == name));
    found.map(|(_, value)| value).unwrap_or_default()
}

/// Selection page of a list is asked for, from 1.
pub fn page_number() -> i64 {
    query("page").parse().unwrap_or(1).max(1)
}

/// What stands in the path in place of `{name}`, or nothing.
pub fn path_value(name: &str) -> String {
    let params = use_context::<PathParams>().unwrap_or_default();
    let found = params.0.into_iter().find(|(one, _)| one == name);
    found.map(|(_, value)| value).unwrap_or_default()
}

/// The row that the path's `{id}` names.
pub fn path_id() -> Result<Id, Problem> {
    parse_id(&path_value("id"))
}

/// The row that a form's field names; what is no id names no row.
pub fn parse_id(id: &str) -> Result<Id, Problem> {
    id.parse().map_err(|_| Problem::NotFound)
}

/// Leaves a message for the next page.
pub async fn flash(level: Level, text: impl Into<String>) -> Result<(), Problem> {
    Ok(visitor()?.flash(level, text).await?)
}

/// What was typed into the form at `path` and did not pass, if it is shown again.
pub async fn typed(path: &str) -> Result<Form, Problem> {
    Ok(visitor()?.take_form(path).await?)
}

/// Sends a person back to the form at `path` with what they typed, never a password, and what is wrong with it.
pub async fn back_to(path: &str, typed: &[(&str, &str)], mistakes: &FieldErrors) -> Result<(), Problem> {
    visitor()?.keep_form(path, typed, mistakes).await?;
    redirect(path);
    Ok(())
}

/// A try that may be made, or the answer to one too many.
pub fn counted(attempt: Result<Attempt, RetryAfter>) -> Result<Attempt, Problem> {
    attempt.map_err(|RetryAfter(time)| {
        let seconds = HeaderValue::from(time.as_secs() + 1);
        if let Some(response) = use_context::<ResponseOptions>() {
            response.insert_header(header::RETRY_AFTER, seconds);
        }
        Problem::TooManyRequests
    })
}

/// Makes the answer a file that the browser keeps.
pub fn download(name: &str) {
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    if let (Some(response), Ok(disposition)) = (use_context::<ResponseOptions>(), disposition) {
        response.insert_header(header::CONTENT_DISPOSITION, disposition);
    }
}

/// Sends the browser on to a path of this site. `actions.rs` turns it into the answer that the client wants.
pub fn redirect(path: &str) {
    let location = HeaderValue::from_str(path);
    if let (Some(response), Ok(location)) = (use_context::<ResponseOptions>(), location) {
        response.insert_header(header::LOCATION, location);
    }
}
