//! GET and POST /login, POST /logout. `code.rs` and `recovery.rs` have the second step, `passkey.rs` the log-in with a
//! passkey.

pub mod code;
pub mod passkey;
pub mod recovery;

use crate::new_session::tell_other_tabs;
use crate::pages::single_sign_on::log_out::{held_id_token, page_of_provider};
use crate::pages::single_sign_on::{SIGN_ON, failure_banner, provider_buttons};
use leptos::prelude::*;
use passkey::{passkey_form, relying_party};
use server::live::To;
use server::sessions::{EndReason, Origin};
use server::visitor::{Level, SubmittedForm, is_local_path};
use server::{Error, FieldErrors, User, accounts};
use ui::components::{Banner, Button, Card, Checkbox, Field, Form, FormPage, LinkLine, TextLink, Tone};
use ui::html::{Html, Rendered};
use ui::page::{PageResult, page, page_with_island, redirect_to};
use ui::problem::Problem;
use ui::request::{Cx, cx};

const PATH: &str = "/login";

pub async fn log_in_page(cx: Cx) -> PageResult {
    if cx.visitor.login().await?.is_some() {
        return logged_in_already(&cx);
    }
    let (ended, failure) = (ended_notice(&cx).await?, failure_banner(&cx));
    let passkey = relying_party(&cx)?.filter(|_| !cx.config.single_sign_on.only);
    let has_island = passkey.is_some();
    let own_methods = match cx.config.single_sign_on.only {
        true => None,
        false => Some(own_methods(&cx, cx.submitted(PATH).await?, has_island)),
    };
    let sign_up = own_methods.is_some().then(|| {
        view! { <LinkLine href="/signup" text="Sign up" before="No account yet? "/> }
    });
    let as_seeded = (cfg!(debug_assertions) && cx.config.is_development()).then(
        || view! { <LinkLine href="/dev/log-in" text="Log in as a seeded user" before="In development: "/> },
    );
    let main = view! {
        <FormPage heading="Welcome back" lead="Log in to continue.">
            {ended}
            {failure}
            <Card>{provider_buttons(&cx, SIGN_ON)}{own_methods}</Card>
            {sign_up}
            {as_seeded}
        </FormPage>
    };
    if has_island { page_with_island("Log in", main) } else { page("Log in", main) }
}

/// The log-in methods without a provider: password, passkey and email.
fn own_methods(cx: &Cx, submitted: SubmittedForm, has_passkeys: bool) -> Html {
    let by_email = cx.config.magic_links.then(|| {
        view! { <p class="text-sm"><TextLink href="/login/mail" text="Log in by email, without a password"/></p> }
    });
    view! {
        <Form action=PATH>
            // The browser suggests passkeys in this field too: islands/src/passkeys.rs.
            <Field name="email" label="Email" kind="email" autocomplete="username webauthn" max=254 submitted=submitted.clone()/>
            <Field name="password" label="Password" kind="password" autocomplete="current-password"
                submitted=submitted.clone() can_show=has_passkeys/>
            <Checkbox name="remember" label="Keep me logged in on this device" submitted/>
            <Button text="Log in"/>
        </Form>
        {has_passkeys.then(|| passkey_form(cx))}
        <p class="text-sm"><TextLink href="/forgot" text="Forgot your password?"/></p>
        {by_email}
    }
    .rendered()
}

/// A live tab may come here although the user is logged in: another tab was faster to log in again.
fn logged_in_already(cx: &Cx) -> PageResult {
    let to = cx.query("to");
    redirect_to(if is_local_path(&to) { to } else { "/dashboard".into() })
}

/// A live tab comes here when its session ends. Each tab shows the reason, although the session data has it only once.
async fn ended_notice(cx: &Cx) -> Result<Option<Html>, Problem> {
    let name = cx.query("ended");
    if name.is_empty() {
        return Ok(None);
    }
    cx.visitor.return_to(&cx.query("to")).await?;
    let stored = cx.visitor.take_end_reason().await?.filter(|reason| *reason != EndReason::Unknown);
    let reason = match stored.unwrap_or_else(|| EndReason::from_name(&name)) {
        // The tab noticed the end before the server sent the reason.
        EndReason::Unknown => cx.visitor.end_reason().await?,
        reason => reason,
    };
    let text = format!("You were logged out. {}", reason.message());
    Ok(Some(view! { <Banner label="Logged out" tone=Tone::Warning><p>{text}</p></Banner> }.rendered()))
}

/// Logs a user in and redirects to the page that they wanted.
#[server(prefix = "", endpoint = "/login")]
pub async fn log_in(
    email: String,
    password: String,
    #[server(default)] remember: bool,
) -> Result<(), Problem> {
    let cx = cx()?;
    let remembered = remember.to_string();
    let typed = [("email", email.as_str()), ("remember", remembered.as_str())];
    let refuse = async |errors: &FieldErrors| cx.back_to(PATH, &typed, errors).await;
    let (ip, browser) = (cx.visitor.ip(), cx.visitor.browser());
    let user = match accounts::check_password(&cx.db, &email, &password, ip, browser).await {
        Err(Error::Invalid(errors)) => return refuse(&errors).await,
        checked => checked?,
    };
    match log_in_or_ask_for_code(&cx, &user, remember).await? {
        true => Ok(()),
        false => refuse(&accounts::wrong_password()).await,
    }
}

/// Logs a user in after a first factor and redirects to the page that they wanted. A user with a second factor is asked
/// for a code first. Returns `false` if the account was disabled or changed in the meantime.
pub(super) async fn log_in_or_ask_for_code(cx: &Cx, user: &User, remember: bool) -> Result<bool, Problem> {
    if user.second_factor_at.is_none() {
        return complete_log_in(cx, user, remember, None).await;
    }
    cx.redirect(begin_second_step(cx, user, remember, None).await?)?;
    Ok(true)
}

/// Returns the page that asks for the code.
pub(super) async fn begin_second_step(
    cx: &Cx,
    user: &User,
    remember: bool,
    origin: Option<Origin>,
) -> Result<&'static str, Problem> {
    cx.visitor.begin_log_in_from(user, remember, origin).await?;
    tracing::info!(user = %user.id, ip = cx.visitor.ip(), "first factor correct, second factor required");
    Ok("/login/code")
}

/// Logs a user in after all factors: a password and a code, or a passkey with user verification. Must not be called
/// after a password alone if the user has a second factor.
pub(super) async fn complete_log_in(
    cx: &Cx,
    user: &User,
    remember: bool,
    origin: Option<&Origin>,
) -> Result<bool, Problem> {
    match begin_session(cx, user, remember, origin).await? {
        Some(path) => cx.redirect(&path).map(|()| true),
        None => Ok(false),
    }
}

/// Like `complete_log_in`, but returns the page that the user wanted instead of a redirect.
pub(super) async fn begin_session(
    cx: &Cx,
    user: &User,
    remember: bool,
    origin: Option<&Origin>,
) -> Result<Option<String>, Problem> {
    let Some(session) = cx.visitor.log_in_from(user, remember, origin).await? else {
        return Ok(None);
    };
    tracing::info!(user = %user.id, ip = cx.visitor.ip(), "logged in");
    let new_device = (!cx.visitor.is_known_to(user)).then_some(cx.visitor.device());
    tell_other_tabs(&cx.live, &To::OtherSessions(user.id.clone(), session), new_device);
    cx.flash(Level::Success, format!("Welcome, {}.", user.name_in_text())).await?;
    Ok(Some(cx.visitor.take_return_path().await?.unwrap_or("/dashboard".into())))
}

#[server(prefix = "", endpoint = "/logout")]
pub async fn log_out() -> Result<(), Problem> {
    let cx = cx()?;
    let held = held_id_token(&cx).await?;
    cx.visitor.log_out().await?;
    tracing::info!("logged out");
    cx.flash(Level::Info, "You are logged out.").await?;
    cx.redirect(page_of_provider(&cx, held).await.as_deref().unwrap_or(PATH))
}
