//! Log-in by email, if `MAGIC_LINKS` is on. GET and POST /login/mail request the email. POST /login/mail/code logs in
//! by its code, GET and POST /login/link by its link.

use super::log_in::log_in_or_ask_for_code;
use leptos::prelude::*;
use server::emails::{self, Email};
use server::tokens::{self, Purpose};
use server::visitor::{Level, SubmittedForm};
use server::{FieldErrors, Refusal, accounts, rate_limits};
use ui::components::{
    Button, Card, Checkbox, EmailText, Field, Form, FormPage, LinkLine, TokenField, expired_link,
};
use ui::html::{Html, Rendered};
use ui::page::{PageResult, page};
use ui::problem::Problem;
use ui::request::{Cx, cx};

const PATH: &str = "/login/mail";
const CODE_PATH: &str = "/login/mail/code";
const LINK_PATH: &str = "/login/link";
const WRONG_CODE: &str =
    "This code is incorrect or has expired. Use the code in the newest email that you requested here.";

fn check_enabled(cx: &Cx) -> Result<(), Problem> {
    if cx.config.magic_links { Ok(()) } else { Err(Problem::NotFound) }
}

/// Asks for the address, and once an email was requested also for its code.
pub async fn email_page(cx: Cx) -> PageResult {
    check_enabled(&cx)?;
    let submitted = cx.submitted(PATH).await?;
    let code = cx.visitor.log_in_email().await?.map(|_| code_form(submitted.clone()));
    let button = if code.is_some() { "Send another email" } else { "Send the email" };
    page(
        "Log in by email",
        view! {
            <FormPage heading="Log in by email" lead="We will email you a link and a code to use instead of your password.">
                {code}
                <Card>
                    <Form action=PATH>
                        <Field name="email" label="Email" kind="email" autocomplete="username" max=254 submitted/>
                        <Button text=button/>
                    </Form>
                </Card>
                <LinkLine href="/login" text="Log in with your password"/>
            </FormPage>
        },
    )
}

fn code_form(submitted: SubmittedForm) -> Html {
    view! {
        <Card>
            <Form action=CODE_PATH>
                <Field name="code" label="Code" autocomplete="one-time-code" max=20 submitted=submitted.clone()
                    hint="The eight digits in the email. They work only in this browser."/>
                {remember_checkbox(submitted)}
                <Button text="Log in"/>
            </Form>
        </Card>
    }
    .rendered()
}

fn remember_checkbox(submitted: SubmittedForm) -> Html {
    view! { <Checkbox name="remember" label="Keep me logged in on this device" submitted/> }.rendered()
}

/// Sends an email to the address, if an account has it.
#[server(prefix = "", endpoint = "/login/mail")]
pub async fn send_log_in_email(email: String) -> Result<(), Problem> {
    let cx = cx()?;
    check_enabled(&cx)?;
    let email = match cx.typed_email(&email).await {
        Ok(email) => email,
        Err(errors) => return cx.back_to(PATH, &[("email", &email)], &errors).await,
    };
    rate_limits::requested_email(&cx.db, Purpose::LogIn.name(), &email, cx.visitor.ip()).await?;
    if !cx.visitor.has_just_requested_log_in_email(&email).await? {
        let job = emails::enqueue(&cx.db, Email::LogIn { email: email.clone() }).await?;
        cx.visitor.remember_log_in_email(&job, &email).await?;
    }
    tracing::info!(ip = cx.visitor.ip(), "requested an email to log in with");
    let text = format!("If {email} is the confirmed address of an account, we sent it an email.");
    cx.flash(Level::Info, text).await?;
    cx.redirect(PATH)
}

/// Logs in with the code of the email. The code works only in the browser that asked for the email.
#[server(prefix = "", endpoint = "/login/mail/code")]
pub async fn log_in_with_code(code: String, #[server(default)] remember: bool) -> Result<(), Problem> {
    let cx = cx()?;
    check_enabled(&cx)?;
    let Some(job) = cx.visitor.log_in_email().await? else {
        cx.flash(Level::Error, "First request an email in this browser.").await?;
        return cx.redirect(PATH);
    };
    let attempt = rate_limits::email_code(&cx.db, &job, cx.visitor.ip()).await?;
    if let Some(user) = accounts::log_in_with_email_code(&cx.db, &cx.config.session_keys, &job, &code).await?
    {
        rate_limits::refund(&cx.db, attempt).await?;
        cx.visitor.forget_log_in_email().await?;
        if log_in_or_ask_for_code(&cx, &user, remember).await? {
            return Ok(());
        }
    }
    tracing::info!(ip = cx.visitor.ip(), "a code of an email was wrong");
    let remembered = remember.to_string();
    cx.back_to(PATH, &[("remember", &remembered)], &FieldErrors::one("code", WRONG_CODE)).await
}

/// The page of the link. It changes nothing: email programs open links to scan for viruses.
pub async fn link_page(cx: Cx) -> PageResult {
    check_enabled(&cx)?;
    let token = cx.query("token");
    let Some(found) = tokens::find(&cx.db, Purpose::LogIn, &token).await? else {
        return page("Log in with a link", expired_link("Request a new one.", PATH, "Log in by email"));
    };
    let submitted = cx.submitted(LINK_PATH).await?;
    page(
        "Log in with a link",
        view! {
            <FormPage heading="Welcome back" lead="Confirm to log in.">
                <Card>
                    <p>"Log in as "<strong><EmailText text=found.sent_to/></strong>"?"</p>
                    <Form action=LINK_PATH>
                        <TokenField token/>
                        {remember_checkbox(submitted)}
                        <Button text="Log in"/>
                    </Form>
                </Card>
            </FormPage>
        },
    )
}

/// Logs in with the token of the link.
#[server(prefix = "", endpoint = "/login/link")]
pub async fn log_in_with_link(token: String, #[server(default)] remember: bool) -> Result<(), Problem> {
    let cx = cx()?;
    check_enabled(&cx)?;
    let attempt = rate_limits::link(&cx.db, cx.visitor.ip()).await?;
    if let Some(user) = accounts::log_in_with_link(&cx.db, &token).await? {
        rate_limits::refund(&cx.db, attempt).await?;
        if log_in_or_ask_for_code(&cx, &user, remember).await? {
            return Ok(());
        }
    }
    cx.flash(Level::Error, Refusal::LinkOutOfDate.to_string()).await?;
    cx.redirect(PATH)
}
