//! The proof that the account behind a link in an email belongs to the reader: a log-in to it in this browser, or its
//! password. Access to the mailbox is not enough, because another person may have signed up with the address.

use super::log_in::log_in_or_ask_for_code;
use leptos::prelude::*;
use server::sessions::Login;
use server::visitor::SubmittedForm;
use server::{Error, FieldErrors, User, rate_limits, users};
use ui::components::{Button, Field, Form, LinkButton, TokenButton, TokenField, address};
use ui::html::{Html, Rendered};
use ui::problem::Problem;
use ui::request::Cx;

pub(super) const WRONG_PASSWORD: &str = "Incorrect password.";
const LOG_IN_FIRST: &str = "Log in to the account in this browser. Then open the link in the email again.";

/// Returns this browser's log-in if it is a log-in to the account of `user`.
pub(super) async fn log_in_to(cx: &Cx, user: &User) -> Result<Option<Login>, Error> {
    Ok(cx.visitor.login().await?.filter(|login| login.user.id == user.id).cloned())
}

/// The button of a link, with a password field if this browser is not logged in to the account.
pub(super) fn proof_form(
    cx: &Cx,
    here: Option<&Login>,
    action: &'static str,
    text: &'static str,
    token: String,
    submitted: SubmittedForm,
) -> Html {
    if here.is_some() {
        return view! { <TokenButton action text token/> }.rendered();
    }
    if cx.config.single_sign_on.only {
        return view! { <p>{LOG_IN_FIRST}</p><LinkButton href="/login" text="Log in"/> }.rendered();
    }
    view! {
        <Form action>
            <TokenField token/>
            <Field name="password" label="Password of the account" kind="password" autocomplete="current-password" submitted/>
            <Button text=text/>
        </Form>
    }
    .rendered()
}

/// Checks that the account of `user` belongs to the sender of the form. Returns the log-in that proves it, or `None` if
/// the password does. A wrong password counts towards the rate limit of log-ins.
pub(super) async fn prove(cx: &Cx, user: &User, password: &str) -> Result<Option<Login>, Error> {
    if let Some(login) = log_in_to(cx, user).await? {
        return Ok(Some(login));
    }
    // `continue_to` would log in with the password, which the setting switches off.
    if cx.config.single_sign_on.only {
        return Err(FieldErrors::one("password", LOG_IN_FIRST).into());
    }
    let attempt = rate_limits::log_in(&cx.db, &user.email, cx.visitor.ip(), cx.visitor.browser()).await?;
    if !users::is_password(&cx.db, user, password).await? {
        tracing::info!(ip = cx.visitor.ip(), "a password for the link of an email was wrong");
        return Err(FieldErrors::one("password", WRONG_PASSWORD).into());
    }
    rate_limits::refund(&cx.db, attempt).await?;
    Ok(None)
}

/// Redirects to the page of the link at `path`, with the field errors.
pub(super) async fn back_to_link(
    cx: &Cx,
    path: &str,
    token: &str,
    errors: &FieldErrors,
) -> Result<(), Problem> {
    cx.visitor.keep_form(path, &[], errors).await?;
    cx.redirect(&address(path, &[("token", token)]))
}

/// Redirects to `path` if the browser is logged in. Otherwise the user typed the password and is logged in, which gives
/// the browser a new session id.
pub(super) async fn continue_to(
    cx: &Cx,
    here: Option<&Login>,
    user: &User,
    path: &str,
) -> Result<(), Problem> {
    if here.is_some() {
        return cx.redirect(path);
    }
    if !log_in_or_ask_for_code(cx, user, false).await? {
        return cx.redirect("/login");
    }
    Ok(())
}
