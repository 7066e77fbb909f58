//! Enforces the rule of each route (`app/src/routes.rs`): access, a recent password, a verified address, and the form
//! token of requests that change something.

use crate::form_body::FormBody;
use crate::guard_redirects::{
    keep_if_limited, redirect_late, refuse_form, refuse_role, reload_if_late, send_to_log_in,
    send_to_reauthenticate, send_to_verify,
};
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use server::config::UnverifiedMay;
use server::users::Role;
use server::{Config, Error, Visitor};
use std::sync::Arc;
use ui::rule::{Access, Rule, Sudo, Verified};
use ui::{AppState, Problem, problem_response, wants_html};

enum Decision {
    Pass,
    LogIn,
    /// The session id was replaced while the request was on its way.
    Late,
    Reauthenticate,
    Verify,
    StaleForm,
    AlreadyLoggedOut,
    Forbidden,
    OtherRole,
}

/// Its form is accepted after a log-out too: a second tab may log out after the first one.
const LOG_OUT: &str = "/logout";

pub async fn guard(
    State(rule): State<Rule>,
    Extension(visitor): Extension<Arc<Visitor>>,
    Extension(state): Extension<AppState>,
    Extension(posted): Extension<Option<Arc<FormBody>>>,
    request: Request,
    next: Next,
) -> Response {
    let html = wants_html(request.headers());
    let is_get = request.method() == Method::GET;
    let own = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let return_path = is_get.then(|| rule.returns_to.map_or_else(|| own.clone(), str::to_owned));
    let posted = posted.as_deref();
    let refused = match decide(rule, &own, &visitor, &state.config, posted).await {
        Ok(Decision::Pass) if is_get && html => reload_if_late(&visitor, &own, next.run(request).await).await,
        Ok(Decision::Pass) => {
            keep_if_limited(&visitor, posted.filter(|_| html), next.run(request).await).await
        }
        Ok(Decision::LogIn) if html => send_to_log_in(&visitor, return_path, posted).await,
        Ok(Decision::LogIn) => Ok(problem_response(Problem::Unauthenticated)),
        Ok(Decision::Late) if html => redirect_late(&visitor, return_path, own, posted).await,
        Ok(Decision::Late) => Ok(problem_response(Problem::Unauthenticated)),
        Ok(Decision::Reauthenticate) if html => send_to_reauthenticate(&visitor, return_path, posted).await,
        Ok(Decision::Reauthenticate) => Ok(problem_response(Problem::PasswordNeeded)),
        Ok(Decision::Verify) if html => send_to_verify(&visitor).await,
        Ok(Decision::Verify) => Ok(problem_response(Problem::Forbidden)),
        Ok(Decision::AlreadyLoggedOut) => Ok(Redirect::to("/login").into_response()),
        Ok(Decision::StaleForm) => refuse_form(&visitor, posted.filter(|_| html)).await,
        Ok(Decision::Forbidden) => Ok(problem_response(Problem::Forbidden)),
        Ok(Decision::OtherRole) => refuse_role(&visitor, return_path.filter(|_| html)).await,
        Err(error) => Err(error),
    };
    refused.unwrap_or_else(|error| problem_response(error.into()))
}

async fn decide(
    rule: Rule,
    path: &str,
    visitor: &Visitor,
    config: &Config,
    posted: Option<&FormBody>,
) -> Result<Decision, Error> {
    // An API route belongs outside of the session layer: no cookie may use it.
    if matches!(rule.access, Access::Token(_)) {
        return Ok(Decision::Forbidden);
    }
    if rule.access != Access::Public {
        match visitor.login().await? {
            None if visitor.is_late().await? => return Ok(Decision::Late),
            None => return Ok(Decision::LogIn),
            Some(login) if matches!(rule.access, Access::Role(role) if login.role() != role) => {
                if matches!(rule.access, Access::Role(role) if login.user.roles.holds(role)) {
                    return Ok(Decision::OtherRole);
                }
                tracing::warn!(user = %login.user.id, ip = visitor.ip(), "a user without the role was refused");
                return Ok(Decision::Forbidden);
            }
            Some(login)
                if login.user.email_verified_at.is_none()
                    && !may_use_unverified(config.unverified_may, rule.verified) =>
            {
                return Ok(Decision::Verify);
            }
            Some(_) => {}
        }
    }
    if let Some(posted) = posted.filter(|_| rule.without_token.is_none()) {
        let is_ours = visitor.accepts(posted.token());
        // A replaced session id invalidates its form token too.
        if (!is_ours || visitor.login().await?.is_none()) && visitor.is_late().await? {
            return Ok(Decision::Late);
        }
        if !is_ours && path == LOG_OUT && visitor.login().await?.is_none() {
            return Ok(Decision::AlreadyLoggedOut);
        }
        if !is_ours {
            tracing::warn!(ip = visitor.ip(), "missing or invalid form token");
            return Ok(Decision::StaleForm);
        }
    }
    if !may_enter(rule.access, visitor, config).await?
        || (needs_sudo(rule.sudo, visitor).await? && !visitor.is_sudo().await?)
    {
        return Ok(Decision::Reauthenticate);
    }
    Ok(Decision::Pass)
}

/// With `ADMIN_SESSION=separate`, a confirmed password opens the admin area.
async fn may_enter(access: Access, visitor: &Visitor, config: &Config) -> Result<bool, Error> {
    match (access, config.admin_session) {
        (Access::Role(Role::Admin), Some(idle)) => visitor.may_enter_admin_area(idle).await,
        _ => Ok(true),
    }
}

async fn needs_sudo(sudo: Sudo, visitor: &Visitor) -> Result<bool, Error> {
    Ok(match sudo {
        Sudo::No => false,
        Sudo::Yes => true,
        Sudo::WithSecondFactor => {
            visitor.login().await?.is_some_and(|login| login.user.second_factor_at.is_some())
        }
    })
}

pub(crate) fn may_use_unverified(unverified_may: UnverifiedMay, verified: Verified) -> bool {
    match unverified_may {
        UnverifiedMay::Everything => true,
        UnverifiedMay::Most => verified != Verified::Yes,
        UnverifiedMay::Nothing => verified == Verified::No,
    }
}
