//! Closed unless public: whatever is not on the list asks for a log-in, and what is under /admin for an admin. What
//! changes something also asks for the form token, and what is sensitive for a password typed not long ago.

use crate::posted::Posted;
use crate::refusals::{
    ask_for_password, look_again_if_late, refuse_form, send_late, send_to_log_in, send_to_verify,
};
use app::{Problem, error_page, wants_html};
use axum::Extension;
use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use server::config::UnverifiedMay;
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
    Late,
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
    Extension(posted): Extension<Option<Arc<Posted>>>,
    request: Request,
    next: Next,
) -> Response {
    let html = wants_html(request.headers());
    let is_get = request.method() == Method::GET;
    let own = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let here = is_get.then(|| own.clone());
    let posted = posted.as_deref();
    let turned_away = match judge(path.as_str(), &visitor, &config, posted).await {
        Ok(Verdict::Pass) if is_get && html => {
            look_again_if_late(&visitor, &own, next.run(request).await).await
        }
        Ok(Verdict::Pass) => return next.run(request).await,
        Ok(Verdict::LogIn) if html => send_to_log_in(&visitor, here, posted).await,
        Ok(Verdict::LogIn) => Ok(error_page(Problem::LoggedOut)),
        Ok(Verdict::Late) if html => send_late(&visitor, here, own, posted).await,
        Ok(Verdict::Late) => Ok(error_page(Problem::LoggedOut)),
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
            None if visitor.is_late().await? => return Ok(Verdict::Late),
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
    if let Some(posted) = posted.filter(|_| !EXEMPT.contains(&path)) {
        let is_ours = visitor.accepts(posted.token());
        // The token of a replaced id is as dead as the id.
        if (!is_ours || visitor.login().await?.is_none()) && visitor.is_late().await? {
            return Ok(Verdict::Late);
        }
        if !is_ours {
            tracing::warn!(ip = visitor.ip(), "a form without its token");
            return Ok(Verdict::StaleForm);
        }
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
