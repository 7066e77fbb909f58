//! GET /login/with/{id}/callback: the browser comes back from a provider. Checks the state and exchanges the code.

use super::confirm::confirm;
use super::failure::Failure;
use super::{LOG_IN_METHODS, PageResult, callback_url, failed_at, page_of};
use crate::pages::log_in::{begin_second_step, begin_session};
use server::accounts::single_sign_on as accounts;
use server::clock::millis;
use server::sessions::{Login, Origin, ProviderAnswer};
use server::single_sign_on::{self, Claims, Provider, Purpose, Request, hash_of};
use server::visitor::Level;
use server::{Error, SignOnFailure};
use ui::page::{Page, redirect_to};
use ui::problem::Problem;
use ui::refresh_redirect::refresh_redirect;
use ui::request::Cx;

pub async fn callback(cx: Cx) -> PageResult {
    let provider = cx.config.single_sign_on.provider(&cx.path_value("id")).ok_or(Problem::NotFound)?;
    if cx.is_cross_site {
        return Ok(Page::Raw(refresh_redirect(cx.path_and_query())));
    }
    let Some(request) = request_of(&cx, provider).await? else {
        return redirect_to(failed_at(failed_page(&cx).await?, SignOnFailure::UnknownRequest));
    };
    cx.visitor.return_to(&request.return_path).await?;
    match finish(&cx, provider, &request).await {
        Ok(path) => redirect_to(path),
        Err(Failure::Expected(failure)) => redirect_to(failed_at(page_of(request.purpose), failure)),
        Err(Failure::Problem(problem)) => Err(problem),
    }
}

/// `/login` would redirect a logged-in user, who would then not see the failure.
async fn failed_page(cx: &Cx) -> Result<&'static str, Problem> {
    let is_logged_in = cx.visitor.login().await?.is_some();
    Ok(page_of(if is_logged_in { Purpose::Link } else { Purpose::LogIn }))
}

/// Returns `None` for a state that does not belong to the browser's cookie, or was used. The cookie ends with each
/// callback. The request ends only if the cookie fits it.
async fn request_of(cx: &Cx, provider: &Provider) -> Result<Option<Request>, Error> {
    let (state, cookie) = (cx.query("state"), cx.visitor.sign_on_cookie());
    cx.visitor.set_sign_on_cookie(None);
    match cookie {
        Some(cookie) if cookie == hash_of(&state) => {
            single_sign_on::take(&cx.db, cx.keys(), provider, &state).await
        }
        Some(cookie) => single_sign_on::discard(&cx.db, &cookie).await.map(|()| None),
        None => Ok(None),
    }
}

/// Returns the next page.
async fn finish(cx: &Cx, provider: &Provider, request: &Request) -> Result<String, Failure> {
    let claims = claims(cx, provider, request).await?;
    if request.purpose == Purpose::LogIn {
        return log_in(cx, provider, &claims).await;
    }
    // The user of this browser may have changed meanwhile.
    let login =
        cx.visitor.login().await?.filter(|login| Some(&login.session_id) == request.session_id.as_ref());
    let login = login.ok_or(SignOnFailure::Changed)?;
    match request.purpose {
        Purpose::Link => link(cx, provider, login, &claims).await,
        _ => confirm(cx, provider, request, login, &claims).await,
    }
}

/// Texts of the provider are not shown.
async fn claims(cx: &Cx, provider: &Provider, request: &Request) -> Result<Claims, Failure> {
    let (error, code, issuer) = (cx.query("error"), cx.query("code"), cx.query("iss"));
    match error.as_str() {
        "" => {}
        "access_denied" => return Err(SignOnFailure::Cancelled.into()),
        _ => {
            tracing::warn!(provider = provider.id, error, "a provider refused a log-in");
            return Err(SignOnFailure::Refused.into());
        }
    }
    if code.is_empty() || !(issuer.is_empty() || issuer == provider.issuer) {
        return Err(SignOnFailure::Invalid.into());
    }
    let callback = callback_url(cx, provider)?;
    Ok(single_sign_on::claims(provider, cx.db.now(), &callback, &request.secrets, &code).await?)
}

async fn log_in(cx: &Cx, provider: &Provider, claims: &Claims) -> Result<String, Failure> {
    let grant = grant_of(cx, provider, claims)?;
    let about = (&cx.config.single_sign_on, provider);
    let (user, identity_id) =
        accounts::sign_on(&cx.db, cx.visitor.ip(), about, claims, cx.config.welcome_email).await?;
    let answer = ProviderAnswer {
        authenticated_at: claims.authenticated_at,
        sid: claims.sid.clone(),
        id_token: claims.id_token.as_deref(),
        grant,
    };
    let origin = Origin::new(cx.keys(), cx.db.now(), identity_id, answer)?;
    if user.second_factor_at.is_some() && !claims.has_two_factors {
        return Ok(begin_second_step(cx, &user, false, Some(origin)).await?.into());
    }
    let path = begin_session(cx, &user, false, Some(&origin)).await?;
    Ok(path.ok_or(SignOnFailure::Changed)?)
}

/// Returns the token for later checks with the provider, and the time of the first one. If checks are on and there is
/// no token, the log-in is refused.
fn grant_of<'a>(
    cx: &Cx,
    provider: &Provider,
    claims: &'a Claims,
) -> Result<Option<(&'a str, i64)>, SignOnFailure> {
    let Some(every) = provider.check_every else {
        return Ok(None);
    };
    let Some(grant) = &claims.grant else {
        tracing::warn!(
            provider = provider.id,
            "a provider gave no refresh token, so the log-in cannot be checked again"
        );
        return Err(SignOnFailure::Refused);
    };
    Ok(Some((grant, cx.db.now() + millis(every))))
}

async fn link(cx: &Cx, provider: &Provider, login: &Login, claims: &Claims) -> Result<String, Failure> {
    accounts::link(&cx.db, cx.visitor.ip(), provider, login, claims).await?;
    let text = format!("{} is linked. You can now log in with it.", provider.name);
    cx.flash(Level::Success, text).await?;
    Ok(LOG_IN_METHODS.into())
}
