//! The responses to requests that the guard refuses, and the input that is kept for the user. The user does not see the
//! response to a background request, so it stores no message and no return path.

use crate::form_body::FormBody;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use server::visitor::Level;
use server::{Error, Visitor};
use ui::{KeptInput, LogOutToken, Problem, problem_response};

pub async fn send_to_verify(visitor: &Visitor) -> Result<Response, Error> {
    if visitor.is_activity() {
        visitor.flash(Level::Info, "Confirm your address first.").await?;
    }
    Ok(Redirect::to("/verify").into_response())
}

pub async fn send_to_log_in(
    visitor: &Visitor,
    return_path: Option<String>,
    posted: Option<&FormBody>,
) -> Result<Response, Error> {
    if visitor.is_activity() {
        let is_kept = keep_input_and_return_path(visitor, return_path, posted).await?;
        let kept = if is_kept { " What you typed is kept, but not saved yet." } else { "" };
        match visitor.take_end_reason().await? {
            Some(reason) => {
                visitor
                    .flash(Level::Warning, format!("You were logged out. {}{kept}", reason.message()))
                    .await?;
            }
            // Another request of this browser has already shown the reason.
            None if visitor.cookie_had_login() => {}
            None => visitor.ask_to_log_in().await?,
        }
    }
    Ok(Redirect::to("/login").into_response())
}

pub async fn send_to_reauthenticate(
    visitor: &Visitor,
    return_path: Option<String>,
    posted: Option<&FormBody>,
) -> Result<Response, Error> {
    if visitor.is_activity() {
        keep_input_and_return_path(visitor, return_path, posted).await?;
        visitor.flash(Level::Info, "Confirm that it is you to continue.").await?;
    }
    Ok(Redirect::to("/reauthenticate").into_response())
}

pub async fn refuse_form(visitor: &Visitor, posted: Option<&FormBody>) -> Result<Response, Error> {
    let mut response = problem_response(Problem::StaleForm);
    keep_and_say_so(visitor, posted, &mut response).await?;
    Ok(response)
}

/// Keeps the input. If it is kept, the error page says so.
async fn keep_and_say_so(
    visitor: &Visitor,
    posted: Option<&FormBody>,
    response: &mut Response,
) -> Result<(), Error> {
    if let Some(posted) = posted
        && posted.keep(visitor).await?
    {
        response.extensions_mut().insert(KeptInput);
    }
    Ok(())
}

/// Another role of the user has access: after the switch, the browser opens the same page.
pub async fn refuse_role(visitor: &Visitor, return_path: Option<String>) -> Result<Response, Error> {
    if let Some(path) = return_path.filter(|_| visitor.is_activity()) {
        visitor.return_to(&path).await?;
    }
    Ok(problem_response(Problem::OtherRole))
}

/// Keeps a form that exceeded a rate limit, and lets the error page offer to log out.
pub async fn keep_if_limited(
    visitor: &Visitor,
    posted: Option<&FormBody>,
    mut response: Response,
) -> Result<Response, Error> {
    if posted.is_some() && response.status() == StatusCode::TOO_MANY_REQUESTS {
        keep_and_say_so(visitor, posted, &mut response).await?;
        if visitor.login().await?.is_some() {
            response.extensions_mut().insert(LogOutToken(visitor.form_token().to_owned()));
        }
    }
    Ok(response)
}

/// Returns whether input was kept.
async fn keep_input_and_return_path(
    visitor: &Visitor,
    return_path: Option<String>,
    posted: Option<&FormBody>,
) -> Result<bool, Error> {
    let is_kept = match posted {
        Some(posted) => posted.keep(visitor).await?,
        None => false,
    };
    if let Some(path) = return_path.or_else(|| posted.and_then(|posted| posted.page.clone())) {
        visitor.return_to(&path).await?;
    }
    Ok(is_kept)
}

/// The browser repeats the request with its new cookie.
pub async fn redirect_late(
    visitor: &Visitor,
    return_path: Option<String>,
    own: String,
    posted: Option<&FormBody>,
) -> Result<Response, Error> {
    let Some(wait) = visitor.late_wait().await? else {
        visitor.start_anew().await;
        return send_to_log_in(visitor, return_path, posted).await;
    };
    tokio::time::sleep(wait).await;
    let page = posted.and_then(|posted| posted.page.clone()).unwrap_or(own);
    Ok(Redirect::to(&page).into_response())
}

/// Loads the page again if its session id was replaced meanwhile: the page lacks what is pending under the new id.
pub async fn reload_if_late(visitor: &Visitor, own: &str, page: Response) -> Result<Response, Error> {
    if !visitor.is_known_late() {
        return Ok(page);
    }
    let Some(wait) = visitor.late_wait().await? else {
        return Ok(page);
    };
    tokio::time::sleep(wait).await;
    Ok(Redirect::to(own).into_response())
}
