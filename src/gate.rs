//! Closed unless public: whatever is not on the list asks for a log-in, and what is under /admin for an admin. What
//! changes something also asks for the form token, and what is sensitive for a password typed not long ago.

use crate::posted::Posted;
use app::{Problem, error_page, wants_html};
use axum::Extension;
use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use server::config::UnverifiedMay;
use server::visitor::Level;
use server::{Config, Error, Visitor};
use std::sync::Arc;

/// What strangers may see and do. A page or server function that is not here is closed.
pub const PUBLIC: [&str; 19] = [
    "/",
    "/account/email/confirm",
    "/account/email/undo",
    "/account/recover",
    "/forgot",
    "/login",
    "/login/code",
    "/login/link",
    "/login/mail",
    "/login/mail/code",
    "/login/passkey",
    "/login/passkey/begin",
    "/login/recovery",
    "/logout",
    "/password-strength",
    "/reset",
    "/signup",
    "/verify",
    "/verify/claim",
];

/// What asks for a password typed in the last 15 minutes, unless its own form asks for the password.
pub const SENSITIVE: &[&str] = &[
    "/account/delete",
    "/account/devices/end",
    "/account/devices/end-others",
    "/account/email",
    "/account/export",
    "/account/passkeys/add",
    "/account/passkeys/begin",
    "/account/passkeys/remove",
    "/account/two-factor/confirm",
    "/account/two-factor/enrol",
    "/account/two-factor/off",
    "/account/two-factor/recovery-codes",
    "/admin/sessions/revoke-all",
    "/admin/users/close",
    "/admin/users/delete",
    "/admin/users/give-back",
    "/admin/users/make-admin",
    "/admin/users/open",
    "/admin/users/password",
    "/admin/users/remove-two-factor",
    "/admin/users/unmake-admin",
];

/// What asks for an address that is known to be its owner's, unless `UNVERIFIED_MAY` says otherwise: what reaches other
/// people, what changes the address, and what a stranger would leave behind in the account for its owner: keys, and a
/// second factor.
pub const VERIFIED: [&str; 5] = [
    "/account/email",
    "/account/passkeys/add",
    "/account/passkeys/begin",
    "/account/two-factor/confirm",
    "/account/two-factor/enrol",
];

/// What is open to whoever may do nothing else before that.
const TO_VERIFY: [&str; 1] = ["/verify/resend"];

/// What asks for the password in its own form. Whoever has a second factor is asked for both before, as above.
pub const ASKS_FOR_PASSWORD: [&str; 1] = ["/account/password"];

/// What takes no form token, for one of two reasons. It looks at nobody and changes nothing; or it is for programs, which
/// come without our cookie and prove by a bearer token or a signature who they are: then it must check that itself, and
/// must not look at the visitor.
pub const EXEMPT: [&str; 1] = ["/password-strength"];

/// What becomes of a request.
enum Verdict {
    Pass,
    LogIn,
    TypePassword,
    Verify,
    StaleForm,
    Forbidden,
}

/// The layer. It stands around every page and server function.
pub async fn gate(
    path: MatchedPath,
    Extension(visitor): Extension<Arc<Visitor>>,
    Extension(config): Extension<Arc<Config>>,
    request: Request,
    next: Next,
) -> Response {
    let (request, posted) = match Posted::of(request).await {
        Ok(read) => read,
        Err(problem) => return error_page(problem),
    };
    let html = wants_html(request.headers());
    let is_get = request.method() == Method::GET;
    let here = request.uri().path_and_query().filter(|_| is_get).map(ToString::to_string);
    let turned_away = match judge(path.as_str(), &visitor, &config, posted.as_ref()).await {
        Ok(Verdict::Pass) => return next.run(request).await,
        Ok(Verdict::LogIn) if html => send_to_log_in(&visitor, here, posted).await,
        Ok(Verdict::LogIn) => Ok(error_page(Problem::LoggedOut)),
        Ok(Verdict::TypePassword) if html => ask_for_password(&visitor, here, posted).await,
        Ok(Verdict::TypePassword) => Ok(error_page(Problem::PasswordNeeded)),
        Ok(Verdict::Verify) if html => send_to_verify(&visitor).await,
        Ok(Verdict::Verify) => Ok(error_page(Problem::Forbidden)),
        Ok(Verdict::StaleForm) => refuse_form(&visitor, posted.filter(|_| html)).await,
        Ok(Verdict::Forbidden) => Ok(error_page(Problem::Forbidden)),
        Err(error) => Err(error),
    };
    turned_away.unwrap_or_else(|error| error_page(error.into()))
}

async fn judge(
    path: &str,
    visitor: &Visitor,
    config: &Config,
    posted: Option<&Posted>,
) -> Result<Verdict, Error> {
    if !PUBLIC.contains(&path) {
        match visitor.login().await? {
            None => return Ok(Verdict::LogIn),
            Some(login) if is_admins(path) && !login.user.is_admin => {
                tracing::warn!(user = %login.user.id, ip = visitor.ip(), "no admin, and turned away");
                return Ok(Verdict::Forbidden);
            }
            Some(login) if login.user.email_verified_at.is_none() && !may(config.unverified_may, path) => {
                return Ok(Verdict::Verify);
            }
            Some(login) => drop(tracing::Span::current().record("user", login.user.id.as_str())),
        }
    }
    if posted.is_some_and(|posted| !EXEMPT.contains(&path) && !visitor.accepts(posted.token())) {
        tracing::warn!(ip = visitor.ip(), "a form without its token");
        return Ok(Verdict::StaleForm);
    }
    if is_sensitive(path, visitor).await? && !visitor.typed_password_lately().await? {
        return Ok(Verdict::TypePassword);
    }
    Ok(Verdict::Pass)
}

async fn is_sensitive(path: &str, visitor: &Visitor) -> Result<bool, Error> {
    if !ASKS_FOR_PASSWORD.contains(&path) {
        return Ok(SENSITIVE.contains(&path));
    }
    Ok(visitor.login().await?.is_some_and(|login| login.user.second_factor_at.is_some()))
}

fn is_admins(path: &str) -> bool {
    path == "/admin" || path.starts_with("/admin/")
}

/// Whether this is open to somebody whose address may be another's.
fn may(unverified_may: UnverifiedMay, path: &str) -> bool {
    match unverified_may {
        UnverifiedMay::Everything => true,
        UnverifiedMay::Most => !VERIFIED.contains(&path),
        UnverifiedMay::Nothing => TO_VERIFY.contains(&path),
    }
}

async fn send_to_verify(visitor: &Visitor) -> Result<Response, Error> {
    visitor.flash(Level::Info, "Please confirm your address first.").await?;
    Ok(Redirect::to("/verify").into_response())
}

async fn send_to_log_in(
    visitor: &Visitor,
    here: Option<String>,
    posted: Option<Posted>,
) -> Result<Response, Error> {
    if visitor.is_activity() {
        let is_kept = come_back(visitor, here, posted).await?;
        let kept = if is_kept { " What you typed is kept, but not saved yet." } else { "" };
        match visitor.take_ending().await? {
            Some(ending) => {
                visitor
                    .flash(Level::Warning, format!("You were signed out. {}{kept}", ending.told()))
                    .await?;
            }
            None => visitor.flash(Level::Info, "Please log in to go on.").await?,
        }
    }
    Ok(Redirect::to("/login").into_response())
}

async fn ask_for_password(
    visitor: &Visitor,
    here: Option<String>,
    posted: Option<Posted>,
) -> Result<Response, Error> {
    come_back(visitor, here, posted).await?;
    visitor.flash(Level::Info, "This needs your password once more. Then you are taken back.").await?;
    Ok(Redirect::to("/reauthenticate").into_response())
}

async fn refuse_form(visitor: &Visitor, posted: Option<Posted>) -> Result<Response, Error> {
    if let Some(posted) = posted {
        posted.keep(visitor).await?;
    }
    Ok(error_page(Problem::StaleForm))
}

/// Remembers where somebody wanted to go, or where the form stands that they sent, and what they typed; says whether
/// they typed anything.
async fn come_back(visitor: &Visitor, here: Option<String>, posted: Option<Posted>) -> Result<bool, Error> {
    let is_kept = match &posted {
        Some(posted) => posted.keep(visitor).await?,
        None => false,
    };
    if let Some(path) = here.or_else(|| posted.and_then(|posted| posted.page)) {
        visitor.return_to(&path).await?;
    }
    Ok(is_kept)
}
